"""Specs that together use every entry of the table, and every argument of theirs.

They are for whatever holds for all scripts: the gradient check, the linter, Keras.
"""

from __future__ import annotations

import re
import textwrap

from tests.scripts import spec
from tests.sequences import DROPPED, SEQUENCES
from tests.volumes import FROZEN as FROZEN_VOLUMES
from tests.volumes import VOLUMES

#: Each activation with its defaults, and with other arguments.
ACTIVATIONS = (
    "linear",
    "sigmoid",
    "hard_sigmoid",
    "tanh",
    "hard_tanh",
    "relu",
    "relu(negative_slope=0.1)",
    "relu(max_value=0.3)",
    "relu(threshold=0.2)",
    "relu(negative_slope=0.1, max_value=0.5, threshold=0.05)",
    "relu6",
    "leaky_relu",
    "leaky_relu(negative_slope=0.0)",
    "leaky_relu(negative_slope=0.7)",
    "elu",
    "elu(alpha=0.5)",
    "selu",
    "celu",
    "celu(alpha=0.4)",
    "gelu",
    "gelu(approximate=true)",
    "silu",
    "swish",
    "hard_silu",
    "hard_swish",
    "mish",
    "softplus",
    "squareplus",
    "squareplus(b=0.5)",
    "softsign",
    "exponential",
    "softmax",
    "softmax(axis=-1)",
    "log_softmax",
    "log_softmax(axis=-1)",
    "log_sigmoid",
    "hard_shrink",
    "hard_shrink(threshold=0.2)",
    "soft_shrink",
    "soft_shrink(threshold=0.2)",
    "tanh_shrink",
    "threshold(0.15, -0.5)",
    "threshold(threshold=-0.005, default_value=0.5)",
    "sparse_plus",
    "sparse_sigmoid",
    "sparsemax",
    "sparsemax(axis=-1)",
)

_KERNEL = "kernel_regularizer=l2, kernel_constraint=max_norm(0.4, axis=[0, 1])"
_DEPTHWISE = "depthwise_regularizer=l1, depthwise_constraint=unit_norm(axis=[0, 1])"
_POINTWISE = "pointwise_regularizer=l2, pointwise_constraint=min_max_norm(axis=2)"
_REGULARIZED_CONVOLUTIONS = (
    ("conv1d", "3, 2", _KERNEL, "4, 2"),
    ("conv2d", "3, 2", _KERNEL, "4, 3, 2"),
    ("depthwise_conv2d", "2", _DEPTHWISE, "4, 3, 2"),
    ("separable_conv2d", "3, 2", f"{_DEPTHWISE}, {_POINTWISE}", "4, 3, 2"),
    ("depthwise_conv1d", "2", _DEPTHWISE, "4, 2"),
    ("separable_conv1d", "3, 2", f"{_DEPTHWISE}, {_POINTWISE}", "4, 2"),
    ("conv1d_transpose", "3, 2", _KERNEL, "4, 2"),
    ("conv2d_transpose", "3, 2", _KERNEL, "4, 3, 2"),
)

