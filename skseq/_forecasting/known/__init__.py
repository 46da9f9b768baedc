"""The rows whose targets are known, and how later calls add to them."""
