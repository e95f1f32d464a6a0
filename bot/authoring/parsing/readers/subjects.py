"""Reader of the subjects that group the pages, and so of the order in which one page follows another."""

from collections.abc import Collection

from bot.authoring.parsing.parse_context import Kind, Reading
from bot.authoring.parsing.readers.effects import page_key
from bot.authoring.parsing.readers.phrases import PHRASES
from bot.authoring.parsing.table_reader import Fields
from bot.authoring.parsing.yaml_nodes import Mark, Node, Scalar
from bot.model.content import Subject

FILE = "content/subjects.yaml"


def read_subjects(reading: Reading) -> tuple[Subject, ...]:
    """Read the subjects in their order."""
    seen: dict[str, str] = {}
    with (
        Fields(reading, reading.root(), "the list of subjects") as top,
        Fields(reading, top.need("subjects"), "'subjects'") as subjects,
    ):
        return tuple(_subject(reading, key, value, seen) for key, value in subjects.rest())


def _subject(reading: Reading, key: Scalar, value: Node, seen: dict[str, str]) -> Subject:
    """Read one subject; its name for people is the phrase `subject_…`, so that it is translated like any other."""
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
    """Report the pages that are in no subject: "Next page" would never lead to them."""
    listed = {page for subject in subjects for page in subject.pages}
    for page in sorted(set(pages) - listed):
        hint = "put it where it should be read"
        reading.fault(Mark(1, 1), "unlisted-page", f"the page '{page}' stands under no subject", hint)
