"""nnspec turns a spec of a neural network into one training script in NumPy."""
