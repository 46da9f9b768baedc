"""Numbers with nouns in messages."""


def counted(number, noun):
    """Write a number of things, such as "1 row" or "3 rows".

    Parameters
    ----------
    number : int
    noun : str
        In the singular; its plural ends in s.
    """
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
