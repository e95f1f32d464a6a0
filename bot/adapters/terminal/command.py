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

from bot.adapters.terminal.transcript import TerminalChat, format_turn
from bot.authoring.loader import content_root, load_bundle
from bot.clinics.registry import registry_from_environment
from bot.engine.information_mode import information_bundle
from bot.engine.presenters.texts import Texts
from bot.engine.understanding.folding import without_escape_sequences
from bot.model.bundle import ContentBundle
from bot.model.clinic import Environment
from bot.model.diagnostics import suggest
from bot.operations.exit_codes import EXIT_BAD_USAGE, EXIT_OK

PROMPT = "> "
MAX_LINE_WIDTH, MIN_LINE_WIDTH = 100, 20  # longer lines are hard to read; a narrower one has no room for a word
HANGING_INDENT_PATTERN = re.compile(
    r"(?:< |  )(?:\[\w{1,3}\] |- )?"
)  # its width is the indent of the continuation lines
BOLD_TEXT_PATTERN = re.compile(r"(?<=^< )\[EMERGENCY\]|(?<=^  )\[\w{1,3}\]")
ANSI_BOLD, ANSI_RESET = "\x1b[1m", "\x1b[0m"


class Console:
    """The input and output of a chat. Wrapping and bold text are used only on a terminal."""

    def __init__(self, input_stream: TextIO | None, output_stream: TextIO) -> None:
        self.input_stream, self.output_stream = input_stream, output_stream
        self.is_terminal = output_stream.isatty()
        no_style = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        self.use_bold = self.is_terminal and not no_style

    def show(self, lines: Iterable[str]) -> None:
        """Print the lines, wrapped to the width of the terminal; unwrapped if the output is not a terminal."""
        for line in lines:
            for part in wrap_line(line, self._line_width()) if self.is_terminal else (line,):
                self.output_stream.write((BOLD_TEXT_PATTERN.sub(_to_bold, part) if self.use_bold else part) + "\n")
        self.output_stream.flush()

    def read_line(self) -> str | None:
        """Read the next typed line, without invisible characters and what arrow keys send; None at the end."""
        self.output_stream.write(f"\n{PROMPT}")
        self.output_stream.flush()
        line = self.input_stream.readline() if self.input_stream else ""
        line_typed = without_escape_sequences(line)
        typed = "".join(c for c in line_typed if unicodedata.category(c) not in ("Cc", "Cs")).strip()
        if line and self.input_stream and not self.input_stream.isatty():  # then no terminal echoes what was typed
            self.output_stream.write(f"{typed}\n")
        return typed if line else None

    def _line_width(self) -> int:
        """Return the width to wrap lines at, in columns."""
        with suppress(OSError):
            return max(
                MIN_LINE_WIDTH,
                min(os.get_terminal_size(self.output_stream.fileno()).columns or MAX_LINE_WIDTH, MAX_LINE_WIDTH),
            )
        return MAX_LINE_WIDTH


def wrap_line(line: str, width: int) -> list[str]:
    """Split *line* into lines of at most *width* columns, with a hanging indent."""
    start = HANGING_INDENT_PATTERN.match(line)
    indent = " " * (start.end() if start else 0)
    return textwrap.wrap(line, width, subsequent_indent=indent, break_on_hyphens=False) or [""]


def _to_bold(found: re.Match[str]) -> str:
    """Return the matched text in bold, as ANSI codes."""
    return f"{ANSI_BOLD}{found[0]}{ANSI_RESET}"


def run_conversation(bundle: ContentBundle, start_line: str, console: Console, transcript_file: TextIO | None) -> None:
    """Run the conversation that *start_line* begins, until the person leaves or stops it."""
    chat, separator = TerminalChat(bundle), ""
    typed: str | None = start_line
    with suppress(KeyboardInterrupt):
        while typed is not None:
            lines = chat.handle(typed)
            if transcript_file:
                transcript_file.write(separator + format_turn(typed, lines))
                transcript_file.flush()
            console.show(lines)
            if chat.is_over:
                return
            typed, separator = console.read_line(), "\n"
    console.show(["", f"< {Texts(chat.bundle, chat.session)('goodbye')}"])


# ---- the command


def run(options: Namespace) -> int:
    """Run `python -m bot chat`, and return the exit code."""
    _replace_unencodable_text()
    today = date.today().isoformat()
    bundle, _ = load_bundle(
        content_root(), today, include_drafts=bool(options.lang or options.clinic)
    )  # these may be drafts
    if options.information:
        bundle = information_bundle(bundle, today)
    if options.clinic:
        bundle = bundle.with_environment(Environment(registry_from_environment(bundle).clinics, time.time()))
    if error := _options_error(bundle, options):
        print(error, file=sys.stderr)
        return EXIT_BAD_USAGE
    start_options = {"lang": options.lang, "clinic": options.clinic}
    start_line = " ".join(
        ("/start", *filter(None, [options.flow]), *(f"{k}={v}" for k, v in start_options.items() if v))
    )
    console = Console(sys.stdin, sys.stdout)
    if not options.save:
        run_conversation(bundle, start_line, console, None)
        return EXIT_OK
    return _run_and_save(bundle, start_line, console, options.save)


def _replace_unencodable_text() -> None:
    """Make the standard streams replace what they can not encode by a question mark, and never raise."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if stream is not None:
            stream.reconfigure(errors="replace")  # type: ignore[union-attr]


def _options_error(bundle: ContentBundle, options: Namespace) -> str:
    """Return what is wrong with the options, as a sentence; "" if nothing is."""
    entry_flows = bundle.entry_flows
    if options.flow and options.flow not in entry_flows:
        return f"No conversation is called '{options.flow}'; {suggest(options.flow, entry_flows)}".strip()
    if options.lang and options.lang not in bundle.languages:
        return f"The bot does not speak '{options.lang}'; {suggest(options.lang, bundle.languages)}".strip()
    if options.clinic and options.clinic not in bundle.environment.clinics:
        return f"No clinic is called '{options.clinic}'; {suggest(options.clinic, bundle.environment.clinics)}".strip()
    return ""


def _run_and_save(bundle: ContentBundle, start_line: str, console: Console, file_name: str) -> int:
    """Run the conversation and save its transcript in a new file; return the exit code."""
    try:
        transcript_file = open(file_name, "x", encoding="utf-8", opener=lambda file, flags: os.open(file, flags, 0o600))  # noqa: SIM115
    except FileExistsError:
        print(f"'{file_name}' is there already, and nothing is overwritten. Choose another name.", file=sys.stderr)
        return EXIT_BAD_USAGE
    except OSError as error:
        print(f"The chat cannot be saved in '{file_name}': {error.strerror}.", file=sys.stderr)
        return EXIT_BAD_USAGE
    with transcript_file:
        run_conversation(bundle, start_line, console, transcript_file)
    console.show([f"  {bundle.text('saved').replace('{file}', file_name)}"])
    return EXIT_OK
