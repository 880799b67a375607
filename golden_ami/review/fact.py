"""What is so because of a stack, in words."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fact:
    """One thing that is so.

    Attributes
    ----------
    section, subject : str
        Of what kind, and about what.
    words : str
        What.
    """

    section: str
    subject: str
    words: str
