"""What those write by habit who come from PyTorch; see `nnspec/habits/__init__.py`."""

from __future__ import annotations

ORIGIN = "PyTorch"

_KNOWN = "how much comes in is known"

NAMES = {
    "layer": {
        "cat": "concatenate",
        "concat": "concatenate",
        "mul": "multiply",
        "sub": "subtract",
    },
    "activation": {"LogSigmoid": "log_sigmoid", "Identity": "linear"},
    "loss": {
        "BCELoss": "binary_crossentropy",
        "L1Loss": "mean_absolute_error",
        "MSELoss": "mean_squared_error",
        "KLDivLoss": "kl_divergence",
        "PoissonNLLLoss": "poisson",
        "HingeEmbeddingLoss": "hinge",
        "CosineEmbeddingLoss": "cosine_similarity",
    },
    "initializer": {
        "xavier_uniform_": "glorot_uniform",
        "xavier_normal_": "glorot_normal",
        "kaiming_uniform_": "he_uniform",
        "kaiming_normal_": "he_normal",
        "trunc_normal_": "truncated_normal",
    },
    "source": {"ImageFolder": "images"},
}

CALLS = {
    "layer": {
        "Linear(in_features, out_features, bias)": (
            "dense(out_features, use_bias=bias)",
            _KNOWN,
        ),
        "linear(in_features, out_features, bias)": (
            "dense(out_features, use_bias=bias)",
            _KNOWN,
        ),
        "LazyLinear(out_features, bias)": "dense(out_features, use_bias=bias)",
        "Conv1d(in_channels, out_channels, kernel_size, stride, padding)": (
            "conv1d(out_channels, kernel_size, strides=stride, padding=padding)",
            _KNOWN,
        ),
        "Conv2d(in_channels, out_channels, kernel_size, stride, padding)": (
            "conv2d(out_channels, kernel_size, strides=stride, padding=padding)",
            _KNOWN,
        ),
        "Conv3d(in_channels, out_channels, kernel_size, stride, padding)": (
            "conv3d(out_channels, kernel_size, strides=stride, padding=padding)",
            _KNOWN,
        ),
        "ConvTranspose2d(in_channels, out_channels, kernel_size, stride, padding)": (
            "conv2d_transpose(out_channels, kernel_size, strides=stride)",
            _KNOWN,
        ),
        **{
            f"{short}Pool{rank}d(kernel_size, stride, padding)": (
                f"{kind}_pooling{rank}d(kernel_size, strides=stride)"
            )
            for short, kind in (("Max", "max"), ("Avg", "average"))
            for rank in (1, 2, 3)
        },
        **{
            f"Adaptive{short}Pool{rank}d(output_size)": (
                f"adaptive_{kind}_pooling{rank}d(output_size)"
            )
            for short, kind in (("Max", "max"), ("Avg", "average"))
            for rank in (1, 2, 3)
        },
        "BatchNorm1d(num_features, eps)": "batch_normalization(epsilon=eps)",
        "BatchNorm2d(num_features, eps)": "batch_normalization(epsilon=eps)",
        "LayerNorm(normalized_shape, eps)": "layer_normalization(epsilon=eps)",
        "GroupNorm(num_groups, num_channels, eps)": (
            "group_normalization(num_groups, epsilon=eps)"
        ),
        "RMSNorm(normalized_shape, eps)": "rms_normalization(epsilon=eps)",
        **{f"Dropout{rank}d(p)": f"spatial_dropout{rank}d(p)" for rank in (1, 2, 3)},
        "ZeroPad1d(padding)": "zero_padding1d(padding)",
        "ZeroPad2d(padding)": "zero_padding2d(padding)",
        "ZeroPad3d(padding)": "zero_padding3d(padding)",
        "Upsample(size, scale_factor)": "upsampling2d(scale_factor)",
        "Identity(x)": "identity",
        "view(batch, size)": "flatten",
        "flatten(x, start_dim)": "flatten",
        "relu(x, inplace)": "relu",
        "sigmoid(x)": "sigmoid",
        "tanh(x)": "tanh",
        "softmax(x, dim)": "softmax",
        "log_softmax(x, dim)": "log_softmax",
    },
    "loss": {
        # It takes logits; a network that ends in softmax loses nothing without.
        "CrossEntropyLoss(weight)": "sparse_categorical_crossentropy(from_logits=true)",
        "BCEWithLogitsLoss(weight)": "binary_crossentropy(from_logits=true)",
        "NLLLoss(weight)": (
            "sparse_categorical_crossentropy",
            "the network ends in `softmax`, not in its logarithm",
        ),
        "SmoothL1Loss(reduction, beta)": "huber(beta)",
        "HuberLoss(reduction, delta)": "huber(delta)",
    },
    "optimizer": {
        "optim.SGD(params, lr, momentum, dampening, weight_decay, nesterov)": (
            "sgd(learning_rate=lr, momentum=momentum, nesterov=nesterov, "
            "weight_decay=weight_decay)"
        ),
        **{
            f"optim.{name}(params, lr, betas, eps, weight_decay)": (
                f"{name.lower()}(learning_rate=lr, weight_decay=weight_decay)"
            )
            for name in ("Adam", "AdamW", "NAdam", "Adamax", "Adagrad", "Adadelta")
        },
        "optim.RMSprop(params, lr, alpha, eps, weight_decay, momentum)": (
            "rmsprop(learning_rate=lr, rho=alpha, momentum=momentum)"
        ),
    },
    "transform": {
        "ToTensor(image)": ("scale(1/255)", "bytes become shares"),
        "Normalize(mean, std)": "standardize",
        "RandomHorizontalFlip(p)": "augment(flip=horizontal)",
        "RandomRotation(degrees)": "augment(rotate=degrees)",
        "Resize(size)": ("", "`images` takes the `size`"),
    },
}

_RATE = "a schedule is the learning rate of the optimizer, such as "
_RATE += "`adam(learning_rate=cosine_decay(0.001, 1000))`"

REMOVED = {
    "data": {
        "DataLoader": "`batch_size` stands in the training section",
        "Compose": "each transform stands on a line of its own",
    },
    "training": {
        "device": "the script computes on the processor, with all its cores",
        "cuda": "the script computes on the processor, with all its cores",
        "to": "the script computes on the processor, with all its cores",
        "num_workers": "the script has the option `--threads`",
        "pin_memory": "the script computes on the processor, with all its cores",
        "lr_scheduler": _RATE,
        "scheduler": _RATE,
        "StepLR": _RATE,
        "ExponentialLR": _RATE,
        "CosineAnnealingLR": _RATE,
        "zero_grad": "the script does it",
        "backward": "the script does it",
        "step": "the script does it",
        "no_grad": "the script does it",
        "eval": "the script does it",
    },
}

SETTINGS = {"criterion": "loss", "loss_fn": "loss", "loss_function": "loss"}

ARGUMENTS = {
    "layer": {
        "in_features": "",
        "in_channels": "",
        "num_features": "",
        "inplace": "",
        "dim": "",
        "out_features": "units",
        "out_channels": "filters",
        "stride": "strides",
        "dilation": "dilation_rate",
        "bias": "use_bias",
        "p": "rate",
        "eps": "epsilon",
    },
    "optimizer": {
        "lr": "learning_rate",
        "params": "",
        "eps": "epsilon",
        "alpha": "rho",
    },
}
