"""The command `clinic draft`: a draft link for a reviewer, signed with the operator's newest key, until it expires."""

import time
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from bot.authoring.loader import home, load
from bot.clinics.command import Unfit, bot_named, environment, opened
from bot.clinics.draft_links import LONGEST_NAME, MOST_DAYS, write_draft
from bot.clinics.registry import Registry
from bot.engine.deep_links import link
from bot.model.bundle import Library
from bot.model.diagnostics import guess
from bot.operations.encryption import SHORTEST
from bot.operations.settings import keys

DAY = 86_400


def draft(options: Namespace) -> None:
    """Print a draft link for the flow, reviewer and days of *options*; CommandError if one of them is not good."""
    library = drafts()
    if options.flow not in library.entrances:
        raise Unfit(
            f"No conversation can begin with '{options.flow}'; {guess(options.flow, library.entrances)}".strip()
        )
    if not 0 < len(options.reviewer.encode()) <= LONGEST_NAME:
        raise Unfit(f"A reviewer's name has room for {LONGEST_NAME} bytes, because it stands in the link.")
    if not 0 < options.days <= MOST_DAYS:
        raise Unfit(f"A draft link lasts 1 to {MOST_DAYS} days.")
    registry = opened()[1] if environment("CLINICS") else Registry()  # for the bot's name
    until = time.time() + options.days * DAY
    print(link(bot_named(options, registry), write_draft(newest_key(), options.flow, options.reviewer, until)))
    print(f"For {options.reviewer}, until {datetime.fromtimestamp(until, UTC):%Y-%m-%d %H:%M} UTC.")
    print("It opens in the first chat that follows it, and in no other.")


def drafts() -> Library:
    """Load the bundle that draft links lead into: the folder that DRAFTS names, else the shipped content."""
    folder = environment("DRAFTS")
    return load(Path(folder) if folder else home())[0]


def newest_key() -> str:
    """Return the first key of SESSION_KEY; CommandError if it is not set or too short."""
    found = keys(environment("SESSION_KEY"))
    if not found or len(found[0].encode()) < SHORTEST:
        raise Unfit(f"SESSION_KEY must be set as the bot has it, {SHORTEST} bytes or more: it seals the link.")
    return found[0]
