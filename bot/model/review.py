"""A reviewer's sign-off, as it is written in a file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Review:
    """A sign-off: who signed, in which role, from when until when, and the hash of the content that was signed."""

    reviewer: str
    role: str
    signed_on: str
    due_on: str
    content_hash: str
