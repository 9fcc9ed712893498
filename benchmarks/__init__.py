"""Measures net30 beside a hand-written baseline on the same rows, the same indexes and the same session look-up."""
