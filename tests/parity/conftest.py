"""Keras in double precision on JAX, or no parity tests."""

from __future__ import annotations

import os

os.environ.setdefault("KERAS_BACKEND", "jax")
os.environ.setdefault("JAX_ENABLE_X64", "1")

WHY = "Keras and JAX are not installed: `make parity` sets up a venv that has them"
