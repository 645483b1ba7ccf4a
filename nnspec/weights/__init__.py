"""Weights of a trained model: files of ours, of safetensors and of Keras."""
