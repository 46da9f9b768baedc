"""Checks whether predictions are probably inaccurate, and warnings if they are."""
