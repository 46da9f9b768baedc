"""How windows are normalized, and what a network's output is added to."""
