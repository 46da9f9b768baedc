"""Transformers: from the table of a series to scaled windows."""
