"""The rows passed to fit, and warnings about their windows."""