#: Layers in a row, the shape that they are given after the bar.
LAYERS = (
    "dense(3) as a; dense(3, tanh) as b; dense(3, tanh) as c from a; add(b); dense(2) "
    "| 4",
    "dense(3) as a; dense(3) as b from a; dense(3) from a as c; add from c, b, c | 4",
    "dense(3) as a; tanh as b; subtract(a) as c; average(c, a, b) | 4",
    "dense(3) as a; tanh as b; maximum(a) as c; minimum(c, b, a); concatenate(a) | 4",
    "dense(3) as a; dot(a, a, axes=[2, 2]); flatten; dense(2) | 2, 4",
    "dense(3) as a; tanh; dot(a, axes=-1, normalize=true); concatenate(a, axis=1) | 4",
    "dense(3) as a; dense(1, tanh) as b; multiply(a); maximum(b); add(a) | 2, 4",
    "dense(3) as a; reshape(1, 2, 3); add(a) as b; multiply(a, b, a); dense(2) | 2, 4",
    "dense(5, relu); dropout(0.4); dense(3, tanh) | 2, 3, 4",
    "flatten; dense(4, tanh); dense(2) | 2, 3",
    "dense(4, relu); flatten; dense(2) | 2, 3",
    "flatten; dense(2) | 6",
    "dense(8); reshape(-1, 2, 2); dense(3, elu); reshape(target_shape=(12,)) | 5",
    "dense(4); reshape(4); relu; dense(2) | 5",
    "reshape(3, 2); dense(4, relu); flatten; reshape(2, 6); dropout(0.3); dense(2) | 6",
    "dense(4, tanh, false); dense(2, use_bias=false) | 5",
    "dense(units=4, activation=tanh, use_bias=true, kernel_initializer=he_normal, "
    "bias_initializer=ones); activation(activation=relu); dense(2, none) | 5",
    "dense(4, elu, trainable=false); dropout(0.3); dense(3, tanh); "
    "dense(4, relu, use_bias=false, trainable=false); dense(2, trainable=true) | 3, 5",
    "dense(4, tanh); dense(2, trainable=false) | 5",
    "dropout(0.3); dense(4, relu); dense(2) | 5",
    "dense(4); dropout(0.3); relu; dense(2) | 5",
    "dense(6, relu); dropout(0.2); dropout(0.3); dense(2) | 5",
    "dense(6); sigmoid; dropout(rate=0.5); dense(2) | 5",
    "dense(4, tanh); dropout(0); dense(2) | 5",
    "dense(4, tanh); dropout(1.0); dense(2) | 5",
    "dense(4, tanh); dropout(0.5) | 5",
    "dense(4); relu; relu; dense(2) | 5",
    "dense(6); permute(2, 1); dense(3, tanh); permute(dims=(2, 1)); dense(2) | 4, 5",
    "dense(4, tanh); dropout(0.4, (none, 1, none), 3); dense(2) | 3, 5",
    "dense(4); dropout(rate=0.4, noise_shape=[1, none, 4], seed=3); relu; dense(2) "
    "| 3, 5",
    "gaussian_noise(0.5); dense(4); gaussian_noise(stddev=0.2, seed=1); tanh; "
    "gaussian_noise(0.1); dense(2); gaussian_noise(0) | 5",
    "gaussian_dropout(0.2); dense(4, relu); gaussian_dropout(rate=0.5, seed=2); "
    "dense(4); gaussian_dropout(0.1); relu; gaussian_dropout(0); dense(2) | 2, 5",
    "alpha_dropout(0.2); dense(4, elu); alpha_dropout(0.3, seed=5); dense(4); "
    "alpha_dropout(rate=0.1, noise_shape=(none, 1, none, none)); relu; dense(2); "
    "alpha_dropout(0) | 2, 3, 5",
    "conv2d(4, 3, activation=tanh); conv2d(3, (2, 3), (2, 1), same, 1, 1, elu, false); "
    "flatten; dense(2) | 6, 7, 2",
    "conv2d(filters=4, kernel_size=[3, 2], strides=1, padding=same, "
    "dilation_rate=(1, 2), groups=2, activation=tanh, use_bias=true, "
    "kernel_initializer=he_normal, bias_initializer=ones); conv2d(5, 1, tanh); "
    "conv2d(2, 1, 2); flatten; dense(2) | 5, 4, 2",
    "conv2d(6, 3, groups=3, padding=same); tanh; conv2d(6, 2, groups=2); "
    "conv2d(4, 2, strides=2, groups=2); "
    "flatten; dense(2) | 4, 5, 3",
    "conv2d(3, 5, padding=same, trainable=false); tanh; conv2d(2, 2, tanh); "
    "conv2d(2, 2, trainable=false); flatten; dense(2) | 4, 3, 1",
    "conv1d(4, 3, activation=tanh); conv1d(3, 2, 2, same, 1, 1, elu, false); flatten; "
    "dense(2) | 9, 2",
    "conv1d(filters=4, kernel_size=(3,), strides=1, padding=causal, dilation_rate=2, "
    "groups=2, activation=tanh, use_bias=true, kernel_initializer=he_normal, "
    "bias_initializer=ones); conv1d(3, 1, trainable=false); tanh; conv1d(2, 3, 2, "
    "causal); flatten; dense(2) | 7, 2",
    "depthwise_conv2d(3, activation=tanh); depthwise_conv2d((2, 3), (2, 1), same, 2, "
    "1, elu, false); flatten; dense(2) | 6, 5, 2",
    "depthwise_conv2d(kernel_size=2, strides=1, padding=same, depth_multiplier=3, "
    "dilation_rate=(1, 2), activation=tanh, use_bias=true, "
    "depthwise_initializer=he_normal, bias_initializer=ones); conv2d(2, 1); "
    "depthwise_conv2d(2, trainable=false); tanh; flatten; dense(2) | 4, 5, 2",
    "separable_conv2d(4, 3, activation=tanh); separable_conv2d(3, (2, 3), (2, 1), "
    "same, 1, 2, elu, false); flatten; dense(2) | 6, 7, 2",
    "conv2d(2, 1, tanh); separable_conv2d(filters=4, kernel_size=2, strides=1, "
    "padding=same, dilation_rate=(2, 1), depth_multiplier=2, activation=tanh, "
    "use_bias=true, depthwise_initializer=he_normal, pointwise_initializer=he_uniform, "
    "bias_initializer=ones); separable_conv2d(2, 2, trainable=false); flatten; "
    "dense(2) | 4, 5, 2",
    "conv2d_transpose(3, 3, activation=tanh); conv2d_transpose(2, (2, 3), (2, 1), "
    "same, (1, 0), 1, elu, false); flatten; dense(2) | 2, 3, 2",
    "conv2d_transpose(filters=3, kernel_size=2, strides=1, padding=same, "
    "output_padding=none, dilation_rate=(1, 2), activation=tanh, use_bias=true, "
    "kernel_initializer=he_normal, bias_initializer=ones); conv2d_transpose(2, 2, 3); "
    "tanh; conv2d_transpose(2, 3, 2, same, trainable=false); flatten; dense(2) "
    "| 2, 3, 2",
    "conv1d_transpose(3, 3, activation=tanh); conv1d_transpose(2, 3, 2, same, 1, 1, "
    "elu, false); flatten; dense(2) | 4, 2",
    "conv1d_transpose(filters=3, kernel_size=3, strides=1, padding=same, "
    "output_padding=none, dilation_rate=2, activation=tanh, use_bias=true, "
    "kernel_initializer=he_normal, bias_initializer=ones); conv1d_transpose(2, 4, 2); "
    "tanh; conv1d_transpose(2, 2, 3, trainable=false); flatten; dense(2) | 5, 2",
    *(
        f"{layer}({arguments}, {weights}, bias_regularizer=l2, "
        f"activity_regularizer=l1, bias_constraint=non_neg); tanh; flatten; dense(2) "
        f"| {shape}"
        for layer, arguments, weights, shape in _REGULARIZED_CONVOLUTIONS
    ),
    "batch_normalization; dense(4); batch_normalization; relu; dropout(0.3); dense(2) "
    "| 5",
    "dense(4, relu, use_bias=false); batch_normalization(-1, 0.9, 0.1); dense(2) "
    "| 3, 5",
    "dense(4, tanh); batch_normalization(axis=1, momentum=0.5, epsilon=0.01, "
    "center=false, scale=true); batch_normalization(2, center=true, scale=false); "
    "dense(3); batch_normalization(axis=-2, scale=false, center=false); dense(2) "
    "| 4, 5",
    "batch_normalization(-3, beta_initializer=ones, gamma_initializer=constant(0.5)); "
    "dense(3, tanh); batch_normalization(2, moving_mean_initializer=constant(0.3), "
    "moving_variance_initializer=constant(2.0)); flatten; dense(2) | 2, 3, 4",
    "batch_normalization(scale=false, center=false); dense(4); "
    "batch_normalization(trainable=false); relu; batch_normalization(trainable=false, "
    "moving_mean_initializer=ones, moving_variance_initializer=constant(0.5), "
    "scale=false); dense(2) | 5",
    "dense(3); batch_normalization(1, trainable=false, center=false); tanh; "
    "batch_normalization(axis=1, trainable=false, momentum=0.8); dense(2) | 4, 5",
    "dense(3); batch_normalization | 5",
    "conv2d(3, 2, use_bias=false); batch_normalization; tanh; conv2d(4, 2, elu); "
    "batch_normalization(momentum=0.7, scale=false); tanh; conv2d(2, 1, elu); "
    "batch_normalization(center=false); flatten; dense(2) | 5, 4, 2",
    "batch_normalization(scale=false, center=false); conv1d(3, 2, activation=tanh); "
    "batch_normalization(scale=false, center=false); flatten; batch_normalization; "
    "dropout(0.2); dense(2) | 6, 2",
    "dense(4, elu); batch_normalization; dense(2) | 5",
    "layer_normalization; dense(4); layer_normalization; relu; dense(2) | 5",
    "layer_normalization(1, 0.1, true, false, ones); dense(4, tanh); "
    "layer_normalization(axis=[-2, -1], epsilon=0.01, center=false, scale=true, "
    "gamma_initializer=constant(0.7)); dense(2) | 3, 5",
    "layer_normalization(axis=(1, 3), beta_initializer=ones); dense(3); "
    "layer_normalization(2, center=false); flatten; "
    "layer_normalization(center=false, scale=false); dense(2) | 2, 3, 4",
    "layer_normalization([-1, 1], beta_initializer=random_normal); dense(2) | 3, 5",
    "dense(4); layer_normalization(trainable=false); dense(3); layer_normalization(-1, "
    "scale=false, trainable=false); dense(2) | 3, 5",
    "group_normalization(2); dense(6); group_normalization(3); relu; dense(2) | 4",
    "dense(6, tanh); group_normalization(3, -1, 0.1, true, false, ones); dense(4); "
    "group_normalization(groups=-1, axis=-1, epsilon=0.01, center=false, scale=true, "
    "gamma_initializer=constant(0.7)); dense(2) | 2, 3, 5",
    "group_normalization(2, 1); dense(4, tanh); group_normalization(2, axis=2, "
    "beta_initializer=ones); dense(6); group_normalization(3, scale=false, "
    "center=false); dense(4); group_normalization(1, trainable=false); dense(2) "
    "| 4, 6, 3",
    "rms_normalization; dense(4); rms_normalization(-1, 0.1); relu; dense(2) | 5",
    "rms_normalization(axis=[2, 1], epsilon=0.01); dense(4, tanh); "
    "rms_normalization(trainable=false); dense(2) | 3, 5",
    "unit_normalization; dense(4); unit_normalization; tanh; dense(2) | 5",
    "dense(4); unit_normalization(1); dense(4, tanh); "
    "unit_normalization(axis=[1, -1]); dense(2) | 3, 5",
    "permute(3, 1, 2); dense(3); permute(1, 3, 2); elu; flatten; dense(2) | 2, 3, 4",
    "repeat_vector(3); dense(4, tanh); flatten; repeat_vector(n=2); dense(2) | 5",
    "rescaling(0.5); dense(4); rescaling(scale=-2, offset=0.3); relu; dense(2) | 5",
    "rescaling([1, -2, 0.5], -1.5); dense(2); rescaling(1, offset=[2, 0.1]) | 4, 3",
    "prelu; dense(4); prelu; dense(2) | 5",
    "dense(3); prelu(alpha_initializer=ones); dense(2); prelu(zeros) | 2, 4",
    "prelu(shared_axes=[1, 2]); dense(3); prelu(shared_axes=2); dense(2); "
    "prelu(shared_axes=(3, 1, 2)); dense(2); prelu(trainable=false) | 2, 3, 4",
    "dense(3); max_pooling1d; dense(4, tanh); max_pooling1d(3, 1, same); relu; "
    "max_pooling1d(pool_size=2, strides=3, padding=valid); flatten; dense(2) | 9, 2",
    "dense(3); max_pooling2d; elu; max_pooling2d((2, 3), (1, 2), same); dense(2); "
    "dropout(0.2); max_pooling2d(pool_size=[1, 2], strides=3, padding=same); flatten; "
    "dense(2) | 7, 9, 2",
    "dense(2); average_pooling1d(2); tanh; dense(3); average_pooling1d(4, 3, same); "
    "dense(2); average_pooling1d(pool_size=2, strides=1, padding=valid); flatten; "
    "dense(2) | 13, 2",
    "dense(3); average_pooling2d(2); relu; average_pooling2d((3, 2), 1, same); "
    "dense(2, elu); average_pooling2d(pool_size=(1, 2), strides=(2, 3), "
    "padding=valid); sigmoid; flatten; dense(2) | 7, 8, 2",
    "dense(3); global_average_pooling1d; dense(4); reshape(2, 2); dense(2); "
    "global_average_pooling1d(keepdims=true); tanh; flatten; dense(2) | 4, 2",
    "dense(3); global_average_pooling2d(true); relu; dense(4); reshape(2, 1, 2); "
    "dense(3); global_average_pooling2d; dense(2) | 4, 3, 2",
    "dense(3); global_max_pooling1d; relu; dense(4); reshape(2, 2); dense(2); "
    "global_max_pooling1d(keepdims=true); tanh; flatten; dense(2) | 4, 2",
    "dense(3); global_max_pooling2d(true); relu; dense(4); reshape(2, 1, 2); "
    "dense(3); global_max_pooling2d(keepdims=false); dense(2) | 4, 3, 2",
    "dense(3); zero_padding1d; sigmoid; cropping1d; dense(2); zero_padding1d((0, 2)); "
    "dense(2, tanh); zero_padding1d(padding=3); cropping1d(cropping=(1, 2)); flatten; "
    "dense(2) | 4, 2",
    "dense(3); zero_padding2d; sigmoid; zero_padding2d((0, 2)); dense(2, elu); "
    "zero_padding2d(padding=((1, 0), (2, 3))); cropping2d; dense(2, tanh); "
    "cropping2d((1, (0, 2))); dense(2); cropping2d(cropping=[[1, 2], [0, 3]]); "
    "flatten; dense(2) | 4, 3, 2",
    "dense(3); upsampling1d; relu; dense(2); upsampling1d(size=3); flatten; dense(2) "
    "| 3, 2",
    "dense(3); upsampling2d; relu; dense(2); upsampling2d((1, 3)); dense(2); "
    "upsampling2d(2, bilinear); tanh; dense(2); upsampling2d(size=(3, 1), "
    "interpolation=bilinear); flatten; dense(2) | 2, 3, 2",
    "upsampling2d; max_pooling2d(3, 2); average_pooling2d(2, 1); zero_padding2d; "
    "cropping2d(1); dense(2); global_max_pooling2d | 4, 5, 2",
    "dense(3); spatial_dropout1d(0.4); relu; spatial_dropout1d(rate=0.3, seed=2); "
    "dense(2); reshape(2, 2, 2); spatial_dropout2d(0.4); dense(3); "
    "spatial_dropout2d(rate=0.2, seed=3); dense(2) | 4, 3",
    "tanh; dense(4); tanh; softmax; sigmoid; elu; dense(2) | 5",
    "glu; dense(6); glu; dense(4); glu(axis=1); dense(2) | 4, 6",
    "glu(1); dense(6); glu(axis=-2); flatten; glu; relu; dense(4); glu | 4, 3",
    "repeat 4 {; dense(5, tanh); dropout(0.1); }; dense(2) | 5",
    "dense(4, softmax(axis=-2)); softmax(axis=2); log_softmax(axis=1); dense(2) | 3, 5",
    "dense(4, log_softmax(1)); softmax(-1); flatten; softmax(1); dense(2) | 3, 5",
    "gelu; dense(4); gelu; relu; dropout(0.2); dense(4); mish; dropout(0.3); "
    "dropout(0.3); dense(4); hard_silu; dropout(0.4); gelu; silu; dense(2) | 5",
    "silu; gelu; dense(4, gelu); reshape(2, 2); mish; flatten; gelu; dropout(0.2) | 5",
)

