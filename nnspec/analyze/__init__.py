"""From the syntax tree to the model: names, types, shapes, and what they rule out."""
