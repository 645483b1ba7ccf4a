"""Processes that read a table, for `benchmarks.reading`."""
