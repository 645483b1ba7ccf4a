import keras


class PositionEmbedding(keras.layers.Layer):
    """Adds a vector to each step, that of its position."""

    def __init__(
        self,
        length,
        embeddings_initializer="uniform",
        embeddings_regularizer=None,
        embeddings_constraint=None,
        **more,
    ):
        super().__init__(**more)
        self.supports_masking = True
        self.length = length
        self.initializer = embeddings_initializer
        self.regularizer = embeddings_regularizer
        self.constraint = embeddings_constraint

    def build(self, shape):
        self.embeddings = self.add_weight(
            shape=(self.length, shape[-1]),
            initializer=self.initializer,
            regularizer=self.regularizer,
            constraint=self.constraint,
            name="embeddings",
        )

    def call(self, x):
        return x + self.embeddings[: x.shape[1]]
