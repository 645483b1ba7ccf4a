"""The network of `examples/mnist_512.nn` in other frameworks, one process each."""