#: Losses, and the ends of networks that they take: fused with the loss, and not.
LOSSES = (
    ("mean_squared_error", "dense(1)"),
    ("mse", "dense(3)"),
    ("mse", "dense(3, sigmoid)"),
    ("mean_absolute_error", "dense(1)"),
    ("mae", "dense(3, tanh)"),
    ("binary_crossentropy", "dense(1, sigmoid)"),
    ("binary_crossentropy", "dense(4, sigmoid)"),
    ("binary_crossentropy", "dense(1); sigmoid"),
    ("binary_crossentropy(label_smoothing=0.1)", "dense(1, sigmoid)"),
    ("binary_crossentropy(label_smoothing=0.1)", "dense(4, sigmoid)"),
    ("binary_crossentropy(from_logits=true)", "dense(1)"),
    ("binary_crossentropy(from_logits=true, label_smoothing=0.2)", "dense(4)"),
    ("binary_crossentropy(from_logits=true)", "dense(4, tanh)"),
    ("binary_crossentropy", "dense(4, hard_sigmoid)"),
    ("binary_crossentropy", "dense(3, softmax)"),
    ("binary_crossentropy(label_smoothing=0.1)", "dense(3, softmax)"),
    ("binary_crossentropy", "dense(1, sigmoid); reshape(1, 1)"),
    ("circle", "dense(4); unit_normalization"),
    ("circle(gamma=5.0, margin=0.25)", "dense(3, tanh); unit_normalization"),
    (
        "circle(10, 0.3, false, reduction=sum)",
        "dense(4, tanh); unit_normalization",
    ),
    (
        "circle(remove_diagonal=true, reduction=mean_with_sample_weight)",
        "dense(4); unit_normalization",
    ),
    ("ctc", "dense(20); reshape(5, 4)"),
    ("ctc(reduction=sum)", "dense(14, tanh); reshape(7, 2)"),
    ("categorical_crossentropy", "dense(4, softmax)"),
    ("categorical_crossentropy", "dense(4); softmax"),
    ("categorical_crossentropy", "dense(4); activation(softmax)"),
    ("categorical_crossentropy", "dense(4, tanh); softmax"),
    ("categorical_crossentropy", "dense(4, softmax(axis=1))"),
    ("categorical_crossentropy", "dense(4, log_softmax); softmax"),
    ("categorical_crossentropy", "dense(4, log_softmax)"),
    ("categorical_crossentropy(from_logits=true)", "dense(4, log_softmax)"),
    ("categorical_crossentropy(label_smoothing=0.2)", "dense(4, softmax)"),
    ("categorical_crossentropy(from_logits=true)", "dense(4)"),
    ("categorical_crossentropy(from_logits=true, label_smoothing=0.2)", "dense(4)"),
    ("categorical_crossentropy", "dense(4, sigmoid)"),
    ("categorical_crossentropy(label_smoothing=0.2)", "dense(4, sigmoid)"),
    ("categorical_crossentropy", "dense(6); reshape(2, 3); softmax; flatten"),
    ("sparse_categorical_crossentropy", "dense(4, softmax)"),
    ("sparse_categorical_crossentropy", "dense(4); softmax"),
    ("sparse_categorical_crossentropy(from_logits=true)", "dense(4)"),
    ("sparse_categorical_crossentropy", "dense(4, sigmoid)"),
    ("sparse_categorical_crossentropy", "dense(4, log_softmax)"),
    ("sparse_categorical_crossentropy(from_logits=true)", "dense(4, log_softmax)"),
    ("sparse_categorical_crossentropy", "dense(4, softmax); dropout(0.2)"),
    ("mean_absolute_percentage_error", "dense(1)"),
    ("mape", "dense(3, tanh)"),
    ("mean_squared_logarithmic_error", "dense(1)"),
    ("msle", "dense(3, sigmoid)"),
    ("huber", "dense(1)"),
    ("huber(delta=0.3)", "dense(3, tanh)"),
    ("log_cosh", "dense(1)"),
    ("log_cosh", "dense(3, tanh)"),
    ("binary_focal_crossentropy", "dense(1, sigmoid)"),
    ("binary_focal_crossentropy", "dense(4); sigmoid"),
    ("binary_focal_crossentropy(true, 0.4, 3.0)", "dense(4, sigmoid)"),
    ("binary_focal_crossentropy(apply_class_balancing=true)", "dense(3, softmax)"),
    ("binary_focal_crossentropy(gamma=0.5, label_smoothing=0.1)", "dense(2, sigmoid)"),
    ("binary_focal_crossentropy(gamma=0.5, label_smoothing=0.1)", "dense(3, softmax)"),
    ("binary_focal_crossentropy(gamma=1)", "dense(2, sigmoid)"),
    ("binary_focal_crossentropy(gamma=1)", "dense(3, softmax)"),
    ("binary_focal_crossentropy(true, gamma=0, alpha=0.3)", "dense(2, sigmoid)"),
    ("binary_focal_crossentropy(gamma=0)", "dense(3, softmax)"),
    ("binary_focal_crossentropy(from_logits=true)", "dense(1)"),
    ("binary_focal_crossentropy(from_logits=true, axis=-1)", "dense(4, tanh)"),
    ("categorical_focal_crossentropy", "dense(4, softmax)"),
    ("categorical_focal_crossentropy", "dense(4, tanh); softmax"),
    ("categorical_focal_crossentropy", "dense(4, sigmoid)"),
    ("categorical_focal_crossentropy(0.5, 1.5, axis=-1)", "dense(4, softmax)"),
    (
        "categorical_focal_crossentropy(alpha=[0.1, 1, 0.4], gamma=3)",
        "dense(3, softmax)",
    ),
    (
        "categorical_focal_crossentropy(alpha=[0.1, 1, 0.4], gamma=3)",
        "dense(3, sigmoid)",
    ),
    ("categorical_focal_crossentropy(gamma=1)", "dense(4, softmax)"),
    ("categorical_focal_crossentropy(gamma=1)", "dense(4, sigmoid)"),
    ("categorical_focal_crossentropy(gamma=0)", "dense(4, softmax)"),
    ("categorical_focal_crossentropy(gamma=0)", "dense(4, sigmoid)"),
    (
        "categorical_focal_crossentropy(from_logits=true, label_smoothing=0.2)",
        "dense(4)",
    ),
    ("hinge", "dense(1)"),
    ("hinge", "dense(4, tanh)"),
    ("squared_hinge", "dense(1)"),
    ("squared_hinge", "dense(4, tanh)"),
    ("categorical_hinge", "dense(4)"),
    ("categorical_hinge", "dense(4, relu)"),
    ("kl_divergence", "dense(4, softmax)"),
    ("kl_divergence", "dense(4, sigmoid)"),
    ("poisson", "dense(1, sigmoid)"),
    ("poisson", "dense(4, softmax)"),
    ("cosine_similarity", "dense(3)"),
    ("cosine_similarity(axis=-1)", "dense(4, tanh)"),
    ("dice", "dense(3, sigmoid)"),
    ("dice(reduction=sum, axis=[0, -1])", "dense(3, sigmoid)"),
    ("dice(axis=1)", "dense(4, softmax)"),
    ("tversky", "dense(3, sigmoid)"),
    ("tversky(0.3, beta=0.8, axis=-1)", "dense(3, sigmoid)"),
    ("tversky(alpha=0.7, reduction=sum, axis=0)", "dense(4, softmax)"),
    ("categorical_generalized_cross_entropy", "dense(4, softmax)"),
    ("categorical_generalized_cross_entropy(q=0.8)", "dense(4, sigmoid)"),
    ("categorical_generalized_cross_entropy(0.2, reduction=sum)", "dense(4, softmax)"),
    ("mse(sum)", "dense(1)"),
    ("mse(reduction=mean)", "dense(3)"),
    ("mae(reduction=sum)", "dense(3)"),
    ("mape(reduction=sum)", "dense(3)"),
    ("msle(reduction=sum)", "dense(3)"),
    ("huber(reduction=sum)", "dense(3)"),
    ("log_cosh(reduction=sum)", "dense(3)"),
    ("binary_crossentropy(axis=-1, reduction=sum)", "dense(1, sigmoid)"),
    ("binary_crossentropy(reduction=sum)", "dense(3, softmax)"),
    ("categorical_crossentropy(axis=-1, reduction=sum)", "dense(4, softmax)"),
    ("categorical_crossentropy(reduction=sum)", "dense(4, sigmoid)"),
    ("sparse_categorical_crossentropy(reduction=sum, axis=-1)", "dense(4, softmax)"),
    ("sparse_categorical_crossentropy(reduction=sum)", "dense(4, sigmoid)"),
    ("sparse_categorical_crossentropy(ignore_class=2)", "dense(4, softmax)"),
    ("sparse_categorical_crossentropy(ignore_class=-1)", "dense(4, sigmoid)"),
    ("sparse_categorical_crossentropy(true, 255)", "dense(4)"),
    (
        "sparse_categorical_crossentropy(ignore_class=-1, reduction=sum)",
        "dense(4, softmax)",
    ),
    ("binary_focal_crossentropy(reduction=sum)", "dense(3, sigmoid)"),
    ("categorical_focal_crossentropy(reduction=sum)", "dense(3, softmax)"),
    ("hinge(reduction=sum)", "dense(3)"),
    ("squared_hinge(reduction=mean_with_sample_weight)", "dense(3)"),
    ("categorical_hinge(reduction=sum)", "dense(3)"),
    ("kl_divergence(reduction=sum)", "dense(3, softmax)"),
    ("poisson(reduction=sum)", "dense(3, sigmoid)"),
    ("cosine_similarity(reduction=sum)", "dense(3)"),
)

