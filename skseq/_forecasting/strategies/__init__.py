"""How many steps are predicted by an estimator: at once, or one after another."""
