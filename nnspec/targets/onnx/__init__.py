"""The target ONNX: a network with its weights as a graph of operators."""