#: Losses whose samples are weighed by their classes, and these weights.
WEIGHED = (
    ("sparse_categorical_crossentropy", "dense(3, softmax)", "[0: 2.0, 2: 0.5]"),
    ("sparse_categorical_crossentropy", "dense(3, sigmoid)", "[1: 3]"),
    ("sparse_categorical_crossentropy(true)", "dense(3)", "[0: 0, 1: 4]"),
    ("sparse_categorical_crossentropy(ignore_class=-1)", "dense(3, softmax)", "[0: 2]"),
    ("sparse_categorical_crossentropy(ignore_class=1)", "dense(3, sigmoid)", "[0: 2]"),
    (
        "sparse_categorical_crossentropy(false, -1, mean_with_sample_weight)",
        "dense(3, softmax)",
        "[0: 2.0, 2: 0.5]",
    ),
    ("sparse_categorical_crossentropy(reduction=sum)", "dense(3, softmax)", "[0: 2]"),
    (
        "sparse_categorical_crossentropy(reduction=mean_with_sample_weight)",
        "dense(3, softmax)",
        "[0: 2.0, 2: 0.5]",
    ),
    ("categorical_crossentropy", "dense(3, softmax)", "[0: 2.0, 2: 0.5]"),
    ("categorical_crossentropy(reduction=sum)", "dense(3, sigmoid)", "[1: 3.5]"),
    ("categorical_focal_crossentropy", "dense(3, softmax)", "[0: 2.0, 2: 0.5]"),
    ("categorical_hinge", "dense(3)", "[0: 2.0, 2: 0.5]"),
    ("kl_divergence", "dense(3, softmax)", "[0: 2.0, 2: 0.5]"),
    ("binary_crossentropy", "dense(1, sigmoid)", "[1: 5]"),
    ("binary_crossentropy(label_smoothing=0.2)", "dense(1, sigmoid)", "[0: 0.3]"),
    (
        "binary_crossentropy(reduction=mean_with_sample_weight)",
        "dense(1, tanh); sigmoid",
        "[0: 0.3]",
    ),
    ("binary_focal_crossentropy(true)", "dense(1, sigmoid)", "[0: 0.5, 1: 5]"),
    ("hinge", "dense(1)", "[0: 0.5, 1: 5]"),
    ("squared_hinge(reduction=sum)", "dense(1)", "[0: 0.5, 1: 5]"),
    ("sparse_categorical_crossentropy", "dense(3, softmax)", "balanced"),
)

