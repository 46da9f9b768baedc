"""The rows after the known rows: their labels, and the columns known in advance."""
