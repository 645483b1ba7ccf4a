"""The weights of classes, as Keras takes them or as weights of samples."""

from __future__ import annotations

from nnspec import ir
from nnspec.analyze.classes import weighed_classes
from nnspec.record import Record
from nnspec.targets.numpy.labels import names_classes, plan_labels
from nnspec.targets.numpy.losses import classes_of_labels
from nnspec.targets.quote import Code, literal


class ClassWeightProgram(Record):
    """The weights of classes: what they are, and the plain file that finds them.

    `labels` are the classes of labels y; `balanced` weights are learnt from these,
    others are `given`, by the names of classes where they are `named`: `names` is an
    expression for all of them. Keras takes weights of classes for a single output with
    one label a sample; where they are `sampled`, a function makes weights of samples.
    """

    balanced: bool
    named: bool
    given: Code
    listed: Code
    labels: Code
    classes: Code
    names: Code
    sampled: bool
    #: The label that does not count.
    ignored: Code | None
    #: The output, of several, and the end of its function's name.
    output: Code | None
    suffix: Code


def plan_class_weights(model: ir.Model) -> ClassWeightProgram | None:
    """Those of a model of one output; None where all classes count alike."""
    training = model.training
    if training is None or training.class_weight is None:
        return None
    given = training.class_weight
    ignored = training.loss.arguments.get("ignore_class")
    balanced, labels = given == "balanced", plan_labels(model)
    pairs = {} if isinstance(given, str) else {p.key: p.value for p in given}
    count = weighed_classes(model, training) or 0
    prefix = training.only.prefix
    return ClassWeightProgram(
        balanced=balanced,
        named=names_classes(model) and not balanced,
        given=literal(pairs),
        listed=literal([pairs.get(i, 1.0) for i in range(count)]),
        labels=classes_of_labels(model, training),
        classes=literal(max(model.output_shape[-1], 2)),
        names=labels.names,
        sampled=bool(prefix or len(model.output_shape) > 1 or ignored is not None),
        ignored=None if ignored is None else literal(ignored),
        output=literal(training.only.name) if prefix else None,
        suffix=Code(f"_{training.only.name}" if prefix else ""),
    )
