"""Losses, of a sample; a reduction makes one number of those of a batch.

Each doc begins with the formula, of a label y and an output p; mean and sum go over the
last axis. The script shows it up to the semicolon.
"""

from __future__ import annotations

from nnspec.table.entry import Argument, Misfit, Shape
from nnspec.table.kinds import AnyOf, Choice, Flag, Integer, ListOf, Optional, Real
from nnspec.table.training_entry import LossEntry

_FROM_LOGITS = Argument(
    "from_logits", Flag(), False, "whether the outputs are logits, not probabilities"
)
_SMOOTHING = Argument(
    "label_smoothing", Real(0, 1), 0.0, "share of each label spread over all classes"
)
_AXIS = Argument("axis", Integer(-1, -1), -1, "the last axis")
#: Every loss takes it, a spec's own, too.
REDUCTION = Argument(
    "reduction",
    Choice(
        ("sum_over_batch_size", "mean", "sum", "mean_with_sample_weight"),
        none="training needs one number: leave it out for the mean",
    ),
    "sum_over_batch_size",
    "the mean of a batch, under either name, the sum, or the mean that class weights "
    "divide",
)
_GAMMA = Argument(
    "gamma", Real(0), 2.0, "the larger, the less counts an output that is nearly right"
)
_ALPHA = Argument(
    "alpha", Real(0, 1), 0.25, "weight of class 1; that of class 0 is 1 - alpha"
)
_ALPHAS = Argument(
    "alpha", AnyOf((Real(0), ListOf(Real(0)))), 0.25, "a factor, or one for each class"
)

_SUMMED = Argument(
    "axis",
    Optional(ListOf(Integer(), or_one=True)),
    None,
    "the axes to sum over, 0 being that of the batch; `none` is all of them",
)


def _steps_of_classes(shape: Shape) -> None:
    if len(shape) != 2 or shape[1] < 2:
        raise Misfit(
            f"`ctc` takes logits of shape (steps, classes), two classes or more, and "
            f"the network gives {shape}",
            "end the network in a layer for each step, such as "
            "`dense(28)` after a recurrent one: a unit for each class and for blanks",
        )


def _vectors(shape: Shape) -> None:
    if len(shape) != 1:
        raise Misfit(
            f"`circle` takes an embedding for each sample, and the network gives "
            f"{shape}",
            "put `flatten` and `dense(64)` before the end, then `unit_normalization`",
        )


