"""The past of each target: which feature holds it, and what it predicts."""
