"""Scripts in float32 beside themselves in float64, where rounding hurts.

Parity with Keras is looked at in float64, which does not see digits that are lost:
large logits, large means, constant channels and long sums show them. Here each script
runs in float32, and its text once more in float64; what differs by more than rounding
explains is a fault.
"""
