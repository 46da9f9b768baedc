"""Regressors on windows: networks, and naive forecasts to compare them with."""
