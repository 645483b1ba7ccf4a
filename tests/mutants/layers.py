"""Layers, and what they do while training and while not."""

from tests.mutants.mutant import (
    Edit,
    Mutant,
    assessment,
    classes,
    gradcheck,
    numbers,
)

DENSE = "templates/layers/dense.j2"
DROPOUT = "templates/layers/dropout.j2"
ACTIVATIONS = "nnspec/targets/numpy/steps/activations.py"
NOISE = "nnspec/targets/numpy/steps/noise.py"
TRAINING = "templates/training.j2"
ARRAYS = "nnspec/targets/numpy/arrays.py"
NETWORK_PLAN = "nnspec/targets/numpy/network.py"

MUTANTS = (
    Mutant(
        "dense_without_bias",
        "the bias is not added, though it has a derivative",
        (Edit(DENSE, "{{ op.y }} += {{ op.w.bias }}", "{{ op.y }} += 0.0"),),
        classes("dense(4)"),
        gradcheck("mse of dense(3)"),
    ),
    Mutant(
        "dense_bias_of_one_sample",
        "the bias has the derivative of the first sample, not the sum",
        (
            Edit(
                DENSE,
                "np.sum({{ op.dy }}, axis=0, out={{ op.dw.bias }})",
                "np.copyto({{ op.dw.bias }}, {{ op.dy }}[0])",
            ),
        ),
        classes("dense(4)"),
        gradcheck("mse of dense(3)"),
    ),
    Mutant(
        "dense_bias_averaged",
        "the bias has the mean of the derivatives, not the sum",
        (Edit(DENSE, "np.sum({{ op.dy }}, axis=0", "np.mean({{ op.dy }}, axis=0"),),
        classes("dense(4)"),
        gradcheck("mse of dense(3)"),
    ),
    Mutant(
        "dropout_not_made_up_for",
        "what is kept is not divided by 1 - rate",
        (Edit(DROPOUT, "/= 1.0 - {{ op.arguments.rate }}", "*= 1.0"),),
        classes("dropout(0.4)"),
        numbers("dropout_keeps_its_share_and_the_mean[relu-0.2]"),
    ),
    Mutant(
        "dropout_divided_by_its_rate",
        "what is kept is divided by the rate, not by 1 - rate",
        (Edit(DROPOUT, "/= 1.0 - {{ op.arguments", "/= {{ op.arguments"),),
        classes("dropout(0.4)"),
        numbers("dropout_keeps_its_share_and_the_mean[relu-0.2]"),
    ),
    Mutant(
        "dropout_keeps_what_it_should_drop",
        "the rate is the share that is kept",
        (Edit(DROPOUT, "np.greater_equal(", "np.less("),),
        classes("dropout(0.4)"),
        numbers("dropout_keeps_its_share_and_the_mean[relu-0.2]"),
    ),
    Mutant(
        "dropout_not_in_the_derivative",
        "the derivative of what was dropped is not 0",
        (Edit(DROPOUT, "{{ op.dy }} *= {{ op.drawn }}", "{{ op.dy }} *= 1.0"),),
        classes("dense(4)", "dropout(0.4)"),
        gradcheck("dense(4, tanh); dropout(0.5) | 5"),
    ),
    Mutant(
        "dropout_over_what_is_needed",
        "a dropout writes over an output that its activation's derivative needs",
        (Edit(ARRAYS, "and needed <= time", ""),),
        classes("dense(4)", "sigmoid", "dropout(0.4)"),
        gradcheck("dense(6); sigmoid; dropout(rate=0.5); dense(2) | 5"),
    ),
    Mutant(
        "dropout_in_use",
        "dropouts are drawn in evaluation and prediction, too",
        (
            Edit(
                TRAINING,
                "{% else %}\nforward(w, a)\n",
                "{% else %}\nforward(w, a{% if n.random %}, np.random.default_rng(0){% endif %})\n",
            ),
        ),
        classes("dense(8)", "dropout(0.4)"),
        assessment("dropouts_do_nothing"),
    ),
    Mutant(
        "one_dropout_for_the_whole_batch",
        "all samples of a batch lose the same features",
        (
            Edit(
                DROPOUT,
                "{{ op.rng }}.random(dtype={{ op.drawn }}.dtype, out={{ op.drawn }})",
                "{{ op.drawn }}[...] = {{ op.rng }}.random({{ op.drawn }}.shape[1:])",
            ),
        ),
        classes("dropout(0.4)"),
        numbers("the_dropouts_of_samples_differ"),
    ),
    Mutant(
        "flatten_by_columns",
        "the first axis runs fastest, not the last",
        (
            Edit(
                "templates/layers/view.j2",
                "reshape{{ op.shape }}",
                "swapaxes(1, -1).reshape{{ op.shape }}",
            ),
        ),
        classes("reshape(2, 1)", "flatten"),
        numbers("views_keep_the_order_of_rows"),
    ),
    Mutant(
        "activation_over_the_softmax",
        "a layer's own array is taken for its logits, too",
        (
            Edit(NETWORK_PLAN, "there.append(Event(seen, ()))  # measured", ""),
            Edit(NETWORK_PLAN, "Event((p, z), (dz,))", "Event((p,), (dz,))"),
            Edit(ACTIVATIONS, "over=() if keeps_logits else (x,)", "over=(x,)"),
        ),
        classes(),
        gradcheck("sparse_categorical_crossentropy of dense(4, softmax)"),
    ),
)
