"""The rows after the known rows: their labels and columns known in advance."""
