"""The command `clinic report`: a clinic's statistics, as far as they may be shown, as a table, as CSV or as a chart."""

import time
from argparse import Namespace
from contextlib import closing

from bot.clinics.command import Unfit, clinic_called, environment, opened
from bot.clinics.statistics.collect import week_of
from bot.clinics.statistics.disclosure_control import published
from bot.clinics.statistics.report import as_csv, chart, table
from bot.clinics.statistics.store import Uncountable, open_counts


def report(options: Namespace) -> None:
    """Print one clinic's statistics in the format that was asked for."""
    library, registry = opened()
    clinic = clinic_called(registry, options.id)
    try:
        counts = open_counts(environment("COUNTS"))
    except Uncountable as error:
        raise Unfit(str(error)) from None
    if counts is None:
        raise Unfit("COUNTS is not set: it names the file with the numbers. Without it nothing is counted.")
    with closing(counts):
        weeks = published(counts.of(clinic.id), week_of(clinic, time.time()))
    match options.as_:
        case "csv":
            print(as_csv(library, weeks), end="")
        case "svg":
            print(chart(clinic.name, weeks), end="")
        case _:
            print("\n".join(table(library, clinic.name, weeks)))
