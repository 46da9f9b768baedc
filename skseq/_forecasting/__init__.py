"""Forecasts of the steps after the last known row, and their intervals."""
