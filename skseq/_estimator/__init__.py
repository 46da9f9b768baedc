"""What every estimator does, knowing nothing of time series."""
