"""Series with rows at some times of the week only, such as opening hours."""
