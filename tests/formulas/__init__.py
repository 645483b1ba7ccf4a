"""Tests of formulas of one's own."""
