"""A clinic's numbers, as far as they may be shown: as a table, as CSV, or as a chart."""

import time
from argparse import Namespace
from contextlib import closing

from bot.counts.keeping import Uncountable, open_counts
from bot.counts.noticing import week_of
from bot.counts.publishing import published
from bot.counts.report import as_csv, chart, table
from bot.office import Unfit, clinic_called, environment, opened


def report(options: Namespace) -> None:
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
