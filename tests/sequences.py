"""Layers of sequences in a row, the shape that they are given after the bar."""

EMBEDDINGS = (
    "embedding(5, 3); flatten; dense(2) | 4",
    "embedding(6, 3, embeddings_initializer=random_normal, "
    "embeddings_regularizer=l2(0.1)); dense(4, tanh); flatten; dense(2) | 5",
    "embedding(input_dim=9, output_dim=2, embeddings_constraint=max_norm(0.2)); "
    "conv1d(3, 2, activation=tanh); global_average_pooling1d; dense(2) | 6",
    "reshape(3, 2); embedding(5, 2); flatten; dense(3) | 6",
    "embedding(4, 3, trainable=false); dense(3); flatten; dense(2) | 3",
    "embedding(7, 3); position_embedding(5); tanh; global_max_pooling1d; dense(2) | 5",
    "dense(3, tanh); position_embedding(length=6, embeddings_initializer=ones); "
    "dense(2, tanh); flatten; dense(2) | 4, 2",
    "dense(3); position_embedding(4, trainable=false); flatten; dense(2) | 4, 2",
)
SEQUENCES = EMBEDDINGS