OPTIMIZERS = (
    "sgd",
    "sgd(learning_rate=0.1)",
    "sgd(0.1, momentum=0.9)",
    "sgd(0.1, momentum=0.9, nesterov=true)",
    "rmsprop",
    "rmsprop(learning_rate=0.01, rho=0.8, epsilon=0.01)",
    "rmsprop(momentum=0.5)",
    "rmsprop(centered=true)",
    "rmsprop(0.01, rho=0.7, momentum=0.5, epsilon=0.001, centered=true)",
    "adam",
    "adam(learning_rate=0.01, beta_1=0.8, beta_2=0.95, epsilon=0.001)",
    "adam(amsgrad=true)",
    "adam(0.01, 0.5, 0.6, 0.01, true)",
    "adamw",
    "adamw(learning_rate=0.01, beta_1=0.8, beta_2=0.95, epsilon=0.001, amsgrad=true)",
    "adamw(0.01, 0.2)",
    "adamw(weight_decay=0)",
    "nadam",
    "nadam(learning_rate=0.01, beta_1=0.8, beta_2=0.95, epsilon=0.001)",
    "adamax",
    "adamax(learning_rate=0.01, beta_1=0.8, beta_2=0.95, epsilon=0.001)",
    "adagrad",
    "adagrad(learning_rate=0.01, initial_accumulator_value=0.3, epsilon=0.01)",
    "adadelta",
    "adadelta(learning_rate=0.5, rho=0.8, epsilon=0.01)",
    "lion",
    "lion(learning_rate=0.01, beta_1=0.5, beta_2=0.8)",
    "lion(beta_1=1.0)",
    "adafactor",
    "adafactor(learning_rate=0.01, beta_2_decay=-0.5, epsilon_1=0.01)",
    "adafactor(0.9, epsilon_2=0.5, clip_threshold=0.3, relative_step=false)",
    "lamb",
    "lamb(learning_rate=0.01, beta_1=0.8, beta_2=0.95, epsilon=0.001)",
    "muon",
    'muon(0.01, 0.8, 0.95, 0.1, 0.001, none, exclude_layers=["dense_1"], momentum=0.9)',
    "muon(adam_weight_decay=none, exclude_embeddings=false, adam_lr_ratio=0.5, "
    "muon_a=3.0, muon_b=-3.2, muon_c=1.2, ns_steps=3, nesterov=false, rms_rate=none)",
    "muon(learning_rate=0.1, adam_beta_1=0.5, adam_beta_2=0.5, epsilon=0.1, "
    "weight_decay=0.2, rms_rate=0.1)",
    "ftrl",
    "ftrl(learning_rate=0.01, learning_rate_power=-0.7, initial_accumulator_value=0.3)",
    "ftrl(0.1, l1_regularization_strength=0.2, l2_regularization_strength=0.1, "
    "l2_shrinkage_regularization_strength=0.05, beta=0.5)",
    "schedule_free_adamw",
    "schedule_free_adamw(learning_rate=0.01, beta_1=0.8, beta_2=0.95, epsilon=0.001)",
    "schedule_free_adamw(0.1, warmup_steps=4)",
)

OPTIMIZER_NAMES = tuple(dict.fromkeys(o.partition("(")[0] for o in OPTIMIZERS))

#: What every optimizer can be given; the clippings act on some of the gradients.
OPTIONS = (
    "weight_decay=0.1",
    "clipnorm=0.9",
    "clipvalue=0.4",
    "global_clipnorm=1.5",
    "use_ema=true",
    "use_ema=true, ema_momentum=0.7, ema_overwrite_frequency=3",
    "gradient_accumulation_steps=3",
    "gradient_accumulation_steps=2, clipnorm=0.9, weight_decay=0.1",
    "gradient_accumulation_steps=3, use_ema=true, ema_momentum=0.8",
    "gradient_accumulation_steps=2, use_ema=true, ema_overwrite_frequency=2",
    "gradient_accumulation_steps=2, global_clipnorm=0.5, weight_decay=0.1, "
    "use_ema=true, ema_momentum=0.5, ema_overwrite_frequency=1",
)

#: Optimizers that look at each weight or keep averages, for a network in which not all
#: weights are trained.
OF_WEIGHTS = (
    "lamb(0.01)",
    "muon(0.01, weight_decay=0.1)",
    "adafactor(0.01, use_ema=true, gradient_accumulation_steps=2)",
    "adam(0.01, clipnorm=0.01, use_ema=true, ema_overwrite_frequency=3)",
)
FROZEN = ("dense(4, tanh, trainable=false)", "dense(3, tanh)", "dense(2)")

#: Schedules that have done all that they can do after 7 steps.
SCHEDULES = (
    "exponential_decay(0.1, 3, 0.5)",
    "exponential_decay(initial_learning_rate=0.1, decay_steps=2, decay_rate=0.9, "
    "staircase=true)",
    "piecewise_constant_decay([1, 3], [0.1, 0.05, 0.2])",
    "piecewise_constant_decay(boundaries=[2], values=[0.1, 0.05])",
    "polynomial_decay(0.1, 4)",
    "polynomial_decay(initial_learning_rate=0.1, decay_steps=3, "
    "end_learning_rate=0.01, power=2, cycle=true)",
    "polynomial_decay(0.1, 5, 0, power=0.5)",
    "polynomial_decay(0.1, 5, 0)",
    "cosine_decay(0, 3, warmup_target=0.2, warmup_steps=2)",
    "inverse_time_decay(0.1, 3, 0.5)",
    "inverse_time_decay(initial_learning_rate=0.1, decay_steps=2, decay_rate=0.9, "
    "staircase=true)",
    "cosine_decay(0.1, 5)",
    "cosine_decay(initial_learning_rate=0.02, decay_steps=3, alpha=0.1, "
    "warmup_target=0.2, warmup_steps=2)",
    "cosine_decay(0.02, 3, warmup_target=0.2)",
    "cosine_decay_restarts(0.1, 2)",
    "cosine_decay_restarts(initial_learning_rate=0.1, first_decay_steps=2, "
    "t_mul=1.5, m_mul=0.5, alpha=0.1)",
    "cosine_decay_restarts(0.1, 3, 1)",
    "cosine_decay_restarts(0.1, 2, 1, 0.8)",
)

#: Schedules that Keras does not have.
OWN_SCHEDULES = (
    "one_cycle(0.1)",
    "one_cycle(max_learning_rate=0.1, total_steps=6, pct_start=0.5, div_factor=10, "
    "final_div_factor=100)",
)

INITIALIZERS = (
    "zeros",
    "ones",
    "constant",
    "constant(value=0.1)",
    "random_normal",
    "random_normal(mean=0.5, stddev=0.2, seed=3)",
    "random_uniform",
    "random_uniform(minval=-0.5, maxval=1.0, seed=3)",
    "truncated_normal",
    "truncated_normal(mean=1.0, stddev=0.3, seed=3)",
    "variance_scaling",
    "variance_scaling(scale=2.0, mode=fan_avg, distribution=uniform, seed=3)",
    "variance_scaling(mode=fan_out)",
    "variance_scaling(distribution=untruncated_normal)",
    "glorot_uniform",
    "glorot_uniform(seed=3)",
    "glorot_normal",
    "glorot_normal(seed=3)",
    "he_uniform",
    "he_uniform(seed=3)",
    "he_normal",
    "he_normal(seed=3)",
    "lecun_uniform",
    "lecun_uniform(seed=3)",
    "lecun_normal",
    "lecun_normal(seed=3)",
    "orthogonal",
    "orthogonal(gain=0.5, seed=3)",
    "identity",
    "identity(gain=0.5)",
)

