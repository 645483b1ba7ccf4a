"""Specs of networks with several inputs and outputs."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests import several_images

#: Two inputs, and an output of each kind; one is only predicted.
EVERYTHING = """
network {
  input(5) as left
  input(4, 3) as right
  flatten from right as flat
  concatenate(left, flat)
  batch_normalization
  dense(8, tanh, kernel_regularizer=l2(0.01)) as h
  dropout(0.3)
  dense(2) as price
  dense(1, sigmoid) from h as sold
  dense(3, softmax) from h as kind
  dense(4, softmax) from h as class
  dense(2) from h as extra
  output(price, sold, kind, class, extra)
}
training {
  loss = [
    price: huber, sold: binary_crossentropy(label_smoothing=0.1),
    kind: sparse_categorical_crossentropy, class: categorical_crossentropy, extra: none,
  ]
  loss_weights = [sold: 0.2, kind: 3]
  metrics = [
    price: [mae, r2_score], sold: [accuracy, auc, confusion_matrix],
    kind: [accuracy, confusion_matrix, f1_score], class: [top_k_accuracy(k=2)],
  ]
  class_weight = [sold: balanced, kind: [0: 1.0, 2: 4.0]]
  epochs = 3
  precision = float64
  early_stopping(monitor=val_kind_accuracy, patience=2)
}
"""

#: An image in, two linear logits of which one is an output too, and sums of losses.
CONVOLVED = """
network {
  input(6, 6, 2)
  conv2d(3, 3, activation=relu)
  flatten
  dense(3) as scores
  softmax as shares
  output(shares, scores)
}
training {
  loss = [
    shares: sparse_categorical_crossentropy(reduction=sum),
    scores: sparse_categorical_crossentropy(from_logits=true, ignore_class=1),
  ]
  loss_weights = [shares: 0.5]
  metrics = [shares: accuracy]
}
"""

#: Two inputs to one output; its statistics are joined over the shares of a batch.
SIAMESE = """
shared tower {
  conv2d(2, 2, activation=relu)
  batch_normalization
  flatten
}
network {
  input(5, 5, 1) as left
  input(5, 5, 1) as right
  tower from left as a
  tower from right as b
  subtract from a, b
  dense(1, sigmoid)
}
training {
  loss = binary_crossentropy
  class_weight = [0: 1, 1: 2]
  metrics = [accuracy, auc]
}
"""

#: One loss for all, and an output that another one is computed of.
AUXILIARY = """
network {
  input(4)
  dense(3, softmax) as early
  dense(5, tanh)
  dense(3, softmax) as late
  output(late, early)
}
training {
  loss = categorical_crossentropy
  metrics = accuracy
}
"""

#: Numbers and the id of a city, for a network that is wide and deep.
WIDE = """
network {
  input(3) as numbers
  input(1) as city
  embedding(5, 2) from city
  flatten
  concatenate(numbers) as both
  dense(4, relu)
  concatenate(both)
  dense(1) as price
  dense(1, sigmoid) as dear
  output(price, dear)
}
training {
  loss = [price: mae, dear: binary_crossentropy]
}
"""

#: Arrays of an archive by the names of inputs and outputs, with classes of texts.
ARCHIVE = """
data {
  npz("data.npz", x=[left: "xl", right: "xr"], y=[sold: "ys", kind: "yk"])
  split(validation=0.2, test=0.2, seed=3, stratify=true)
}
network {
  input(5) as left
  input(4, 3) as right
  flatten from right as flat
  concatenate(left, flat)
  dense(8, relu) as h
  dense(1, sigmoid) as sold
  dense(3, softmax) from h as kind
  output(sold, kind)
}
training {
  loss = [sold: binary_crossentropy, kind: sparse_categorical_crossentropy]
  metrics = [sold: [accuracy, precision(class_id="yes")], kind: class_report]
  class_weight = [sold: ["yes": 3.0]]
}
"""

#: A table whose columns are for two inputs, and for two outputs.
HOUSES = """
data {
  csv(
    "houses.csv", features=[numbers: ["area", "rooms"], place: ["city", "rooms"]],
    target=[price: "price", sold: "sold"],
  )
  standardize(of=["area", "rooms"])
  one_hot(columns="city")
  split(validation=0.2, test=0.2, seed=3, stratify=true)
}
network {
  input(2) as numbers
  input(4) as place
  concatenate(numbers) as wide
  dense(8, relu)
  concatenate(wide) as both
  dense(1) as price
  dense(1, sigmoid) from both as sold
  output(price, sold)
}
training {
  loss = [price: mse, sold: binary_crossentropy]
  loss_weights = [price: 0.1]
  metrics = [price: mae, sold: [accuracy, auc]]
  class_weight = [sold: ["yes": 2.0]]
}
"""

#: The same table for one input, and its cities as ids.
CITIES = (
    HOUSES.replace('  one_hot(columns="city")\n', "")
    .replace('place: ["city", "rooms"]', 'place: "city"')
    .replace(
        "  input(4) as place\n", "  input(1) as place\n  embedding(4, 3)\n  flatten\n"
    )
)

#: Cities by the words of their names.
NAMED_CITIES = (
    HOUSES.replace('one_hot(columns="city")', "token_ids(9, 4, of=place)")
    .replace('place: ["city", "rooms"]', 'place: "city"')
    .replace(
        "  input(4) as place\n", "  input(4) as place\n  embedding(9, 3)\n  flatten\n"
    )
)

#: Two heads that learn the same labels, of samples that two inputs take.
HEADS = """
data {
  spirals(samples=60)
  split(validation=0.2, seed=1)
}
network {
  input(2) as left
  input(2) as right
  concatenate(left, right)
  dense(5, tanh)
  dense(3, softmax) as early
  dense(5, tanh)
  dense(3, softmax) as late
  output(late, early)
}
training {
  loss = sparse_categorical_crossentropy
  loss_weights = [early: 0.3]
  metrics = accuracy
}
"""

#: An image as a row of pixels, and numbers.
IMAGES = several_images.spec(
    "reshape(4, 6, 1, of=image)\n  augment(horizontal, of=image)",
    several_images.SOURCES["npz"],
)

SPECS = {
    "everything": EVERYTHING,
    "convolved": CONVOLVED,
    "siamese": SIAMESE,
    "auxiliary": AUXILIARY,
    "wide": WIDE,
    "archive": ARCHIVE,
    "heads": HEADS,
    "images": IMAGES,
    "houses": HOUSES,
    "cities": CITIES,
    "named cities": NAMED_CITIES,
    "focal": AUXILIARY.replace(
        "loss = categorical_crossentropy",
        "loss = [early: categorical_focal_crossentropy(alpha=[1, 2, 0.5]), late: mse]",
    ),
    "hinges": AUXILIARY.replace(", softmax", "").replace(
        "categorical_crossentropy", "[early: hinge, late: categorical_hinge]"
    ),
}


def arrays(n: int, seed: int = 0) -> tuple[dict[str, Any], dict[str, Any]]:
    """Samples and labels for EVERYTHING."""
    rng = np.random.default_rng(seed)
    left, right = rng.normal(size=(n, 5)), rng.normal(size=(n, 4, 3))
    return {"left": left, "right": right}, {
        "price": np.stack([left.sum(1), right.sum((1, 2))], 1),
        "sold": (left[:, 0] + right[:, 0, 0] > 0).astype(int),
        "kind": left[:, :3].argmax(1),
        "class": np.eye(4)[left[:, :4].argmax(1)],
    }
