"""The command `clinic draft`: a draft link for a reviewer, signed with the operator's newest key, until it expires."""

import time
from argparse import Namespace
from datetime import UTC, datetime
from pathlib import Path

from bot.authoring.loader import content_root, load_bundle
from bot.clinics.commands.lookup import bot_name, environment_variable, load_bundle_and_registry
from bot.clinics.draft_links import MAX_DRAFT_LINK_DAYS, MAX_REVIEWER_BYTES, draft_payload
from bot.clinics.registry import ClinicRegistry
from bot.engine.deep_links import deep_link
from bot.model.bundle import ContentBundle
from bot.model.diagnostics import suggest
from bot.operations.errors import CommandError
from bot.operations.settings import MIN_KEY_BYTES, split_keys

DAY_SECONDS = 86_400


def print_draft_link(options: Namespace) -> None:
    """Print a draft link for the flow, reviewer and days of *options*; CommandError if one of them is not good."""
    bundle = load_draft_bundle()
    if options.flow not in bundle.entry_flows:
        raise CommandError(
            f"No conversation can begin with '{options.flow}'; {suggest(options.flow, bundle.entry_flows)}".strip()
        )
    if not 0 < len(options.reviewer.encode()) <= MAX_REVIEWER_BYTES:
        raise CommandError(f"A reviewer's name has room for {MAX_REVIEWER_BYTES} bytes, because it stands in the link.")
    if not 0 < options.days <= MAX_DRAFT_LINK_DAYS:
        raise CommandError(f"A draft link lasts 1 to {MAX_DRAFT_LINK_DAYS} days.")
    registry = (
        load_bundle_and_registry()[1] if environment_variable("CLINICS") else ClinicRegistry()
    )  # for the bot's name
    until = time.time() + options.days * DAY_SECONDS
    print(deep_link(bot_name(options, registry), draft_payload(newest_key(), options.flow, options.reviewer, until)))
    print(f"For {options.reviewer}, until {datetime.fromtimestamp(until, UTC):%Y-%m-%d %H:%M} UTC.")
    print("It opens in the first chat that follows it, and in no other.")


def load_draft_bundle() -> ContentBundle:
    """Load the bundle that draft links lead into: the folder that DRAFTS names, else the shipped content."""
    folder = environment_variable("DRAFTS")
    return load_bundle(Path(folder) if folder else content_root())[0]


def newest_key() -> str:
    """Return the first key of SESSION_KEY; CommandError if it is not set or too short."""
    found = split_keys(environment_variable("SESSION_KEY"))
    if not found or len(found[0].encode()) < MIN_KEY_BYTES:
        raise CommandError(
            f"SESSION_KEY must be set as the bot has it, {MIN_KEY_BYTES} bytes or more: it seals the link."
        )
    return found[0]
