"""The bot in a terminal: the same steps, messages and words, for a person, a pipe or a screen reader."""

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

from bot.clinics import Outside
from bot.information import informing
from bot.library import Library
from bot.loading import home, load
from bot.problem import guess
from bot.registry import at_hand
from bot.transcript import Chat, turn
from bot.voice import Voice

PROMPT = "> "
WIDEST, NARROWEST = 100, 20  # longer lines are hard to read; in a shorter one nothing fits
HANGING = re.compile(r"(?:< |  )(?:\[\w{1,3}\] |- )?")  # what the lines that go on are indented by
STANDS_OUT = re.compile(r"(?<=^< )\[EMERGENCY\]|(?<=^  )\[\w{1,3}\]")
BOLD, PLAIN = "\x1b[1m", "\x1b[0m"
BAD_USAGE = 2


class Window:
    """Where the lines are shown and typed. What a terminal can do is used only on a terminal."""

    def __init__(self, typed: TextIO | None, shown: TextIO) -> None:
        self.typed, self.shown = typed, shown
        self.on_terminal = shown.isatty()
        plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        self.stands_out = self.on_terminal and not plain

    def show(self, lines: Iterable[str]) -> None:
        """Each line, wrapped to a terminal's window; whole where the reader may be a program."""
        for line in lines:
            for part in wrapped(line, self._width()) if self.on_terminal else (line,):
                self.shown.write((STANDS_OUT.sub(_bold, part) if self.stands_out else part) + "\n")
        self.shown.flush()

    def ask(self) -> str | None:
        """What was typed, without what cannot be seen; None when there is no more."""
        self.shown.write(f"\n{PROMPT}")
        self.shown.flush()
        line = self.typed.readline() if self.typed else ""
        said = "".join(c for c in line if unicodedata.category(c) not in ("Cc", "Cs")).strip()
        if line and self.typed and not self.typed.isatty():  # then nobody but us writes down what was typed
            self.shown.write(f"{said}\n")
        return said if line else None

    def _width(self) -> int:
        with suppress(OSError):
            return max(NARROWEST, min(os.get_terminal_size(self.shown.fileno()).columns or WIDEST, WIDEST))
        return WIDEST


def wrapped(line: str, width: int) -> list[str]:
    """*line* in parts of at most *width*, each after the first below where its words begin."""
    start = HANGING.match(line)
    indent = " " * (start.end() if start else 0)
    return textwrap.wrap(line, width, subsequent_indent=indent, break_on_hyphens=False) or [""]


def _bold(found: re.Match[str]) -> str:
    return f"{BOLD}{found[0]}{PLAIN}"


def talk(library: Library, opening: str, window: Window, kept: TextIO | None) -> None:
    """Have the conversation that *opening* starts, until the person leaves or stops it."""
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
    """`python -m bot chat`."""
    _bear_any_text()
    today = date.today().isoformat()
    library, _ = load(home(), today, drafts=bool(options.lang or options.clinic))  # which may be drafts
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
    """What cannot be written or read here becomes a question mark: never a traceback."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if stream is not None:
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]


def _fault(library: Library, options: Namespace) -> str:
    known = library.entrances
    if options.flow and options.flow not in known:
        return f"No conversation is called '{options.flow}'; {guess(options.flow, known)}".strip()
    if options.lang and options.lang not in library.languages:
        return f"The bot does not speak '{options.lang}'; {guess(options.lang, library.languages)}".strip()
    if options.clinic and options.clinic not in library.outside.clinics:
        return f"No clinic is called '{options.clinic}'; {guess(options.clinic, library.outside.clinics)}".strip()
    return ""


def _talk_and_keep(library: Library, opening: str, window: Window, name: str) -> int:
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
