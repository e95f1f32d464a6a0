"""The subjects under which the pages stand, and so the order in which one page follows another."""

from collections.abc import Collection

from bot.content import Subject
from bot.reading.effects import page_key
from bot.reading.fields import Fields
from bot.reading.nodes import Mark, Node, Scalar
from bot.reading.phrases import PHRASES
from bot.reading.reading import Kind, Reading

FILE = "content/subjects.yaml"


def read_subjects(reading: Reading) -> tuple[Subject, ...]:
    seen: dict[str, str] = {}
    with (
        Fields(reading, reading.root(), "the list of subjects") as top,
        Fields(reading, top.need("subjects"), "'subjects'") as subjects,
    ):
        return tuple(_subject(reading, key, value, seen) for key, value in subjects.rest())


def _subject(reading: Reading, key: Scalar, value: Node, seen: dict[str, str]) -> Subject:
    """A subject. What people call it is the phrase `subject_…`, so that it can be translated like any other."""
    id = reading.name(key, "a subject", like="periods")
    reading.mention(key, Kind.PHRASE, PHRASES, f"subject_{id}")
    pages = []
    for item in reading.items(value, f"'{key.value}'"):
        if page := reading.name(item, "a page"):
            reading.mention(item, Kind.PAGE, page_key(page))
            if page in seen:
                reading.fault(item, "twice", f"the page '{page}' stands under '{seen[page]}' already")
            seen[page] = id
            pages.append(page)
    return Subject(id, tuple(pages))


def tell_unlisted(reading: Reading, subjects: Collection[Subject], pages: Collection[str]) -> None:
    """Tell the list of subjects which pages it forgot: nobody would come to them with "Next page"."""
    listed = {page for subject in subjects for page in subject.pages}
    for page in sorted(set(pages) - listed):
        hint = "put it where it should be read"
        reading.fault(Mark(1, 1), "unlisted-page", f"the page '{page}' stands under no subject", hint)
