"""How targets are scaled, and predictions scaled back."""
