"""Behaviour that all estimators share, independent of time series."""
