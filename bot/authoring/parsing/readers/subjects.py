"""Reader of the subjects that group the pages, and so of the order in which one page follows another."""

from collections.abc import Collection

from bot.authoring.parsing.parse_context import NameKind, ParseContext
from bot.authoring.parsing.readers.phrases import PHRASES_FILE
from bot.authoring.parsing.readers.shared_fields import page_key
from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import SourceSpan, YamlNode, YamlScalar
from bot.model.content import Subject

SUBJECTS_FILE = "content/subjects.yaml"


def read_subjects(context: ParseContext) -> tuple[Subject, ...]:
    """Read the subjects in their order."""
    subject_by_page: dict[str, str] = {}
    with (
        TableReader(context, context.parse_root(), "the list of subjects") as top,
        TableReader(context, top.require("subjects"), "'subjects'") as subjects,
    ):
        return tuple(_read_subject(context, key, value, subject_by_page) for key, value in subjects.take_remaining())


def _read_subject(context: ParseContext, key: YamlScalar, value: YamlNode, subject_by_page: dict[str, str]) -> Subject:
    """Read one subject; its name for people is the phrase `subject_…`, so that it is translated like any other."""
    id = context.read_name(key, "a subject", example="periods")
    context.refer(key, NameKind.PHRASE, PHRASES_FILE, f"subject_{id}")
    pages = []
    for item in context.read_items(value, f"'{key.value}'"):
        if page := context.read_name(item, "a page"):
            context.refer(item, NameKind.PAGE, page_key(page))
            if page in subject_by_page:
                context.report(item, "twice", f"the page '{page}' stands under '{subject_by_page[page]}' already")
            subject_by_page[page] = id
            pages.append(page)
    return Subject(id, tuple(pages))


def report_unlisted_pages(context: ParseContext, subjects: Collection[Subject], pages: Collection[str]) -> None:
    """Report the pages that are in no subject: "Next page" would never lead to them."""
    listed = {page for subject in subjects for page in subject.pages}
    for page in sorted(set(pages) - listed):
        hint = "put it where it should be read"
        context.report(SourceSpan(1, 1), "unlisted-page", f"the page '{page}' stands under no subject", hint)
