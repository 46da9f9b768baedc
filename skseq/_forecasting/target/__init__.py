"""The scale on which targets are forecast: logarithms and deseasonalized values."""
