"""A reviewer's sign-off, as it is written in a file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Review:
    """A sign-off: who signed, in which role, from when until when, and the hash of the content that was signed."""

    by: str
    role: str
    on: str
    due: str
    of: str
