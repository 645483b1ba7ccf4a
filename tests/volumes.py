"""Layers of volumes and some of sequences, their input shape after the bar.

Those of images are in tests/cases.py.
"""

SEPARABLE = (
    "depthwise_conv1d(3, activation=tanh); depthwise_conv1d(2, 2, same, 2, 1, elu, "
    "false); flatten; dense(2) | 9, 2",
    "depthwise_conv1d(kernel_size=(2,), strides=1, padding=same, depth_multiplier=3, "
    "dilation_rate=2, activation=tanh, use_bias=true, "
    "depthwise_initializer=he_normal, bias_initializer=ones); conv1d(2, 1); "
    "depthwise_conv1d(2, trainable=false); tanh; flatten; dense(2) | 5, 2",
    "separable_conv1d(4, 3, activation=tanh); separable_conv1d(3, 2, 2, same, 1, 2, "
    "elu, false); flatten; dense(2) | 9, 2",
    "conv1d(2, 1, tanh); separable_conv1d(filters=4, kernel_size=2, strides=1, "
    "padding=same, dilation_rate=2, depth_multiplier=2, activation=tanh, "
    "use_bias=true, depthwise_initializer=he_normal, pointwise_initializer=he_uniform, "
    "bias_initializer=ones); separable_conv1d(2, 2, trainable=false); flatten; "
    "dense(2) | 5, 2",
)

POOLED = (
    "dense(3); max_pooling3d; elu; max_pooling3d((1, 2, 3), (1, 1, 2), same); "
    "dense(2); max_pooling3d(pool_size=[1, 2, 1], strides=2, padding=same); flatten; "
    "dense(2) | 4, 5, 6, 2",
    "dense(3); average_pooling3d(2); relu; average_pooling3d((3, 2, 1), 1, same); "
    "dense(2, elu); average_pooling3d(pool_size=(1, 2, 1), strides=(2, 1, 2), "
    "padding=valid); sigmoid; flatten; dense(2) | 5, 4, 6, 2",
    "dense(3); global_average_pooling3d(true); relu; dense(4); reshape(2, 1, 1, 2); "
    "dense(3); global_average_pooling3d(keepdims=false); dense(2) | 2, 3, 2, 2",
    "dense(3); global_max_pooling3d(true); relu; dense(4); reshape(2, 1, 1, 2); "
    "dense(3); global_max_pooling3d(keepdims=false); dense(2) | 2, 3, 2, 2",
)

RESIZED = (
    "dense(3); zero_padding3d; sigmoid; zero_padding3d((0, 2, 1)); dense(2, elu); "
    "zero_padding3d(padding=((1, 0), (2, 3), 2)); cropping3d; dense(2, tanh); "
    "cropping3d(((0, 1), (0, 2), 0)); dense(2); cropping3d(cropping=[[1, 1], [0, 3], "
    "1]); flatten; dense(2) | 4, 3, 2, 2",
    "dense(3); upsampling3d; relu; dense(2); upsampling3d(size=(1, 3, 2)); flatten; "
    "dense(2) | 2, 1, 2, 2",
    "identity; dense(3); spatial_dropout3d(0.4); identity; relu; "
    "spatial_dropout3d(rate=0.3, seed=2); dense(2) | 2, 2, 3, 2",
)

_KERNEL = "kernel_regularizer=l2, kernel_constraint=max_norm(0.4, axis=[0, 1])"
CONVOLVED = (
    "conv3d(4, 2, activation=tanh); conv3d(3, (1, 2, 3), (2, 1, 2), same, 1, 1, elu, "
    "false); flatten; dense(2) | 4, 3, 5, 2",
    "conv3d(filters=4, kernel_size=[2, 1, 2], strides=1, padding=same, "
    "dilation_rate=(1, 2, 2), groups=2, activation=tanh, use_bias=true, "
    "kernel_initializer=he_normal, bias_initializer=ones); conv3d(5, 1, tanh); "
    "conv3d(2, 2, 2, trainable=false); flatten; dense(2) | 4, 2, 4, 2",
    "conv3d_transpose(3, 2, activation=tanh); conv3d_transpose(2, (1, 2, 3), "
    "(2, 1, 2), same, (1, 0, 1), 1, elu, false); flatten; dense(2) | 2, 1, 2, 2",
    "conv3d_transpose(filters=3, kernel_size=2, strides=1, padding=same, "
    "output_padding=none, dilation_rate=(1, 2, 1), activation=tanh, use_bias=true, "
    "kernel_initializer=he_normal, bias_initializer=ones); tanh; "
    "conv3d_transpose(2, 2, (1, 3, 2), trainable=false); flatten; dense(2) "
    "| 2, 2, 1, 2",
    f"conv3d(3, 2, {_KERNEL}, bias_regularizer=l2, activity_regularizer=l1, "
    "bias_constraint=non_neg); tanh; flatten; dense(2) | 3, 2, 3, 2",
    f"conv3d_transpose(3, 2, {_KERNEL}, bias_regularizer=l2, activity_regularizer=l1, "
    "bias_constraint=non_neg); tanh; flatten; dense(2) | 1, 2, 2, 2",
)

VOLUMES = (*CONVOLVED, *SEPARABLE, *POOLED, *RESIZED)
