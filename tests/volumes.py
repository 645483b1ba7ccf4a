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

ADAPTIVE = (
    "dense(3); adaptive_max_pooling1d(4); tanh; dense(2); "
    "adaptive_max_pooling1d(output_size=3); flatten; dense(2) | 7, 2",
    "dense(3); adaptive_average_pooling1d(6); relu; dense(2); "
    "adaptive_average_pooling1d(output_size=(4,)); sigmoid; flatten; dense(2) | 5, 2",
    "dense(3); adaptive_max_pooling2d((3, 4)); elu; "
    "adaptive_average_pooling2d(output_size=2); flatten; dense(2) | 5, 7, 2",
    "dense(3); adaptive_average_pooling2d([4, 2]); tanh; "
    "adaptive_max_pooling2d(output_size=(3, 1)); flatten; dense(2) | 5, 3, 2",
    "dense(3); adaptive_max_pooling3d((2, 3, 4)); sigmoid; dense(2); "
    "adaptive_average_pooling3d(output_size=(1, 2, 3)); flatten; dense(2) "
    "| 3, 4, 5, 2",
    "dense(3); adaptive_average_pooling3d(2); relu; "
    "adaptive_max_pooling3d(output_size=1); flatten; dense(2) | 3, 4, 3, 2",
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

EINSUMS = (
    'einsum_dense("ab,bc->ac", 4, tanh, "c"); einsum_dense("...x,xy->...y", 3); '
    "dense(2) | 5",
    'einsum_dense(equation="abc,cde->abde", output_shape=(3, 2, 3), '
    'activation=tanh, bias_axes="d", kernel_initializer=he_normal, '
    'bias_initializer=ones); einsum_dense("abde,dec->abc", (3, 4), bias_axes="bc"); '
    "flatten; dense(2) | 3, 4",
    'dense(3); einsum_dense("ab...,bc->ac...", 2, elu, "c", kernel_regularizer=l2, '
    "bias_regularizer=l1, kernel_constraint=max_norm(0.4), bias_constraint=non_neg, "
    "activity_regularizer=l2); flatten; dense(2) | 4, 2, 5",
    'dense(4, tanh); einsum_dense("abc,cd->ad", 5, bias_axes="d"); dense(2) | 3, 2',
    'dense(4); einsum_dense("abc,bcd->abd", (3, 2), bias_axes="bd"); flatten; dense(2) '
    "| 3, 2",
    'dense(4); einsum_dense("...sh,hd->...ds", (2, 3), bias_axes="d"); relu; '
    'einsum_dense("abcd,bce->aed", (2, 3), trainable=false); dense(2) | 2, 3, 4',
)

CONV_RECURRENT = (
    "conv_lstm2d(3, 2, padding=same); tanh; flatten; dense(2) | 3, 2, 3, 2",
    "dense(2, tanh); bidirectional(conv_lstm2d(2, 2, padding=same, "
    "return_sequences=true)); bidirectional(conv_lstm2d(2, (1, 2)), sum); flatten; "
    "dense(2) | 3, 2, 3, 1",
    "dense(2, tanh); bidirectional(conv_lstm1d(2, 2, return_sequences=true), ave); "
    "bidirectional(conv_lstm1d(2, 2), mul); flatten; dense(2) | 3, 4, 2",
    "dense(2, tanh); conv_lstm2d(2, (2, 1), (1, 2), valid, 1, softsign, hard_sigmoid, "
    "false, return_sequences=true); conv_lstm2d(filters=2, kernel_size=2, strides=1, "
    "padding=same, dilation_rate=2, activation=tanh, recurrent_activation=sigmoid, "
    "use_bias=true, kernel_initializer=he_normal, recurrent_initializer=glorot_normal, "
    "bias_initializer=ones, unit_forget_bias=false, go_backwards=true); flatten; "
    "dense(2) | 3, 3, 4, 2",
    "conv_lstm1d(2, 3, activation=gelu, recurrent_activation=softmax, "
    "padding=same, return_sequences=true); "
    "conv_lstm1d(2, 2, activation=softmax, recurrent_activation=mish, seed=3); "
    "flatten; dense(2) | 3, 3, 2",
    "conv_lstm1d(2, 3, return_sequences=true, go_backwards=true, dropout=0.0, "
    "recurrent_dropout=0.0); dense(2, tanh); conv_lstm1d(filters=3, kernel_size=2, "
    "strides=2, padding=same, dilation_rate=1); flatten; dense(2) | 3, 5, 2",
    *(
        f"{layer}(2, 2, kernel_regularizer=l2, recurrent_regularizer=l2, "
        "bias_regularizer=l2, activity_regularizer=l2, kernel_constraint=unit_norm, "
        "recurrent_constraint=max_norm(0.5), bias_constraint=non_neg, activation=elu, "
        "recurrent_activation=sigmoid, use_bias=true, unit_forget_bias=true, "
        "kernel_initializer=random_normal, recurrent_initializer=random_normal, "
        f"bias_initializer=constant(0.1)); flatten; dense(2) | 2, {shape}"
        for layer, shape in (("conv_lstm1d", "4, 2"), ("conv_lstm2d", "3, 2, 2"))
    ),
    "conv_lstm3d(filters=2, kernel_size=(2, 1, 2), strides=1, padding=same, "
    "dilation_rate=1, activation=tanh, recurrent_activation=hard_sigmoid, "
    "use_bias=true, kernel_initializer=he_normal, "
    "recurrent_initializer=glorot_uniform, bias_initializer=ones, "
    "unit_forget_bias=true, kernel_regularizer=l2, recurrent_regularizer=l2, "
    "bias_regularizer=l2, activity_regularizer=l2, kernel_constraint=unit_norm, "
    "recurrent_constraint=max_norm(0.5), bias_constraint=non_neg, dropout=0.0, "
    "recurrent_dropout=0.0, return_sequences=true, go_backwards=true, "
    "trainable=true); flatten; dense(2) | 2, 2, 1, 3, 2",
)

#: Not beside Keras, which trains them all the same: it does not tell the cell within.
FROZEN = (
    "dense(2, tanh); conv_lstm1d(2, 2, trainable=false); flatten; dense(2) | 3, 4, 2",
    "dense(2); conv_lstm2d(2, 2, dropout=0.0, recurrent_dropout=0.0, "
    "trainable=false); flatten; dense(2) | 2, 3, 2, 2",
)

VOLUMES = (
    *CONV_RECURRENT,
    *EINSUMS,
    *CONVOLVED,
    *SEPARABLE,
    *POOLED,
    *ADAPTIVE,
    *RESIZED,
)
