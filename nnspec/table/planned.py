"""Names of the language that this version does not compile yet.

A spec that uses one is told so at its place; none is ever dropped in silence.
"""

from __future__ import annotations

PLANNED: dict[str, frozenset[str]] = {
    "layer": frozenset(
        """
        spatial_dropout1d spatial_dropout2d max_pooling1d max_pooling2d
        average_pooling1d average_pooling2d global_average_pooling1d
        global_average_pooling2d global_max_pooling1d global_max_pooling2d
        zero_padding1d zero_padding2d cropping1d cropping2d upsampling1d upsampling2d
        embedding position_embedding masking simple_rnn lstm gru bidirectional
        time_distributed attention multi_head_attention add subtract multiply average
        maximum minimum concatenate dot output
        """.split()
    ),
    "source": frozenset("fashion_mnist cifar10 text images".split()),
    "transform": frozenset(
        """
        token_ids next_characters windows augment
        """.split()
    ),
}
