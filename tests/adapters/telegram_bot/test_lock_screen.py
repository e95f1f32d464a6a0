"""Whoever sees a locked phone learns nothing: the first line of every message tells of no body, no sex, no harm."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters.telegram_bot.messages.outgoing import to_messages
from bot.adapters.telegram_bot.messages.spoilers import with_spoilers
from bot.adapters.terminal.transcript import TerminalChat, input_lines
from bot.engine.presenters.ending import answers_on_path
from bot.engine.presenters.info import INFO_COMMANDS
from bot.engine.session import Message, Session
from bot.engine.snapshot import Snapshot
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.sessions.outbox_entry import OutgoingMessage
from tests.support.paths import DATA

CHATS = sorted((DATA / "transcripts").glob("*.txt"))
PRIVATE = re.compile(
    r"blood|bleed|sex|vagin|vulva|penis|cerv|womb|pregnan|birth|period|discharge|pain|sore|itch|rape|hiv\b|\bstis?\b|infect"
    r"|condom|abort|miscarr|breast|\bpee\b|\bbum\b|testic|semen|partner|contracep|\bpill|\bcoil|hurt|harm|violen|\bsafe\b"
    r"|suicid|\bdie|dying|your life|wanted|agree|assault|husband|virgin|orgasm|touch",
    re.IGNORECASE,
)


def first_line(sheet: OutgoingMessage) -> str:
    """What a notification shows of a message, as far as it is not covered."""
    units = sheet.text.encode("utf-16-le")
    for kind, at, long in sheet.entities:
        if kind == "spoiler":
            begin, end = 2 * int(at), 2 * (int(at) + int(long))
            units = units[:begin] + "█".encode("utf-16-le") * ((end - begin) // 2) + units[end:]
    return units.decode("utf-16-le").split("\n")[0]


def shown(library: ContentBundle, session: Session, message: Message) -> Iterator[str]:
    for sheet in to_messages(with_spoilers(library, session, message), lambda id: id):
        yield first_line(sheet)


@pytest.mark.parametrize("file", CHATS, ids=lambda file: file.stem)
def test_nothing_of_any_conversation_stands_in_a_first_line(library: ContentBundle, file: Path) -> None:
    chat = TerminalChat(library)
    for line in input_lines(file.read_text(encoding="utf-8")):
        if not line.startswith(">"):
            continue
        chat.handle(line.removeprefix(">").strip())
        for message in chat.visible:
            for told in shown(library, chat.session, message):
                assert not PRIVATE.search(told), told


def test_nor_of_anything_that_can_be_asked_for_on_the_way(library: ContentBundle) -> None:
    """Why we ask, what it means, every page, every word, the list of answers, the text to show."""
    session = Session(consented=True, country="GB", flow="bleeding_after_sex")
    talk = Snapshot(library, session)
    named = {
        "page": list(library.pages[BASE_LANGUAGE]),
        "term": list(library.terms()),
        "subject": [one.id for one in library.subjects],
    }
    for name, aside in INFO_COMMANDS.items():
        for argument in named.get(name, [""]):
            message = aside(talk.texts, talk.interpreter, argument)
            assert message, name
            for told in shown(library, session, message):
                assert not PRIVATE.search(told), told
    assert not list(answers_on_path(talk.texts, talk.interpreter))


def test_nor_when_an_answer_is_changed(library: ContentBundle) -> None:
    session = Session(consented=True, flow="chooser", answers={"chooser.topic": "bleeding"})
    changed = Snapshot(library, session).with_session(changing="chooser.topic").current_message()
    assert changed.lead
    for told in shown(library, session, changed):
        assert not PRIVATE.search(told), told
