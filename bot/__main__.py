"""The command line: a table of commands. Each module is imported when its command runs, so that all start fast."""

import importlib
import os
import sys
from argparse import ArgumentParser
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NoReturn

from bot import __doc__ as what_it_is
from bot import __version__
from bot.model.diagnostics import DiagnosticsError, suggest
from bot.operations.exit_codes import EXIT_BAD_USAGE, EXIT_FINDINGS, EXIT_INTERRUPTED, EXIT_OK


class CommandParser(ArgumentParser):
    """An argument parser that reports an error in one sentence."""

    def error(self, message: str) -> NoReturn:
        """Print *message* as a sentence, and exit."""
        self.exit(EXIT_BAD_USAGE, f"{message[:1].upper()}{message[1:]}. See: {self.prog} --help\n")


@dataclass(frozen=True, slots=True)
class CliCommand:
    """A command: its name, its summary, and the *module* whose `run(options)` does it and returns the exit code."""

    name: str
    summary: str
    module: str
    add_arguments: Callable[[CommandParser], object] = lambda _: None

    def run(self, arguments: Sequence[str]) -> int:
        """Parse the arguments, run the command, and return its exit code."""
        parser = CommandParser(prog=f"python -m bot {self.name}", description=self.summary, allow_abbrev=False)
        self.add_arguments(parser)
        options = parser.parse_args(arguments)
        return int(importlib.import_module(self.module).run(options))


def add_chat_arguments(parser: CommandParser) -> None:
    """Add the arguments of `chat`."""
    parser.add_argument("flow", nargs="?", default="", metavar="FLOW", help="begin here, not at the first question")
    parser.add_argument("--lang", default="", metavar="xx", help="the language, such as en")
    parser.add_argument("--clinic", default="", metavar="ID", help="as if the chat was opened by this clinic's link")
    parser.add_argument("--information", action="store_true", help="ask nothing: the warning signs, and pages to read")
    parser.add_argument("--save", default="", metavar="FILE", help="keep the chat as a transcript")


def add_check_arguments(parser: CommandParser) -> None:
    """Add the arguments of `check`."""
    parser.add_argument("--json", action="store_true", help="for programs")
    parser.add_argument("--why", action="store_true", help="what each question can still change")
    parser.add_argument("--release", action="store_true", help="as strict as before a release")
    parser.add_argument("--record", action="store_true", help="write the proof beside the flows, when all is well")


def add_diff_arguments(parser: CommandParser) -> None:
    """Add the arguments of `diff`."""
    parser.add_argument("old", metavar="OLD", help="a folder with flows/ and content/, or a git revision")
    parser.add_argument("new", metavar="NEW", help="what it became")
    parser.add_argument("--html", default="", metavar="FILE", help="write the table there, too")


def add_hear_arguments(parser: CommandParser) -> None:
    """Add the arguments of `hear`."""
    parser.add_argument("text", metavar="TEXT", help="what somebody types")
    parser.add_argument("--at", default="", metavar="FLOW.QUESTION", help="while this question is open")
    parser.add_argument("--lang", default="en", metavar="xx", help="the language of the chat; en, if left out")


def add_telegram_arguments(parser: CommandParser) -> None:
    """Add the arguments of `telegram`."""
    parser.add_argument("--draft", action="store_true", help="with flows that no clinician has signed; it says so")


def add_move_arguments(parser: CommandParser) -> None:
    """Add the arguments of `move`."""
    parser.add_argument("old", metavar="OLD", help="the store to move from, such as sqlite:confidante.sqlite")


def add_safety_case_arguments(parser: CommandParser) -> None:
    """Add the arguments of `safety-case`."""
    parser.add_argument("--out", default="", metavar="DIR", help="write Markdown and HTML there, instead of printing")


def add_schema_arguments(parser: CommandParser) -> None:
    """Add the arguments of `schema`."""
    parser.add_argument("kind", nargs="?", default="", metavar="KIND", help="such as flow; without it, what there is")
    parser.add_argument(
        "--write", default="", metavar="HOME", help="write them all below HOME, where editors find them"
    )