#: Ends of networks whose weights or outputs are penalized, and their losses.
REGULARIZERS = (
    ("dense(3, tanh, kernel_regularizer=l1)", "mse"),
    ("dense(3, tanh, bias_regularizer=l1(l1=0.3))", "mse"),
    ("dense(3, kernel_regularizer=l2)", "mae"),
    ("dense(3, kernel_regularizer=l2(l2=0.2), bias_regularizer=l2(0.1))", "mse"),
    ("dense(3, relu, kernel_regularizer=l1_l2(l1=0.1))", "mse"),
    ("dense(3, relu, bias_regularizer=l1_l2(l2=0.3))", "mse"),
    ("dense(3, kernel_regularizer=l1_l2(l1=0.1, l2=0.2), bias_regularizer=l1)", "mse"),
    ("dense(4, none, false, kernel_regularizer=l2); tanh; dense(3)", "mse"),
    ("dense(4, tanh, activity_regularizer=l1(0.2)); dense(3)", "mse"),
    ("dense(4, relu, activity_regularizer=l2(0.2)); dropout(0.3); dense(3)", "mse"),
    (
        "dense(4, elu, activity_regularizer=l1(0.2)); relu; dropout(0.2); dense(1)",
        "mse",
    ),
    ("dense(4, activity_regularizer=l1_l2(0.1, 0.2)); relu; dense(3)", "mse"),
    ("dense(4, activity_regularizer=l1(0.2)); dropout(0.3); flatten; dense(3)", "mse"),
    ("dense(3, tanh, activity_regularizer=l2(0.3))", "mae"),
    ("dense(1, sigmoid, activity_regularizer=l2(0.3))", "binary_crossentropy"),
    (
        "dense(4, softmax, activity_regularizer=l1_l2(0.1, 0.2))",
        "categorical_crossentropy",
    ),
    (
        "dense(4, softmax, activity_regularizer=l1_l2(0.1, 0.2)); "
        "activity_regularization(0.1, 0.3)",
        "sparse_categorical_crossentropy",
    ),
    (
        "dense(4, kernel_regularizer=l2(0.3), bias_regularizer=l2(0.2), "
        "activity_regularizer=l2(0.1)); softmax; activity_regularization(l2=0.3)",
        "sparse_categorical_crossentropy",
    ),
    ("dense(1, sigmoid); activity_regularization(l2=0.2)", "binary_crossentropy"),
    (
        "dense(4, activity_regularizer=l2(0.1)); activity_regularization(l1=0.2)",
        "sparse_categorical_crossentropy(from_logits=true)",
    ),
    ("prelu(alpha_regularizer=l1_l2(0.1, 0.2), alpha_constraint=max_norm(0.1))", "mse"),
    *(
        (
            f"dense(4, activity_regularizer=l2(0.1)); {layer}beta_regularizer=l2, "
            "gamma_regularizer=l1_l2(0.1, 0.2), beta_constraint=max_norm(0.3), "
            "gamma_constraint=non_neg); dense(3)",
            "mse",
        )
        for layer in (
            "batch_normalization(",
            "layer_normalization(",
            "group_normalization(2, ",
        )
    ),
    (
        "dense(4, tanh, kernel_regularizer=l2, activity_regularizer=l2(0.2), "
        "kernel_constraint=unit_norm, trainable=false); dense(3)",
        "mse",
    ),
    ("activity_regularization(l1=0.1); dense(3)", "mse"),
    ("flatten; activity_regularization(l2=0.1); tanh; dense(3)", "mse"),
    ("dense(4); activity_regularization(0.1, 0.2); sigmoid; dense(3)", "mse"),
    ("dense(4); dropout(0.4); activity_regularization(l2=0.2); relu; dense(3)", "mse"),
    ("dense(4, tanh); activity_regularization(0.0, 0.0); dense(3)", "mse"),
)

#: Constraints, so tight that updates meet them.
CONSTRAINTS = (
    "max_norm",
    "max_norm(max_value=0.4, axis=0)",
    "max_norm(max_value=0.3, axis=-1)",
    "non_neg",
    "unit_norm",
    "unit_norm(axis=[0])",
    "min_max_norm",
    "min_max_norm(min_value=0.9, max_value=1.1, rate=0.7, axis=0)",
    "min_max_norm(0.4, 0.5)",
)
#: Those of matrices alone.
KERNEL_CONSTRAINTS = (
    "max_norm(0.5, axis=1)",
    "max_norm(0.5, axis=[0, 1])",
    "unit_norm(axis=1)",
    "min_max_norm(0.4, 0.8, 0.6, axis=(-2, -1))",
)

#: Data sections whose samples are mostly 0, and layers that take them.
SPARSE = (
    ("imdb; bag_of_words(600)", "dense(4, relu); dense(1, sigmoid)"),
    ("imdb; bag_of_words(600, count)", "dense(3, tanh, false); dense(1, sigmoid)"),
    ("imdb; bag_of_words(20, tfidf)", "dense(1, sigmoid)"),
    (
        "imdb; bag_of_words(530)",
        "dense(4, tanh, kernel_regularizer=l1_l2(0.01, 0.02), "
        "kernel_constraint=max_norm(0.5)); dense(1, sigmoid)",
    ),
    ("imdb; bag_of_words(30)", "dense(3, tanh, trainable=false); dense(1, sigmoid)"),
    ("imdb; bag_of_words(550)", "dense(100, elu); dropout(0.3); dense(1, sigmoid)"),
    ("imdb; bag_of_words(550, tfidf)", "dense(101, elu); dense(1, sigmoid)"),
    ("imdb; bag_of_words(40)", "dropout(0.3); dense(3, tanh); dense(1, sigmoid)"),
    ('npz("a.npz"); multi_hot(600)', "dense(2, tanh); dense(1, sigmoid)"),
)

