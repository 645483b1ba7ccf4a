"""Programs that load a trained network and predict, each a process of its own."""
