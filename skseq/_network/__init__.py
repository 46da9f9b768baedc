"""What a network is, as plain data that knows no framework."""