def add_draw_arguments(parser: CommandParser) -> None:
    """Add the arguments of `draw`."""
    parser.add_argument("flow", metavar="FLOW", help="the name of a flow")
    parser.add_argument("--document", default="", metavar="FILE", help="a booklet to review and sign: .pdf or .html")
    parser.add_argument("--whole", action="store_true", help="the booklet with the flows that this one runs")


def add_sign_arguments(parser: CommandParser) -> None:
    """Add the arguments of `sign`."""
    parser.add_argument("path", nargs="+", metavar="PATH", help="a flow, a page, or content/phrases.yaml")
    parser.add_argument("--by", required=True, metavar="NAME", help="who reviewed exactly these words")
    parser.add_argument("--role", required=True, metavar="ROLE", help="such as: nurse, sexual health")
    parser.add_argument("--on", default="", metavar="DATE", help="the day of the review; today, if left out")
    parser.add_argument("--due", default="", metavar="DATE", help="when to look again; in a year, if left out")


def add_translate_arguments(parser: CommandParser) -> None:
    """Add the arguments of `translate`."""
    parser.add_argument("what", choices=("new", "export", "import", "accept"), help="what to do")
    parser.add_argument("language", metavar="LANG", help="the language, such as es")
    parser.add_argument("file", nargs="*", metavar="FILE", help="import: the PO file; accept: the files that are right")
    parser.add_argument("--name", default="", metavar="NAME", help="new: what its own speakers call the language")
    parser.add_argument("--out", default="", metavar="FILE", help="export: where to; else it is printed")
    parser.add_argument("--home", default="", metavar="DIR", help="the folder with flows/ and content/")


def add_clinic_arguments(parser: CommandParser) -> None:
    """Add the arguments of `clinic`."""
    subcommands = parser.add_subparsers(dest="what", required=True, metavar="WHAT", parser_class=CommandParser)
    subcommands.add_parser("list", help="the clinics that were read, and whether each is open now")
    for name, summary in (
        ("link", "the link that a clinic can share"),
        ("poster", "posters, pocket cards and QR codes"),
    ):
        subparser = subcommands.add_parser(name, help=summary)
        subparser.add_argument("id", metavar="ID", help="the clinic's id in its file")
        subparser.add_argument("--flow", default="", metavar="FLOW", help="begin here, not at the first question")
        subparser.add_argument("--bot", default="", metavar="NAME", help="the bot's name in Telegram")
    subparser.add_argument(
        "--to", default="posters", metavar="FOLDER", help="where to write them; posters, if left out"
    )
    report = subcommands.add_parser("report", help="a clinic's weekly numbers, as far as they may be shown")
    report.add_argument("id", metavar="ID", help="the clinic's id in its file")
    report.add_argument("--as", dest="as_", default="table", choices=("table", "csv", "svg"), help="table, if left out")
    draft = subcommands.add_parser("draft", help="a link with which one reviewer can walk a flow before its release")
    draft.add_argument("flow", metavar="FLOW", help="the name of a flow")
    draft.add_argument("--for", dest="reviewer", required=True, metavar="NAME", help="shown on every message")
    draft.add_argument("--days", type=int, default=7, metavar="N", help="how long it is good; 7, if left out")
    draft.add_argument("--bot", default="", metavar="NAME", help="the bot's name in Telegram")


