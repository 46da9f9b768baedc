"""Prediction intervals, from the errors of past forecasts."""
