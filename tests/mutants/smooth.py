"""Activations that are smooth, or gate their input, and what their derivatives need."""

from tests.mutants.mutant import Edit, Mutant, classes, details, gradcheck, parity

TABLE = "nnspec/table/activations.py"
FOLDER = "templates/activations"
SOFTMAX = f"{FOLDER}/softmax.j2"

MUTANTS = (
    Mutant(
        "gelu_by_a_tanh",
        "gelu is what its approximation by a tanh is",
        (
            Edit(
                f"{FOLDER}/gelu.j2",
                "erf({{ op.x }} / math.sqrt(2.0))",
                "np.tanh(math.sqrt(2.0 / math.pi) * {{ op.x }} "
                "* (1.0 + 0.044715 * np.square({{ op.x }})))",
            ),
        ),
        classes("dense(4, gelu)"),
        parity("gelu as an argument"),
    ),
    Mutant(
        "gelu_approximate_by_default",
        "gelu is approximate unless it is told not to be",
        (
            Edit(
                TABLE,
                "Flag(),\n                False,",
                "Flag(),\n                True,",
            ),
        ),
        classes("dense(4, gelu)"),
        details("arguments_have_their_names_order_and_defaults[activation-gelu]"),
    ),
    Mutant(
        "gelu_over_its_input",
        "gelu takes the place of its input, which its derivative needs",
        (
            Edit(
                TABLE,
                'needs=_needs("input", "gate"),\n        files',
                'needs=_needs("gate"),\n        files',
            ),
        ),
        classes("dense(4, gelu)"),
        gradcheck("gelu as an argument"),
    ),
    Mutant(
        "silu_under_a_dropout",
        "a dropout takes the place of silu's output, which its derivative needs",
        (Edit(TABLE, '_needs("output", "gate")', '_needs("gate")'),),
        classes("dense(4, silu)", "dropout(0.3)"),
        gradcheck("silu as a layer"),
    ),
    Mutant(
        "silu_gate_without_slope",
        "the derivative of silu is its gate alone",
        (
            Edit(
                f"{FOLDER}/silu.j2",
                "*= {{ op.gate }} + {{ op.y }} * rest",
                "*= {{ op.gate }} + 0.0 * rest",
            ),
        ),
        classes("dense(4, silu)"),
        gradcheck("silu as an argument"),
    ),
    Mutant(
        "hard_sigmoid_of_keras_2",
        "hard_sigmoid rises by 0.2, not by 1 / 6",
        (
            Edit(f"{FOLDER}/hard_sigmoid.j2", "{{ op.x }} / 6.0", "{{ op.x }} / 5.0"),
            Edit(
                f"{FOLDER}/hard_sigmoid.j2", "{{ op.dy }} /= 6.0", "{{ op.dy }} /= 5.0"
            ),
        ),
        classes("dense(4, hard_sigmoid)"),
        parity("hard_sigmoid as an argument"),
    ),
    Mutant(
        "celu_like_elu",
        "on the left celu is alpha * (exp(x) - 1), not alpha * (exp(x / alpha) - 1)",
        (
            Edit(f"{FOLDER}/celu.j2", "0.0) / {{ alpha }})  {{ note", "0.0))  {{ note"),
            Edit(
                f"{FOLDER}/celu.j2",
                "*= np.minimum({{ op.y }}, 0.0) / {{ op.arguments.alpha }} + 1.0",
                "*= np.where({{ op.y }} > 0.0, 1.0, {{ op.y }} + {{ op.arguments.alpha }})",
            ),
        ),
        classes("dense(4, celu(alpha=0.4))"),
        parity("celu(alpha=0.4) as an argument"),
    ),
    Mutant(
        "selu_not_scaled",
        "selu has the slope 1 on the right",
        (
            Edit(f"{FOLDER}/selu.j2", "{{ op.y }} *= 1.0507009873554805", ""),
            Edit(
                f"{FOLDER}/selu.j2",
                "slope + 1.0507009873554805",
                "np.where({{ op.y }} > 0.0, 1.0, slope + 1.0507009873554805)",
            ),
        ),
        classes("dense(4, selu)"),
        parity("selu as an argument"),
    ),
    Mutant(
        "squareplus_for_one_b",
        "squareplus bends as with b=4 whatever b is",
        (
            Edit(f"{FOLDER}/squareplus.j2", "{% set b = op.arguments.b %}", ""),
            Edit(
                f"{FOLDER}/squareplus.j2",
                "np.sqrt(np.square({{ op.x }}) + {{ b }})",
                "np.sqrt(np.square({{ op.x }}) + 4.0)",
            ),
            Edit(
                f"{FOLDER}/squareplus.j2",
                "{{ op.y }} += {{ b }} / (2.0 * total)",
                "{{ op.y }} += 2.0 / total",
            ),
            Edit(
                f"{FOLDER}/squareplus.j2",
                "(square + {{ op.arguments.b }})",
                "(square + 4.0)",
            ),
        ),
        classes("dense(4, squareplus(b=0.5))"),
        parity("squareplus(b=0.5) as an argument"),
    ),
    Mutant(
        "log_softmax_derivative_of_each_alone",
        "the derivative leaves out that the shares sum to 1",
        (
            Edit(
                f"{FOLDER}/log_softmax.j2",
                "-= total * np.exp",
                "-= 0.0 * total * np.exp",
            ),
        ),
        classes("dense(4, log_softmax)"),
        gradcheck("log_softmax as an argument"),
    ),
    Mutant(
        "softmax_over_the_last_axis",
        "softmax sums over the last axis whatever it is told",
        (
            Edit(
                SOFTMAX,
                "{{ op.x }}.max(axis={{ op.arguments.axis }}",
                "{{ op.x }}.max(axis=-1",
            ),
            Edit(
                SOFTMAX,
                "{{ op.y }}.sum(axis={{ op.arguments.axis }}",
                "{{ op.y }}.sum(axis=-1",
            ),
            Edit(
                SOFTMAX,
                "{{ op.y }}, axis={{ op.arguments.axis }}",
                "{{ op.y }}, axis=-1",
            ),
        ),
        classes("dense(6)", "reshape(2, 3)", "softmax(axis=1)", "flatten"),
        parity(
            "dense(4, softmax(axis=-2)); softmax(axis=2); log_softmax(axis=1); dense(2) "
            "| 3, 5"
        ),
    ),
)