#: Metrics beside a loss and the end of a network.
METRICS = (
    ("accuracy", "binary_crossentropy", "dense(1, sigmoid)"),
    ("acc, mse, mae", "binary_crossentropy", "dense(4, sigmoid)"),
    ("accuracy", "binary_crossentropy(from_logits=true)", "dense(1)"),
    ("accuracy, confusion_matrix", "binary_crossentropy", "dense(1, sigmoid)"),
    ("confusion_matrix, class_report", "binary_crossentropy", "dense(1, sigmoid)"),
    ("class_report", "sparse_categorical_crossentropy", "dense(4, softmax)"),
    ("accuracy, mse", "categorical_crossentropy", "dense(4, softmax)"),
    ("accuracy, confusion_matrix", "categorical_crossentropy", "dense(4, softmax)"),
    ("accuracy", "categorical_crossentropy(from_logits=true)", "dense(4)"),
    ("accuracy", "sparse_categorical_crossentropy", "dense(4, softmax)"),
    (
        "accuracy, confusion_matrix",
        "sparse_categorical_crossentropy",
        "dense(4, softmax)",
    ),
    ("accuracy", "sparse_categorical_crossentropy(from_logits=true)", "dense(4)"),
    ("mean_absolute_error, mean_squared_error", "mse", "dense(3)"),
    ("mae, mse", "mae", "dense(1)"),
    ("accuracy, mse", "binary_crossentropy(label_smoothing=0.1)", "dense(1, sigmoid)"),
    ("accuracy, mse", "categorical_crossentropy(false, 0.1)", "dense(4, softmax)"),
    ("acc", "sparse_categorical_crossentropy(ignore_class=1)", "dense(4, softmax)"),
    ("mae, mse, accuracy", "hinge", "dense(1)"),
    ("mae", "squared_hinge", "dense(3)"),
    ("mae", "kl_divergence", "dense(3, softmax)"),
    ("mae", "cosine_similarity", "dense(3)"),
    (
        "binary_accuracy, precision, recall, f1_score(threshold=0.5), auc, rmse",
        "binary_crossentropy",
        "dense(1, sigmoid)",
    ),
    (
        "binary_accuracy(threshold=0.4), precision(0.3), precision(0.6, 2), "
        "recall(thresholds=0.45), recall(top_k=2), recall(class_id=1)",
        "binary_crossentropy",
        "dense(4, sigmoid)",
    ),
    (
        "precision(thresholds=0.4, top_k=3, class_id=2), auc(multi_label=true), "
        "f1_score(weighted, threshold=0.5), auc, auc(PR), rmse",
        "binary_crossentropy",
        "dense(4, sigmoid)",
    ),
    (
        "precision(0), recall(0.7), auc, binary_accuracy(threshold=0), rmse",
        "binary_crossentropy(from_logits=true)",
        "dense(3)",
    ),
    (
        "categorical_accuracy, top_k_accuracy(k=2), f1_score, f1_score(average=micro)",
        "categorical_crossentropy",
        "dense(4, softmax)",
    ),
    (
        "categorical_accuracy, precision, recall(0.2), f1_score(weighted), "
        "auc(curve=PR, multi_label=true)",
        "categorical_crossentropy(from_logits=true)",
        "dense(4)",
    ),
    (
        "sparse_categorical_accuracy, top_k_accuracy(2), top_k_accuracy(k=3), f1_score",
        "sparse_categorical_crossentropy",
        "dense(4, softmax)",
    ),
    (
        "f1_score(micro), f1_score(average=weighted, threshold=0.3), "
        "precision(class_id=1), recall(top_k=2, class_id=0), auc(multi_label=true)",
        "sparse_categorical_crossentropy",
        "dense(4, softmax)",
    ),
    (
        "root_mean_squared_error, r2_score, categorical_accuracy, top_k_accuracy(1)",
        "mse",
        "dense(3)",
    ),
    (
        "rmse, r2_score(class_aggregation=variance_weighted_average), "
        "r2_score(num_regressors=4)",
        "mae",
        "dense(3)",
    ),
    ("r2_score, r2_score(num_regressors=100), rmse, mae, mse", "mse", "dense(1)"),
    (
        "true_positives, true_negatives(thresholds=0.3), false_positives(0.4), "
        "false_negatives, false_negatives(thresholds=0.6), true_positives(0.7), "
        "true_positives(thresholds=0.2), false_positives(thresholds=0.2), binary_iou, "
        "binary_iou(1), "
        "binary_iou(target_class_ids=[0], threshold=0.4)",
        "binary_crossentropy",
        "dense(3, sigmoid)",
    ),
    (
        "precision_at_recall(recall=0.6), recall_at_precision(precision=0.5), "
        "sensitivity_at_specificity(specificity=0.7), "
        "specificity_at_sensitivity(sensitivity=0.4)",
        "binary_crossentropy",
        "dense(1, sigmoid)",
    ),
    (
        "precision_at_recall(0.6, class_id=1), recall_at_precision(0.5, class_id=1), "
        "sensitivity_at_specificity(0.7, class_id=2), "
        "specificity_at_sensitivity(0.4, class_id=0)",
        "sparse_categorical_crossentropy",
        "dense(4, softmax)",
    ),
    (
        "mean_iou, iou(target_class_ids=[0, 2]), iou(1), fbeta_score, "
        "fbeta_score(average=weighted, beta=2, threshold=0.3), "
        "sparse_top_k_categorical_accuracy(k=2)",
        "sparse_categorical_crossentropy",
        "dense(4, softmax)",
    ),
    (
        "one_hot_mean_iou, one_hot_iou(target_class_ids=[0, 2]), "
        "fbeta_score(micro, 0.5), top_k_categorical_accuracy(k=2)",
        "categorical_crossentropy",
        "dense(4, softmax)",
    ),
    (
        "cosine_similarity(axis=-1), pearson_correlation, pearson_correlation(axis=0), "
        "concordance_correlation, concordance_correlation(axis=0)",
        "mse",
        "dense(3)",
    ),
    (
        "mape, msle, huber, huber(delta=0.3), log_cosh_error, poisson, hinge, "
        "squared_hinge, categorical_hinge, kl_divergence",
        "categorical_crossentropy",
        "dense(4, softmax)",
    ),
    (
        "binary_crossentropy, binary_crossentropy(label_smoothing=0.2), "
        "binary_focal_crossentropy(apply_class_balancing=true, alpha=0.3, gamma=1.5, "
        "label_smoothing=0.1), categorical_crossentropy(label_smoothing=0.1), "
        "categorical_focal_crossentropy(alpha=0.5, gamma=1, label_smoothing=0.1)",
        "kl_divergence",
        "dense(4, softmax)",
    ),
    (
        "sparse_categorical_crossentropy",
        "sparse_categorical_crossentropy",
        "dense(4, sigmoid)",
    ),
    (
        "categorical_crossentropy(from_logits=true), "
        "categorical_focal_crossentropy(alpha=[1, 2, 0.5], from_logits=true), "
        "binary_crossentropy(from_logits=true), "
        "binary_focal_crossentropy(from_logits=true)",
        "categorical_crossentropy(from_logits=true)",
        "dense(3)",
    ),
    (
        "sparse_categorical_crossentropy(from_logits=true)",
        "sparse_categorical_crossentropy(from_logits=true)",
        "dense(4)",
    ),
    (
        "dice, dice(axis=1), tversky, tversky(alpha=0.3, beta=0.8, axis=[0])",
        "binary_crossentropy",
        "dense(3, sigmoid)",
    ),
    (
        "categorical_generalized_cross_entropy(q=0.7)",
        "sparse_categorical_crossentropy",
        "dense(4, softmax)",
    ),
)

#: Callbacks of a training with the metrics accuracy and auc.
CALLBACKS = (
    ("early_stopping",),
    ("early_stopping(loss, 0.01, 2, min)",),
    (
        "early_stopping(monitor=val_accuracy, min_delta=0.001, patience=3, mode=max, "
        "baseline=0.3, restore_best_weights=true, start_from_epoch=2)",
    ),
    ("reduce_lr_on_plateau",),
    (
        'reduce_lr_on_plateau(monitor="auc", factor=0.5, patience=1, mode=max, '
        "min_delta=0, cooldown=2, min_lr=0.0001)",
    ),
    ('checkpoint("last.npz")', 'checkpoint("{epoch:02d} {loss:.3e}.npz")'),
    (
        'checkpoint(filepath="best.npz", monitor=val_auc, save_best_only=true, '
        "mode=auto, save_freq=epoch, initial_value_threshold=0.5)",
        "terminate_on_nan",
    ),
    ("terminate_on_nan(raise_error=true)", 'csv_logger("log.csv")'),
    (
        f'csv_logger("{"a long name " * 8}.csv")',
        f'checkpoint("{"a long name " * 6}{{epoch:03d}} {{val_loss:.6f}}.npz")',
        "reduce_lr_on_plateau(val_accuracy, 0.123456789, 5, max, 0.00123456789, 12)",
        "early_stopping(val_auc, 0.00012345, 12, auto, 0.123456789, true, 3)",
    ),
    ("terminate_on_nan", 'csv_logger(filename="log", separator="\\t", append=true)'),
    (
        "early_stopping(patience=2, restore_best_weights=true)",
        "reduce_lr_on_plateau(patience=1)",
        'checkpoint("{val_loss:.2f}.npz", loss, true)',
        "terminate_on_nan",
        'csv_logger("log.csv", ";")',
    ),
)


def _layers(text: str) -> str:
    layers, _, shape = text.partition(" | ")
    return spec(layers.split("; "), shape=shape)


