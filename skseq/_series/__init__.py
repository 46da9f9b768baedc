"""The time of rows: index, frequency, time axis, windows, and the lagged target."""
