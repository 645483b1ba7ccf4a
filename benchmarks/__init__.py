"""nnspec beside other frameworks, measured in one run: `python -m benchmarks`."""
