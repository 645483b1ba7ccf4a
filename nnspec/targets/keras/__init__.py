"""From the model to a script of Keras 3, made of the model alone."""
