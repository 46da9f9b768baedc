"""The description of a network as plain data, independent of any framework."""
