"""Activations, and what their names stand for."""

from tests.mutants.mutant import (
    Edit,
    Mutant,
    classes,
    details,
    gradcheck,
    numbers,
    parity,
)

TABLE = "nnspec/table/activations.py"
RELU = "templates/activations/relu.j2"
ELU = "templates/activations/elu.j2"
SOFTMAX = "templates/activations/softmax.j2"

MUTANTS = (
    Mutant(
        "elu_without_alpha",
        "elu falls to -1 whatever alpha is",
        (
            Edit(ELU, "low *= {{ op.arguments.alpha }}", "low *= 1.0"),
            Edit(ELU, "{{ op.y }} + {{ op.arguments.alpha }})", "{{ op.y }} + 1.0)"),
        ),
        classes("dense(4, elu(alpha=0.5))"),
        parity("elu(alpha=0.5) as an argument"),
    ),
    Mutant(
        "elu_slope_without_alpha",
        "the slope on the left is y, not y + alpha",
        (
            Edit(
                ELU, "np.minimum({{ op.y }}, 0.0) + 1.0", "np.minimum({{ op.y }}, 0.0)"
            ),
        ),
        classes("dense(4, elu)"),
        gradcheck("elu as an argument"),
    ),
    Mutant(
        "leaky_relu_slope_of_the_layer",
        "the activation has the layer's slope of 0.3, not 0.2",
        (
            Edit(
                TABLE,
                "(replace(_SLOPE, default=0.2),),",
                "(replace(_SLOPE, default=0.3),),",
            ),
        ),
        classes("dense(4, leaky_relu)"),
        details("arguments_have_their_names_order_and_defaults[activation-leaky_relu]"),
    ),
    Mutant(
        "leaky_relu_slope_of_the_activation",
        "the layer has the activation's slope of 0.2, not 0.3",
        (
            Edit(
                TABLE,
                "layer_arguments=(replace(_SLOPE, default=0.3),)",
                "layer_arguments=(replace(_SLOPE, default=0.2),)",
            ),
        ),
        classes("dense(4)", "leaky_relu"),
        parity("leaky_relu as a layer"),
    ),
    Mutant(
        "leaky_relu_slope_to_the_right",
        "the negative slope is that of the positive side, too",
        (
            Edit(
                "templates/activations/leaky_relu.j2",
                "{{ op.dy }} -= (1.0 - {{ op.arguments.negative_slope }}) * low",
                "{{ op.dy }} *= {{ op.arguments.negative_slope }}",
            ),
        ),
        classes("dense(4, leaky_relu)"),
        gradcheck("leaky_relu as an argument"),
    ),
    Mutant(
        "relu_slope_at_zero",
        "the derivative is 1 where the output is 0",
        (
            Edit(
                RELU,
                "{{ op.dy }} *= {{ op.y }} > 0.0  {{ note_back",
                "{{ op.dy }} *= {{ op.y }} >= 0.0  {{ note_back",
            ),
        ),
        classes("dense(4, relu)"),
        gradcheck("relu as an argument"),
    ),
    Mutant(
        "relu_shifted_by_its_threshold",
        "above the threshold comes x less the threshold, not x",
        (
            Edit(
                RELU,
                "> {{ a.threshold }}, {{ op.x }}, low)",
                "> {{ a.threshold }}, {{ op.x }} - {{ a.threshold }}, low)",
            ),
        ),
        classes("dense(4, relu(threshold=0.2))"),
        parity("relu(threshold=0.2) as an argument"),
    ),
    Mutant(
        "relu_slope_from_zero",
        "below the threshold it is slope * x, not slope * (x - threshold)",
        (
            Edit(
                RELU,
                "low = {{ a.negative_slope }} * ({{ op.x }} - {{ a.threshold }})",
                "low = {{ a.negative_slope }} * {{ op.x }}",
            ),
        ),
        classes("dense(4, relu(negative_slope=0.1, threshold=0.05))"),
        parity(
            "relu(negative_slope=0.1, max_value=0.5, threshold=0.05) as an argument"
        ),
    ),
    Mutant(
        "relu_slope_beyond_its_limit",
        "the derivative beyond max_value is 1, not 0",
        (
            Edit(
                RELU,
                "{{ op.dy }} *= {{ op.y }} < {{ a.max_value }}",
                "{{ op.dy }} *= {{ op.y }} <= {{ a.max_value }}",
            ),
        ),
        classes("dense(4, relu(max_value=0.3))"),
        gradcheck("relu(max_value=0.3) as an argument"),
    ),
    Mutant(
        "sigmoid_too_steep",
        "the exponential is that of -2 x, not of -x",
        (
            Edit(
                "templates/activations/sigmoid.j2",
                "np.negative({{ op.x }}, out={{ op.y }})",
                "np.multiply({{ op.x }}, -2.0, out={{ op.y }})",
            ),
        ),
        classes("dense(4, sigmoid)"),
        parity("sigmoid as an argument"),
    ),
    Mutant(
        "tanh_slope",
        "the derivative is 1 - y, not 1 - y * y",
        (
            Edit(
                "templates/activations/tanh.j2",
                "1.0 - {{ op.y }} * {{ op.y }}",
                "1.0 - {{ op.y }}",
            ),
        ),
        classes("dense(4, tanh)"),
        gradcheck("tanh as an argument"),
    ),
    Mutant(
        "softmax_over_the_batch",
        "the shares of all samples of a batch together are 1",
        (
            Edit(
                SOFTMAX,
                "{{ op.y }} /= {{ op.y }}.sum(axis={{ op.arguments.axis }}, keepdims=True)",
                "{{ op.y }} /= {{ op.y }}.sum()",
            ),
            Edit(
                SOFTMAX,
                "np.sum({{ op.dy }} * {{ op.y }}, axis={{ op.arguments.axis }}, keepdims=True)",
                "np.sum({{ op.dy }} * {{ op.y }})",
            ),
        ),
        classes("dense(4, softmax)"),
        parity("softmax as an argument"),
    ),
    Mutant(
        "softmax_that_overflows",
        "the largest logit is not subtracted before the exponential",
        (
            Edit(
                SOFTMAX,
                "np.subtract({{ op.x }}, peak, out={{ op.y }})",
                "np.copyto({{ op.y }}, {{ op.x }} + 0.0 * peak)",
            ),
        ),
        classes("dense(4, softmax)"),
        numbers("large_logits_give_finite_shares"),
    ),
    Mutant(
        "softmax_derivative_of_each_alone",
        "the derivative leaves out that the shares sum to 1",
        (
            Edit(
                SOFTMAX,
                "-= np.sum({{ op.dy }} * {{ op.y }}, axis={{ op.arguments.axis }}, keepdims=True)",
                "*= 1.0 - {{ op.y }}",
            ),
        ),
        classes("dense(4, softmax)"),
        gradcheck("softmax as an argument"),
    ),
    Mutant(
        "sparsemax_slope_over_all",
        "the mean that is taken away is that over all values, not over the support",
        (
            Edit(
                "templates/activations/sparsemax.j2",
                "support.sum(axis={{ axis }}, keepdims=True)",
                "support.shape[{{ axis }}]",
            ),
        ),
        classes("dense(4, sparsemax)"),
        gradcheck("sparsemax as an argument"),
    ),
    Mutant(
        "sparsemax_as_in_keras",
        "the sums of the largest values are summed once more",
        (
            Edit(
                "templates/runtime/sparsemax.py",
                "t = np.max((total - 1.0) / count, axis=axis, keepdims=True)",
                "t = np.max((np.cumsum(total, axis) - 1.0) / count, axis, keepdims=True)",
            ),
        ),
        classes("dense(4, sparsemax)"),
        ("tests/test_activations.py::test_sparsemax_over_every_axis",),
    ),
    Mutant(
        "threshold_told_from_the_output",
        "nothing flows where the output is not above the threshold",
        (
            Edit(
                "templates/activations/threshold.j2",
                "*= {{ op.x }} >",
                "*= {{ op.y }} >",
            ),
        ),
        classes("dense(4, threshold(-0.005, 0.5))"),
        gradcheck("threshold(threshold=-0.005, default_value=0.5) as an argument"),
    ),
    Mutant(
        "glu_gates_the_other_half",
        "the second half of the axis is the values, the first the gate",
        (
            Edit(
                "templates/layers/glu.j2",
                "values, half = np.split({{ op.x }}, 2, axis={{ op.facts.axis }})  {{ note(",
                "half, values = np.split({{ op.x }}, 2, axis={{ op.facts.axis }})  {{ note(",
            ),
            Edit(
                "templates/layers/glu.j2",
                "values, half = np.split({{ op.x }}, 2, axis={{ op.facts.axis }})  {{ note_back(",
                "half, values = np.split({{ op.x }}, 2, axis={{ op.facts.axis }})  {{ note_back(",
            ),
            Edit("templates/layers/glu.j2", "d_values, d_half =", "d_half, d_values ="),
        ),
        classes("dense(8)", "glu"),
        parity("glu; dense(6); glu; dense(4); glu(axis=1); dense(2) | 4, 6"),
    ),
)