LOSSES = (
    LossEntry("mean_squared_error", "mean((y - p)²)", (REDUCTION,), aliases=("mse",)),
    LossEntry("mean_absolute_error", "mean(|y - p|)", (REDUCTION,), aliases=("mae",)),
    LossEntry(
        "mean_absolute_percentage_error",
        "100 mean(|y - p| / |y|); |y| at least 1e-7",
        (REDUCTION,),
        aliases=("mape",),
    ),
    LossEntry(
        "mean_squared_logarithmic_error",
        "mean((log(1 + y) - log(1 + p))²); y and p at least 1e-7",
        (REDUCTION,),
        aliases=("msle",),
        outputs="positive",
    ),
    LossEntry(
        "huber",
        "mean(e²/2, from delta on delta |e| - delta²/2), e = p - y; what is far off "
        "has less weight than squares give it (Huber, 1964)",
        (
            Argument("delta", Real(above=0), 1.0, "where squares become lines"),
            REDUCTION,
        ),
    ),
    LossEntry("log_cosh", "mean(log(cosh(p - y)))", (REDUCTION,)),
    LossEntry(
        "binary_crossentropy",
        "-mean(y log p + (1 - y) log(1 - p))",
        (_FROM_LOGITS, _SMOOTHING, _AXIS, REDUCTION),
        fused="sigmoid",
        target="indicator",
        outputs="probabilities",
    ),
    LossEntry(
        "categorical_crossentropy",
        "-sum(y log p), y a distribution over the classes, such as one-hot",
        (_FROM_LOGITS, _SMOOTHING, _AXIS, REDUCTION),
        fused="softmax",
        target="distribution",
        outputs="probabilities",
    ),
    LossEntry(
        "sparse_categorical_crossentropy",
        "-log p[y], y the index of the class",
        (
            _FROM_LOGITS,
            Argument(
                "ignore_class",
                Optional(Integer()),
                None,
                "a label that does not count, such as -1 or 255",
            ),
            REDUCTION,
            _AXIS,
        ),
        fused="softmax",
        target="index",
        outputs="probabilities",
    ),
    LossEntry(
        "binary_focal_crossentropy",
        "-mean((1 - q)^gamma log q), q = p for y = 1, else 1 - p; binary_crossentropy "
        "with less weight on what is nearly right (Lin et al., 2017)",
        (
            Argument(
                "apply_class_balancing",
                Flag(),
                False,
                "whether class 1 counts alpha, and class 0 the rest to 1",
            ),
            _ALPHA,
            _GAMMA,
            _FROM_LOGITS,
            _SMOOTHING,
            _AXIS,
            REDUCTION,
        ),
        fused="sigmoid",
        target="indicator",
        outputs="probabilities",
    ),
    LossEntry(
        "categorical_focal_crossentropy",
        "-sum(alpha (1 - p)^gamma y log p); categorical_crossentropy with less weight "
        "on what is nearly right (Lin et al., 2017)",
        (_ALPHAS, _GAMMA, _FROM_LOGITS, _SMOOTHING, _AXIS, REDUCTION),
        fused="softmax",
        target="distribution",
        outputs="probabilities",
    ),
    LossEntry(
        "hinge",
        "mean(max(1 - y p, 0)), y -1 or 1; labels of 0 and 1 become these",
        (REDUCTION,),
        target="sign",
        outputs="scores",
    ),
    LossEntry(
        "squared_hinge",
        "mean(max(1 - y p, 0)²), y -1 or 1; labels of 0 and 1 become these",
        (REDUCTION,),
        target="sign",
        outputs="scores",
    ),
    LossEntry(
        "categorical_hinge",
        "max(max((1 - y) p) - sum(y p) + 1, 0), y one-hot; the right output is to "
        "exceed the others by 1",
        (REDUCTION,),
        target="distribution",
        outputs="scores",
    ),
    LossEntry(
        "kl_divergence",
        "sum(y log(y / p)); y and p distributions over the classes, their shares at "
        "least 1e-7 each",
        (REDUCTION,),
        target="distribution",
        outputs="probabilities",
    ),
    LossEntry(
        "poisson",
        "mean(p - y log p); y a count, p its expected value",
        (REDUCTION,),
        target="count",
        outputs="positive",
    ),
    LossEntry(
        "cosine_similarity",
        "-sum(y p) / (|y| |p|); the lengths |y| and |p| at least 1e-7",
        (_AXIS, REDUCTION),
    ),
    LossEntry(
        "dice",
        "1 - 2 sum(y p) / (sum(y) + sum(p)), the sums going over the whole batch; the "
        "divisor with 1e-7 more (Dice, 1945)",
        (REDUCTION, _SUMMED),
        target="indicator",
        outputs="probabilities",
        of_sums=True,
    ),
    LossEntry(
        "tversky",
        "1 - T / (T + alpha sum(y (1 - p)) + beta sum((1 - y) p)), T = sum(y p), the "
        "sums going over the whole batch; the divisor with 1e-7 more (Tversky, 1977)",
        (
            Argument("alpha", Real(0), 0.5, "what a miss of a label of 1 counts"),
            Argument("beta", Real(0), 0.5, "what an output for a label of 0 counts"),
            REDUCTION,
            _SUMMED,
        ),
        target="indicator",
        outputs="probabilities",
        of_sums=True,
    ),
    LossEntry(
        "circle",
        "log(1 + sum(exp(gamma (d² - m²))) sum(exp(gamma (1 + m - d) (1 - m - d)))), "
        "d = 1 - p q, m the margin; the first sum is over all q of a batch in the "
        "class of p, the second over those of others, and p has the length 1, as of "
        "`unit_normalization` (Sun and others, 2020)",
        (
            Argument("gamma", Real(above=0), 80.0, "how much the hardest pairs count"),
            Argument(
                "margin", Real(0, 1), 0.4, "how near a class is to be, in terms of d"
            ),
            Argument(
                "remove_diagonal",
                Flag(),
                True,
                "whether a sample is no pair with itself",
            ),
            REDUCTION,
        ),
        target="class",
        of_sums=True,
        verify=_vectors,
        files=("circle",),
    ),
    LossEntry(
        "ctc",
        "-log p(y), p(y) the sum over all ways to say the classes y, one a step; "
        "outputs are logits (steps, classes), a class may last, and class 0 is a blank "
        "between; labels are rows of classes, which zeros fill up (Graves and others, "
        "2006)",
        (REDUCTION,),
        target="sequence",
        outputs="scores",
        verify=_steps_of_classes,
        files=("ctc",),
    ),
    LossEntry(
        "categorical_generalized_cross_entropy",
        "(1 - p[y]^q) / q, y the index of the class; between the crossentropy, for a q "
        "near 0, and 1 - p[y], which wrong labels disturb less (Zhang and Sabuncu, "
        "2018)",
        (
            Argument("q", Real(above=0, below=1), 0.5, "how much labels are doubted"),
            REDUCTION,
        ),
        target="index",
        outputs="probabilities",
    ),
)
