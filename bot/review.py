"""A reviewer's sign-off, as it stands in a file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Review:
    """Who signed, in which role, from when until when, and *of* which words, named by their hash."""

    by: str
    role: str
    on: str
    due: str
    of: str
