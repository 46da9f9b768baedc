"""Training data, and how the networks of a model are trained."""
