"""Transcripts: a conversation as text, the same lines in a test, in the terminal and in a bug report.

`>` is the person and `<` the bot; indented lines go on, and `#` is a remark. What a person writes is a typed answer,
the number of something that can be picked, or a command: /start [flow] [lang=en country=GB clinic=ID]; /start link=…
for a link with what follows its `?start=`; /press ID [@TURN] for a button as a tap sends it, perhaps an old one; or
what a button does, such as /back or /country GB. The remark `# now 2026-11-22T09:00` sets the clock, in UTC.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from bot.engine.commands import DOINGS
from bot.engine.deep_links import read_clinic_link
from bot.engine.input_matching import plain
from bot.engine.presenters.info import ASIDES
from bot.engine.session import ACT, Button, Event, Kind, Message, Press, Session, Start, Typed
from bot.engine.step import step
from bot.model.bundle import Library

COMMANDS = {name: name for name in (*ASIDES, *DOINGS)} | {"more": "more_pages", "pages": "all_pages"}
WORDY = (Kind.QUESTION, Kind.NOTE)  # their tools are words to type; buttons of other kinds have numbers
LINK, NOW = "/start link=", "# now "
SAID_AS = {"urgent": "help_now"}  # tools whose word list in the phrases has another name
Words = Mapping[str, tuple[str, ...]]


# ---- what the bot sends


def lines(message: Message, words: Words) -> Iterator[str]:
    """Yield *message* as lines of a transcript, unwrapped."""
    if message.kind is Kind.CONTACT:
        yield f"< {message.text}: {message.phone}"
        return
    first, *rest = (_heading(message) + message.whole).split("\n")
    yield f"< {first}"
    for line in rest:
        yield f"  {line.removeprefix('## ')}".rstrip()
    for key, button in choices(message):
        yield f"  [{key}] {button.text or button.label}"
    if message.kind in WORDY and (tools := list(_tools(message, words))):
        yield f"  ({' · '.join(tools)})"


def _heading(message: Message) -> str:
    """Return the prefix that shows an emergency or the floor of an ending; "" for other messages."""
    if message.kind is Kind.EMERGENCY:
        return "[EMERGENCY] "
    return f"[{message.floor}] " if message.floor else ""


def choices(message: Message) -> list[tuple[str, Button]]:
    """Return the buttons of *message* that can be chosen, each with the key to type for it."""
    if message.kind in WORDY:
        return [(button.key, button) for button in message.options]
    return [(str(number), button) for number, button in enumerate(message.buttons, 1)]


def _tools(message: Message, words: Words) -> Iterator[str]:
    """Yield the word to type for each tool of *message*; "stop" too, except under a note."""
    named = [(button.id.removeprefix(ACT), button.label) for button in message.tools]
    for name, label in named if message.kind is Kind.NOTE else (*named, ("stop", "stop")):
        yield next(iter(words.get(SAID_AS.get(name, name), ())), label)


# ---- what the person types


def event(line: str, screen: Iterable[Message] = ()) -> Event:
    """Return the event that a typed *line* stands for, with the messages of *visible* on the screen."""
    name, _, rest = line.removeprefix("/").partition(" ")
    match name if line.startswith("/") else "":
        case "start":
            return _start(rest.split())
        case "press" if rest:
            id, _, turn = rest.partition(" @")
            return Press(id, int(turn) if turn.isdecimal() else None)
        case command if command in COMMANDS:
            return Press(f"{ACT}{COMMANDS[command]}:{rest.strip()}".rstrip(":"))
    return _picked(line, screen)


def _start(words: list[str]) -> Start:
    """Return the start event for the words after `/start`."""
    named = dict(word.split("=", 1) for word in words if "=" in word)
    flow = next((word for word in words if "=" not in word), "")
    return Start(flow, named.get("lang", ""), named.get("country", ""), named.get("clinic", ""))


def _picked(line: str, screen: Iterable[Message]) -> Event:
    """Return the press of a button of a visible list; else the typed text, which the engine matches.

    A number that the list does not have is an empty text: it must not answer the question shown before the list.
    """
    heard = plain(line)
    for message in screen:
        if message.kind in WORDY or message.kind is Kind.CONTACT or not message.buttons:
            continue
        for key, button in choices(message):
            if heard in (key, plain(button.label), plain(button.text)) and heard:
                return Press(button.id)
        if heard.isdecimal():
            return Typed("")
    return Typed(line)


# ---- whole conversations


class Chat:
    """One conversation without buttons to tap: its session, and the messages whose buttons can be chosen now.

    The session goes through its stored form after every event: so each transcript also tests what a store relies on.
    """

    def __init__(self, library: Library) -> None:
        self.library, self.session = library, Session()
        self.screen: tuple[Message, ...] = ()

    def hear(self, line: str) -> list[str]:
        """Run a typed line through the engine, and return the lines of the reply."""
        self.session, messages = step(self.library, self.session, self._event(line))
        self.session = Session.from_json(self.session.to_json())
        if self.over or any(message.buttons for message in messages if message.kind is not Kind.CONTACT):
            self.screen = messages
        words = self.library.voice(self.session.language).words
        return [text for message in messages for text in lines(message, words)]

    def _event(self, line: str) -> Event:
        """Return the event of a typed line; `/start link=…` is read as a clinic's link."""
        if line.startswith(LINK):
            return read_clinic_link(line.removeprefix(LINK), self.library)
        return event(line, self.screen)

    def set_clock(self, remark: str) -> None:
        """Set the time to that of a remark such as `# now 2026-11-22T09:00`, in UTC."""
        now = datetime.fromisoformat(remark.removeprefix(NOW).strip()).replace(tzinfo=UTC).timestamp()
        self.library = self.library.at(replace(self.library.outside, now=now))

    @property
    def over(self) -> bool:
        """Whether the conversation is over: the session was reset, and no longer names its bundle."""
        return not self.session.library


def turn(line: str, answered: Iterable[str]) -> str:
    """Format one turn of a transcript: the typed line and the lines of the reply."""
    return "\n".join((f"> {line}".rstrip(), *answered, ""))


def script(text: str) -> list[str]:
    """Return the typed lines (`>`) and the remarks (`#`) of a transcript."""
    return [line.rstrip() for line in text.splitlines() if line.startswith((">", "#"))]


def record(library: Library, lines: Iterable[str]) -> str:
    """Replay the `>` lines of *lines*, and return the whole transcript. Remarks stay above the same turn."""
    chat, written, remarks = Chat(library), list[str](), ""
    for line in lines:
        if line.startswith("#"):
            remarks += f"{line}\n"
            if line.startswith(NOW):
                chat.set_clock(line)
        else:
            said = line.removeprefix(">").strip()
            written.append(remarks + turn(said, chat.hear(said)))
            remarks = ""
    return "\n".join((*written, remarks) if remarks else written)
