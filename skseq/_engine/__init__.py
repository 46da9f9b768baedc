"""Engines: from architecture, windows and a batch plan to trained weights."""
