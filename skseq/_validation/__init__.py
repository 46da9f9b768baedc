"""Checks of input: numbers, tables, windows, targets and sample weights."""
