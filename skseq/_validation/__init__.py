"""What valid input is."""
