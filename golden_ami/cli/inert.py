"""Text that others have written: printed as it is, and never as markup or as a command to the terminal."""

from rich.text import Text


def inert(value: object, style: str = "") -> Text:
    """Make a text in which nothing acts; what cannot be printed is shown by its number."""
    return Text("".join(each if each.isprintable() else _shown(each) for each in str(value)), style=style)


def _shown(character: str) -> str:
    return " " if character in "\n\t" else f"\\u{ord(character):04x}"
