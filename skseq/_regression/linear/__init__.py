"""The linear forecast, and its weight in predictions."""
