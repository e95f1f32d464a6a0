"""The command `clinic …`: what staff and operators do at a terminal, offline: list, link, poster, report, draft."""

import sys
from argparse import Namespace

from bot.clinics.commands import draft_link, link, poster, report
from bot.operations.errors import CommandError
from bot.operations.exit_codes import EXIT_BAD_USAGE, EXIT_OK

SUBCOMMANDS = {
    "list": link.print_clinics,
    "link": link.print_link,
    "poster": poster.write_posters,
    "report": report.print_report,
    "draft": draft_link.print_draft_link,
}


def run(options: Namespace) -> int:
    """Run `python -m bot clinic …` and return the exit code."""
    try:
        SUBCOMMANDS[options.what](options)
    except CommandError as error:
        print(error, file=sys.stderr)
        return EXIT_BAD_USAGE
    return EXIT_OK
