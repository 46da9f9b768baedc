"""The past of each target: which feature contains it, and what it predicts."""
