"""Engines train the weights of an architecture on windows, by a batch plan."""
