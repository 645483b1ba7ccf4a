"""Scripts against Keras: the same numbers, step by step."""
