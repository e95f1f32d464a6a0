"""The command `clinic report`: a clinic's statistics, as far as they may be shown, as a table, as CSV or as a chart."""

import time
from argparse import Namespace
from contextlib import closing

from bot.clinics.commands.lookup import environment_variable, find_clinic, load_bundle_and_registry
from bot.clinics.statistics.collect import week_of
from bot.clinics.statistics.disclosure_control import publish_weeks
from bot.clinics.statistics.report import as_csv, chart_svg, table_lines
from bot.clinics.statistics.store import open_counts
from bot.operations.errors import CommandError


def print_report(options: Namespace) -> None:
    """Print one clinic's statistics in the format that was asked for."""
    bundle, registry = load_bundle_and_registry()
    clinic = find_clinic(registry, options.id)
    counts = open_counts(environment_variable("COUNTS"), read_only=True)
    if counts is None:
        raise CommandError("COUNTS is not set: it names the file with the numbers. Without it nothing is counted.")
    with closing(counts):
        weeks = publish_weeks(counts.weekly_counts(clinic.id), week_of(clinic, time.time()))
    match options.as_:
        case "csv":
            print(as_csv(bundle, weeks), end="")
        case "svg":
            print(chart_svg(clinic.name, weeks), end="")
        case _:
            print("\n".join(table_lines(bundle, clinic.name, weeks)))
