"""Any text as what it is: nothing in it moves a cursor, hides, turns text around, or ends a line."""


def inert(text: str, *, keep: str = "") -> str:
    r"""Escape every character that is not simply seen: controls, line ends, marks of direction, halves of pairs.

    Parameters
    ----------
    text : str
        Anybody's.
    keep : str
        Characters that stay, such as the line ends of a list of problems.

    Examples
    --------
    >>> inert("safe\x1b[2J")
    'safe\\x1b[2J'
    """
    if text.isprintable():
        return text
    return "".join(
        each if each.isprintable() or each in keep else each.encode("unicode_escape").decode() for each in text
    )
