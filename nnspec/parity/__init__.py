"""The scripts of NumPy and Keras side by side: the same training, step by step."""
