"""Updates of the weights of one dense layer by each optimizer, one process each."""
