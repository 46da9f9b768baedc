"""Numbers with nouns in messages."""


def counted(number, noun):
    """Write a number of things, such as "1 row" or "3 rows"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def also_in(n_others):
    """Say that a message about one series applies to a number of others, if any."""
    return f" The same applies to {n_others} other series." if n_others else ""
