"""Transformers that scale the table of a series and cut windows from it."""
