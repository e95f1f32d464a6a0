"""The command `chat`: the bot in a terminal, with the same messages, for a person, a pipe or a screen reader."""

import os
import re
import sys
import textwrap
import time
import unicodedata
from argparse import Namespace
from collections.abc import Iterable
from contextlib import suppress
from datetime import date
from typing import TextIO

from bot.adapters.terminal.transcript import Chat, turn
from bot.authoring.loader import home, load
from bot.clinics.registry import at_hand
from bot.engine.information_mode import informing
from bot.engine.presenters.texts import Voice
from bot.model.bundle import Library
from bot.model.clinic import Outside
from bot.model.diagnostics import guess

PROMPT = "> "
WIDEST, NARROWEST = 100, 20  # longer lines are hard to read; a narrower one has no room for a word
HANGING = re.compile(r"(?:< |  )(?:\[\w{1,3}\] |- )?")  # its width is the indent of the continuation lines
STANDS_OUT = re.compile(r"(?<=^< )\[EMERGENCY\]|(?<=^  )\[\w{1,3}\]")
BOLD, PLAIN = "\x1b[1m", "\x1b[0m"
BAD_USAGE = 2


class Window:
    """The input and output of a chat. Wrapping and bold text are used only on a terminal."""

    def __init__(self, typed: TextIO | None, shown: TextIO) -> None:
        self.typed, self.shown = typed, shown
        self.on_terminal = shown.isatty()
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        self.stands_out = self.on_terminal and not plain

    def show(self, lines: Iterable[str]) -> None:
        """Print the lines, wrapped to the width of the terminal; unwrapped if the output is not a terminal."""
        for line in lines:
            for part in wrapped(line, self._width()) if self.on_terminal else (line,):
                self.shown.write((STANDS_OUT.sub(_bold, part) if self.stands_out else part) + "\n")
        self.shown.flush()

    def ask(self) -> str | None:
        """Read the next typed line, without invisible characters; None at the end of the input."""
        self.shown.write(f"\n{PROMPT}")
        self.shown.flush()
        line = self.typed.readline() if self.typed else ""
        said = "".join(c for c in line if unicodedata.category(c) not in ("Cc", "Cs")).strip()
        if line and self.typed and not self.typed.isatty():  # then no terminal echoes what was typed
            self.shown.write(f"{said}\n")
        return said if line else None

    def _width(self) -> int:
        """Return the width to wrap lines at, in columns."""
        with suppress(OSError):
            return max(NARROWEST, min(os.get_terminal_size(self.shown.fileno()).columns or WIDEST, WIDEST))
        return WIDEST


def wrapped(line: str, width: int) -> list[str]:
    """Split *line* into lines of at most *width* columns, with a hanging indent."""
    start = HANGING.match(line)
    indent = " " * (start.end() if start else 0)
    return textwrap.wrap(line, width, subsequent_indent=indent, break_on_hyphens=False) or [""]


def _bold(found: re.Match[str]) -> str:
    """Return the matched text in bold, as ANSI codes."""
    return f"{BOLD}{found[0]}{PLAIN}"


def talk(library: Library, opening: str, window: Window, kept: TextIO | None) -> None:
    """Run the conversation that *start_line* begins, until the person leaves or stops it."""
    chat, gap = Chat(library), ""
    said: str | None = opening
    with suppress(KeyboardInterrupt):
        while said is not None:
            lines = chat.hear(said)
            if kept:
                kept.write(gap + turn(said, lines))
                kept.flush()
            window.show(lines)
            if chat.over:
                return
            said, gap = window.ask(), "\n"
    window.show(["", f"< {Voice(chat.library, chat.session)('goodbye')}"])


# ---- the command


def run(options: Namespace) -> int:
    """Run `python -m bot chat`, and return the exit code."""
    _bear_any_text()
    today = date.today().isoformat()
    library, _ = load(home(), today, drafts=bool(options.lang or options.clinic))  # these may be drafts
    if options.information:
        library = informing(library, today)
    if options.clinic:
        library = library.at(Outside(at_hand(library).clinics, time.time()))
    if fault := _fault(library, options):
        print(fault, file=sys.stderr)
        return BAD_USAGE
    words = {"lang": options.lang, "clinic": options.clinic}
    opening = " ".join(("/start", *filter(None, [options.flow]), *(f"{k}={v}" for k, v in words.items() if v)))
    window = Window(sys.stdin, sys.stdout)
    if not options.save:
        talk(library, opening, window, None)
        return 0
    return _talk_and_keep(library, opening, window, options.save)


def _bear_any_text() -> None:
    """Make the standard streams replace what they can not encode by a question mark, and never raise."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if stream is not None:
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]


def _fault(library: Library, options: Namespace) -> str:
    """Return what is wrong with the options, as a sentence; "" if nothing is."""
    known = library.entrances
    if options.flow and options.flow not in known:
        return f"No conversation is called '{options.flow}'; {guess(options.flow, known)}".strip()
    if options.lang and options.lang not in library.languages:
        return f"The bot does not speak '{options.lang}'; {guess(options.lang, library.languages)}".strip()
    if options.clinic and options.clinic not in library.outside.clinics:
        return f"No clinic is called '{options.clinic}'; {guess(options.clinic, library.outside.clinics)}".strip()
    return ""


def _talk_and_keep(library: Library, opening: str, window: Window, name: str) -> int:
    """Run the conversation and save its transcript in a new file; return the exit code."""
    try:
        kept = open(name, "x", encoding="utf-8", opener=lambda file, flags: os.open(file, flags, 0o600))  # noqa: SIM115
    except FileExistsError:
        print(f"'{name}' is there already, and nothing is overwritten. Choose another name.", file=sys.stderr)
        return BAD_USAGE
    except OSError as error:
        print(f"The chat cannot be saved in '{name}': {error.strerror}.", file=sys.stderr)
        return BAD_USAGE
    with kept:
        talk(library, opening, window, kept)
    window.show([f"  {library.text('saved').replace('{file}', name)}"])
    return 0
