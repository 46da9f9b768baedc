"""When rows are: index, frequency, windows, and the lagged target."""
