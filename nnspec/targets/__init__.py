"""What a model is compiled to: a folder for each target, and what they share."""