def optimized(optimizer: str, more: str = "precision = float64") -> str:
    """A small network that an optimizer trains."""
    layers = ["dense(4, tanh)", "dense(1, sigmoid)"]
    return spec(layers, loss="binary_crossentropy", optimizer=optimizer, more=more)


def _activations() -> dict[str, str]:
    cases = {}
    for a in ACTIVATIONS:
        alone = [f"dense(5, {a})", "dense(3)"]
        between = ["dense(5)", a, "dense(4, tanh)", a, "dropout(0.3)", "dense(2)"]
        around = [a, f"dense(4, {a})", "dropout(0.5)", a, "reshape(2, 2)"]
        around += [f"dense(3, {a})", "flatten", f"activation({a})"]
        # One exponential of another grows beyond all numbers, a shrunk one vanishes.
        if a in ("exponential", "tanh_shrink"):
            around[0] = around[3] = around[-1] = "tanh"
        cases[f"{a} as an argument"] = spec(alone)
        cases[f"{a} as a layer"] = spec(between)
        cases[f"{a} all around"] = spec(around)
    return cases


def _losses() -> dict[str, str]:
    cases = {}
    for loss, end in LOSSES:
        layers = ["dense(8, relu)", *end.split("; ")]
        cases[f"{loss} of {end}"] = spec(layers, loss=loss)
        if "; " not in end:
            cases[f"{loss} of {end}, rank 3"] = spec(layers, shape="3, 6", loss=loss)
    return cases


def _weighed() -> dict[str, str]:
    return {
        f"{loss} of {end} with weights {weights}": spec(
            ["dense(8, tanh)", *end.split("; ")],
            loss=loss,
            more=f"precision = float64\n  class_weight = {weights}",
        )
        for loss, end, weights in WEIGHED
    }


def _penalties() -> dict[str, str]:
    cases = {}
    for end, loss in REGULARIZERS:
        layers = ["dense(5, tanh)", *end.split("; ")]
        name = f"{end} with {loss}"
        cases[name] = spec(layers, loss=loss)
        cases[f"{name}, alone"] = spec(layers[1:], shape="3, 4", loss=loss)
    return cases


#: Optimizers that do more than update the weights before these are constrained.
CONSTRAINED = (
    "sgd(0.1, momentum=0.9, nesterov=true, weight_decay=0.1)",
    "adam(0.1, gradient_accumulation_steps=2)",
    "rmsprop(0.1, use_ema=true, ema_momentum=0.7, ema_overwrite_frequency=2)",
    "adam(0.1, gradient_accumulation_steps=2, use_ema=true, ema_overwrite_frequency=2)",
)


def _constraints() -> dict[str, str]:
    both = "kernel_constraint={0}, bias_constraint={0}"
    cases = {c: both.format(c) for c in CONSTRAINTS}
    cases |= {c: f"kernel_constraint={c}" for c in KERNEL_CONSTRAINTS}
    # Not l1: of |w| where `non_neg` made w 0, Keras's backends have other derivatives.
    penalties = "kernel_regularizer=l2(0.2), bias_regularizer=l2(0.1)"
    return {
        c: spec(
            [
                f"dense(4, tanh, {arguments})",
                f"dense(2, activity_regularizer=l1, {penalties}, {arguments})",
            ],
            optimizer="adam(0.1)",
        )
        for c, arguments in cases.items()
    } | {
        f"constraints after {optimizer}": spec(
            [
                "dense(4, tanh, kernel_constraint=min_max_norm(0.4, 0.8, 0.6))",
                "dense(2, kernel_constraint=unit_norm, bias_constraint=max_norm(0.1))",
            ],
            optimizer=optimizer,
        )
        for optimizer in CONSTRAINED
    }


def _sparse(data: str, layers: str) -> str:
    sizes = re.findall(r"\d+", data)
    return spec(
        layers.split("; "),
        shape=sizes[0],
        loss="binary_crossentropy",
        optimizer="rmsprop",
        metrics="accuracy",
        data=data.replace("; ", "\n"),
    )


def _short(text: str) -> str:
    """So much of it that pytest shows it."""
    return textwrap.shorten(text, 50, placeholder="...")


def _with_callbacks(lines: tuple[str, ...]) -> str:
    return spec(
        ["dense(4, tanh)", "dense(1, sigmoid)"],
        loss="binary_crossentropy",
        metrics="accuracy, auc",
        more="\n  ".join(["precision = float64", *lines]),
    )


CASES: dict[str, str] = {
    **{text: _layers(text) for text in LAYERS},
    **{text[:90]: _layers(text) for text in SEQUENCES},
    **{text[:90]: _layers(text) for text in VOLUMES},
    **_activations(),
    **_losses(),
    **_weighed(),
    **_penalties(),
    **_constraints(),
    **{f"{layers} of {data}": _sparse(data, layers) for data, layers in SPARSE},
    **{o: optimized(o) for o in OPTIMIZERS},
    **{f"{o}, some weights frozen": spec(FROZEN, optimizer=o) for o in OF_WEIGHTS},
    **{
        f"{_short(m)} with {loss} of {end}": spec(
            ["dense(8, relu)", end], loss=loss, metrics=m
        )
        for m, loss, end in METRICS
    },
    **{_short("; ".join(lines)): _with_callbacks(lines) for lines in CALLBACKS},
}

#: The same for initial values and masks that are drawn, which Keras draws otherwise.
INITIALIZED: dict[str, str] = {
    **{text[:90]: _layers(text) for text in (*DROPPED, *FROZEN_VOLUMES)},
    **{
        i: spec([f"dense(4, tanh, kernel_initializer={i})", "dense(2)"])
        for i in INITIALIZERS
    },
}

#: And for optimizers with what all can be given, whose updates are compared alone.
OPTIMIZED: dict[str, str] = {
    o: optimized(o)
    for o in (
        *(f"{name}({options})" for name in OPTIMIZER_NAMES for options in OPTIONS),
        *(f"sgd({schedule})" for schedule in (*SCHEDULES, *OWN_SCHEDULES)),
    )
}

#: Formulas of a spec's own: definitions, and the layers that use them.
_DEFINED = (
    (
        "activation bent(x, slope=0.1) = where(x > 0, x, slope * x)",
        ("dense(5, bent)", "bent(0.3)", "dense(3)"),
    ),
    (
        "activation swoosh(x) = x * sigmoid(x) + log(1 + exp(x)) / 6 - erf(x)",
        ("dense(5, swoosh)", "dropout(0.2)", "dense(3, swoosh)"),
    ),
    (
        "activation both(x, act=tanh) {\n  low = act(x)\n  max(low, 0.2 * x) ** 3\n}",
        ("dense(5)", "both", "dense(4, both(relu))", "dense(3)"),
    ),
)
_OWN_LOSSES = (
    (
        "loss asymmetric(y, p, over=2) = where(p > y, over * (p - y)**2, (p - y)**2)",
        "asymmetric(3)",
        "dense(3)",
    ),
    (
        "loss surprise(y, p) {\n  q = min(max(p, 1e-6), 1 - 1e-6)\n"
        "  -(y * log(q) + (1 - y) * log(1 - q))\n}",
        "surprise(reduction=sum)",
        "dense(2, sigmoid)",
    ),
    (
        "loss of_logits(y, p) = mean(log(1 + exp(p)) - y * p) + log(sum(exp(p))) / 9",
        "of_logits",
        "dense(3)",
    ),
    ("loss shares(y, p) = -sum(y * log(softmax(p)), axis=-1)", "shares", "dense(3)"),
    ("loss wide(y, p) = sum(abs(y - p) ** 1.5, axis=0)", "wide", "reshape(3, 2)"),
)
FORMULAS: dict[str, str] = {
    **{
        definition.partition("(")[0]: f"{definition}\n\n{spec(layers)}"
        for definition, layers in _DEFINED
    },
    **{
        definition.partition("(")[0]: f"{definition}\n\n"
        + spec(["dense(6, tanh)", end], loss=loss)
        for definition, loss, end in _OWN_LOSSES
    },
}