CLI_COMMANDS = (
    CliCommand(
        "chat",
        "Talk to the bot here: the whole conversation, in this terminal.",
        "bot.adapters.terminal.command",
        add_chat_arguments,
    ),
    CliCommand(
        "check",
        "Look for every fault in flows/ and content/, and prove the promises.",
        "bot.authoring.check.command",
        add_check_arguments,
    ),
    CliCommand(
        "record",
        "Train the model of what people type, check, and write all records.",
        "bot.authoring.check.record_command",
    ),
    CliCommand(
        "hear",
        "Show what the bot makes of a sentence, and why.",
        "bot.authoring.understanding.hear_command",
        add_hear_arguments,
    ),
    CliCommand(
        "chats",
        "Have every chat of flows/tests, and list what none of them touches.",
        "bot.authoring.scenarios.command",
    ),
    CliCommand(
        "diff",
        "Show who now ends differently, the worst first: less urgent ends with 1.",
        "bot.authoring.diff.command",
        add_diff_arguments,
    ),
    CliCommand(
        "draw",
        "Show a flow as a picture, or as a booklet to sign.",
        "bot.authoring.booklet.command",
        add_draw_arguments,
    ),
    CliCommand(
        "telegram",
        "Run the bot in Telegram: settings come from the environment.",
        "bot.adapters.telegram_bot.command",
        add_telegram_arguments,
    ),
    CliCommand(
        "move", "Move everybody into the store that SESSION_STORE names.", "bot.sessions.migrate", add_move_arguments
    ),
    CliCommand(
        "clinic",
        "What clinics share and see: list, link, poster, report, draft.",
        "bot.clinics.command",
        add_clinic_arguments,
    ),
    CliCommand(
        "safety-case",
        "Write the safety document: hazards, what holds them, what is open.",
        "bot.authoring.safety_case.command",
        add_safety_case_arguments,
    ),
    CliCommand(
        "schema",
        "Print what a file may hold, as JSON Schema for editors.",
        "bot.authoring.schema.command",
        add_schema_arguments,
    ),
    CliCommand("sign", "Write a reviewer's sign-off on exactly these words.", "bot.authoring.sign", add_sign_arguments),
    CliCommand(
        "translate",
        "Begin, export, import or accept a translation.",
        "bot.authoring.translate.command",
        add_translate_arguments,
    ),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command that the arguments name, and return the exit code."""
    name, *rest = (sys.argv[1:] if arguments is None else arguments) or ["--help"]
    if name in ("--help", "-h", "--version"):
        print(__version__ if name == "--version" else help_text())
        return EXIT_OK
    command = next((command for command in CLI_COMMANDS if command.name == name), None)
    if not command:
        hint = suggest(name, (command.name for command in CLI_COMMANDS))
        print(f"There is no command '{name}'; {hint or 'see: python -m bot --help'}", file=sys.stderr)
        return EXIT_BAD_USAGE
    return _run_guarded(command, rest)


def help_text() -> str:
    """Return the help text: what the bot is, and its commands."""
    width = max(len(command.name) for command in CLI_COMMANDS)
    rows = (f"  python -m bot {command.name:{width}}   {command.summary}" for command in CLI_COMMANDS)
    sentence = (what_it_is or "").partition(". ")[0]
    return "\n".join((f"{sentence}.\n", *rows, "\nEach of these takes --help. Begin with: python -m bot chat"))


def _run_guarded(command: CliCommand, arguments: Sequence[str]) -> int:
    """Run *command*, and print an error as one sentence: a traceback could hold a user's answers."""
    try:
        return command.run(arguments)
    except DiagnosticsError as invalid:
        print(invalid, file=sys.stderr)
        return EXIT_FINDINGS
    except KeyboardInterrupt:
        return EXIT_INTERRUPTED
    except BrokenPipeError:
        _discard_output()
        return EXIT_OK
    except Exception as error:
        if sys.flags.dev_mode:  # python -X dev -m bot …
            raise
        kind = type(error).__name__
        print(f"Something is wrong in the program itself ({kind}). Nothing was changed or kept.", file=sys.stderr)
        return EXIT_BAD_USAGE


def _discard_output() -> None:
    """Send further output to the null device: the reader of a pipe is gone, and Python would complain at exit."""
    null_device = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null_device, sys.stdout.fileno())
    os.close(null_device)


if __name__ == "__main__":
    sys.exit(main())
