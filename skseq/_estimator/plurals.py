"""Numbers with nouns in messages."""


def counted(number, noun):
    """Write a number of things, such as "1 row" or "3 rows"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
