"""The scale on which targets are forecast: logarithms, and values without season."""
