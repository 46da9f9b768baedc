"""How an estimator predicts several steps: all at once, or one after another."""
