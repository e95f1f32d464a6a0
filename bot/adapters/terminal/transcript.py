"""Transcripts: a conversation as text, the same lines in a test, in the terminal and in a bug report.

`>` is the person and `<` the bot; indented lines go on, and `#` is a remark. What a person writes is a typed answer,
the number of something that can be picked, or a command: /start [flow] [lang=en country=GB clinic=ID]; /start link=…
for a link with what follows its `?start=`; /press ID [@TURN] for a button as a tap sends it, perhaps an old one; or
what a button does, such as /back or /country GB. The remark `# now 2026-11-22T09:00` sets the clock, in UTC.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from bot.engine.commands import CHAT_COMMANDS
from bot.engine.deep_links import parse_clinic_payload
from bot.engine.presenters.info import INFO_COMMANDS
from bot.engine.session import (
    COMMAND_PREFIX,
    Button,
    ButtonPress,
    Event,
    Message,
    MessageKind,
    Session,
    Start,
    TypedText,
)
from bot.engine.step import step
from bot.engine.understanding.folding import fold, fold_authored
from bot.model.bundle import ContentBundle

BUTTON_COMMANDS = {name: name for name in (*INFO_COMMANDS, *CHAT_COMMANDS)} | {
    "more": "more_pages",
    "pages": "all_pages",
}
KINDS_WITH_TYPED_TOOLS = (
    MessageKind.QUESTION,
    MessageKind.NOTE,
)  # their tools are words to type; buttons of other kinds have numbers
LINK_PREFIX, CLOCK_REMARK = "/start link=", "# now "
WORD_LIST_OF_TOOL = {"urgent": "help_now"}  # tools whose word list in the phrases has another name
WordLists = Mapping[str, tuple[str, ...]]


# ---- what the bot sends


def message_lines(message: Message, words: WordLists) -> Iterator[str]:
    """Yield *message* as lines of a transcript, unwrapped."""
    if message.kind is MessageKind.CONTACT:
        yield f"< {message.text}: {message.phone}"
        return
    first, *rest = (_heading(message) + message.full_text).split("\n")
    yield f"< {first}"
    for line in rest:
        yield f"  {line.removeprefix('## ')}".rstrip()
    for key, button in numbered_choices(message):
        yield f"  [{key}] {button.text or button.label}"
    if message.kind in KINDS_WITH_TYPED_TOOLS and (tools := list(_tool_words(message, words))):
        yield f"  ({' · '.join(tools)})"


def _heading(message: Message) -> str:
    """Return the prefix that shows an emergency or the floor of an ending; "" for other messages."""
    if message.kind is MessageKind.EMERGENCY:
        return "[EMERGENCY] "
    return f"[{message.floor}] " if message.floor else ""


def numbered_choices(message: Message) -> list[tuple[str, Button]]:
    """Return the buttons of *message* that can be chosen, each with the key to type for it."""
    if message.kind in KINDS_WITH_TYPED_TOOLS:
        return [(button.key, button) for button in message.options]
    return [(str(number), button) for number, button in enumerate(message.buttons, 1)]


def _tool_words(message: Message, words: WordLists) -> Iterator[str]:
    """Yield the word to type for each tool of *message*; "stop" too, except under a note."""
    named_tools = [(button.id.removeprefix(COMMAND_PREFIX), button.label) for button in message.tools]
    for name, label in named_tools if message.kind is MessageKind.NOTE else (*named_tools, ("stop", "stop")):
        yield next(iter(words.get(WORD_LIST_OF_TOOL.get(name, name), ())), label)


# ---- what the person types


def parse_line(line: str, visible: Iterable[Message] = ()) -> Event:
    """Return the event that a typed *line* stands for, with the messages of *visible* on the screen."""
    name, _, rest = line.removeprefix("/").partition(" ")
    match name if line.startswith("/") else "":
        case "start":
            return _parse_start(rest.split())
        case "press" if rest:
            button_id, _, turn = rest.partition(" @")
            return ButtonPress(button_id, int(turn) if turn.isdecimal() else None)
        case command if command in BUTTON_COMMANDS:
            return ButtonPress(f"{COMMAND_PREFIX}{BUTTON_COMMANDS[command]}:{rest.strip()}".rstrip(":"))
    return _parse_choice(line, visible)


def _parse_start(words: list[str]) -> Start:
    """Return the start event for the words after `/start`."""
    parameters = dict(word.split("=", 1) for word in words if "=" in word)
    flow = next((word for word in words if "=" not in word), "")
    return Start(flow, parameters.get("lang", ""), parameters.get("country", ""), parameters.get("clinic", ""))


def _parse_choice(line: str, visible: Iterable[Message]) -> Event:
    """Return the press of a button of a visible list; else the typed text, which the engine matches.

    A number that the list does not have is an empty text: it must not answer the question shown before the list.
    """
    folded = fold(line)
    for message in visible:
        if message.kind in KINDS_WITH_TYPED_TOOLS or message.kind is MessageKind.CONTACT or not message.buttons:
            continue
        for key, button in numbered_choices(message):
            if folded in (key, fold_authored(button.label), fold_authored(button.text)) and folded:
                return ButtonPress(button.id)
        if folded.isdecimal():
            return TypedText("")
    return TypedText(line)


# ---- whole conversations


class TerminalChat:
    """One conversation without buttons to tap: its session, and the messages whose buttons can be chosen now.

    The session goes through its stored form after every event: so each transcript also tests what a store relies on.
    """

    def __init__(self, bundle: ContentBundle) -> None:
        self.bundle, self.session = bundle, Session()
        self.visible: tuple[Message, ...] = ()

    def handle(self, line: str) -> list[str]:
        """Run a typed line through the engine, and return the lines of the reply."""
        self.session, messages = step(self.bundle, self.session, self._parse(line))
        self.session = Session.from_json(self.session.to_json())
        if self.is_over or any(message.buttons for message in messages if message.kind is not MessageKind.CONTACT):
            self.visible = messages
        words = self.bundle.phrases_in(self.session.language).words
        return [text for message in messages for text in message_lines(message, words)]

    def _parse(self, line: str) -> Event:
        """Return the event of a typed line; `/start link=…` is read as a clinic's link."""
        if line.startswith(LINK_PREFIX):
            return parse_clinic_payload(line.removeprefix(LINK_PREFIX), self.bundle)
        return parse_line(line, self.visible)

    def set_clock(self, remark: str) -> None:
        """Set the time to that of a remark such as `# now 2026-11-22T09:00`, in UTC."""
        now = datetime.fromisoformat(remark.removeprefix(CLOCK_REMARK).strip()).replace(tzinfo=UTC).timestamp()
        self.bundle = self.bundle.with_environment(replace(self.bundle.environment, now=now))

    @property
    def is_over(self) -> bool:
        """Whether the conversation is over: the session was reset, and no longer names its bundle."""
        return not self.session.bundle_version


def format_turn(line: str, reply_lines: Iterable[str]) -> str:
    """Format one turn of a transcript: the typed line and the lines of the reply."""
    return "\n".join((f"> {line}".rstrip(), *reply_lines, ""))


def input_lines(text: str) -> list[str]:
    """Return the typed lines (`>`) and the remarks (`#`) of a transcript."""
    return [line.rstrip() for line in text.splitlines() if line.startswith((">", "#"))]


def replay_transcript(bundle: ContentBundle, lines: Iterable[str]) -> str:
    """Replay the `>` lines of *lines*, and return the whole transcript. Remarks stay above the same turn."""
    chat, turns, remarks = TerminalChat(bundle), list[str](), ""
    for line in lines:
        if line.startswith("#"):
            remarks += f"{line}\n"
            if line.startswith(CLOCK_REMARK):
                chat.set_clock(line)
        else:
            typed = line.removeprefix(">").strip()
            turns.append(remarks + format_turn(typed, chat.handle(typed)))
            remarks = ""
    return "\n".join((*turns, remarks) if remarks else turns)
