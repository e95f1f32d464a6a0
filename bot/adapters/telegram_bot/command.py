"""The command `telegram`: starts the bot only if everything is in order, and says all that is not in one go."""

import asyncio
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from bot.adapters.telegram_bot.preflight import ProofCheck, run_preflight, valid_settings
from bot.authoring.check.proof_record import proof_record_problems
from bot.authoring.loader import content_root, load_bundle
from bot.engine.information_mode import information_bundle
from bot.model.bundle import ContentBundle
from bot.model.diagnostics import DiagnosticsError
from bot.model.signoff import unsigned_keys
from bot.operations.errors import StoreConfigError
from bot.operations.exit_codes import EXIT_BAD_USAGE, EXIT_OK
from bot.operations.logging_setup import configure_logging
from bot.operations.settings import Settings, SettingsError, database_password
from bot.sessions.environment import EnvironmentProvider
from bot.sessions.release_archive import load_older_releases
from bot.sessions.stores.base import Store
from bot.sessions.stores.open_store import open_store

SignoffCheck = Callable[[ContentBundle], Sequence[str]]
DRAFT_WARNING = "This is a draft that no clinician has reviewed. It is not for patients."
UNSIGNED_REFUSAL = "No clinician has signed these flows. To try them all the same: python -m bot telegram --draft"
OPEN_METRICS_WARNING = (
    "METRICS_LISTEN means every address of this machine: whoever reaches one can read /metrics. "
    "127.0.0.1 before the port keeps them to the machine."
)
ALL_ADDRESSES = ("0.0.0.0", "::")  # noqa: S104  only compared
MEMORY_WARNING = "SESSION_KEY is not set: conversations are kept in memory only, and end with this process."


def run(options: Namespace) -> int:
    """Run the command. It refuses unproved flows always, and unsigned ones unless `--draft` is given."""
    today = date.today().isoformat()
    return main(
        os.environ,
        options.draft,
        proof_check=proof_record_problems,
        signoff_check=lambda bundle: unsigned_keys(bundle, today),
    )


def run_telegram(
    settings: Settings, draft: bool, proof_check: ProofCheck | None = None, signoff_check: SignoffCheck | None = None
) -> int:
    """Serve until told to stop; return the process's exit code.

    *proof_check* returns a line for everything that is wrong with a folder and the bundle read from it, drafts' too;
    any line refuses the start. *signoff_check* returns what is not signed; any line refuses the start unless it is a
    *draft*. Without it everything counts as unsigned.
    """
    configure_logging(
        settings.log_level,
        [settings.token, settings.webhook_secret, *settings.session_keys, database_password(settings.store)],
    )
    bundle, _ = load_bundle(content_root(), date.today().isoformat(), include_drafts=draft)
    refusals = list(proof_check(content_root(), bundle)) if proof_check else []
    bundle = _with_information_mode(settings, bundle)
    if not draft and (signoff_check is None or signoff_check(bundle)):
        refusals.append(UNSIGNED_REFUSAL)
    preflight = run_preflight(settings, bundle, proof_check)
    refusals += preflight.problems
    store = None
    try:
        store = open_store(settings.store, settings.session_keys)
    except StoreConfigError as error:
        refusals.append(str(error))
    if refusals or store is None:
        return _refuse_start(refusals, store, preflight.environment_provider)
    _print_warnings(settings, draft)
    older_releases = _older_releases(settings, bundle, draft)
    return _serve(settings, bundle, store, older_releases, preflight.environment_provider)


def _print_warnings(settings: Settings, draft: bool) -> None:
    """Print what the operator should know before the bot serves, and what does not stop it."""
    warnings = {
        DRAFT_WARNING: draft,
        MEMORY_WARNING: settings.store == "memory:",
        OPEN_METRICS_WARNING: settings.metrics_listen is not None and settings.metrics_listen[0] in ALL_ADDRESSES,
    }
    for line in (line for line, applies in warnings.items() if applies):
        print(line, file=sys.stderr)


def _refuse_start(refusals: Sequence[str], store: Store | None, environment_provider: EnvironmentProvider) -> int:
    """Close what was opened and print *refusals*; return the exit code."""
    environment_provider.close()
    if store:
        asyncio.run(store.close())
    return _refuse(*refusals)


def _older_releases(settings: Settings, bundle: ContentBundle, draft: bool) -> list[ContentBundle]:
    """Return the releases that people may still be in."""
    if not settings.releases_folder:
        return []
    folder = Path(settings.releases_folder)
    today = date.today().isoformat()
    return load_older_releases(
        folder,
        bundle.version,
        lambda release_folder: _with_information_mode(
            settings, load_bundle(release_folder, today, include_drafts=draft)[0]
        ),
    )


def _with_information_mode(settings: Settings, bundle: ContentBundle) -> ContentBundle:
    """Return *bundle* as the settings want it: for a bot that only informs, without its questions."""
    return information_bundle(bundle, date.today().isoformat()) if settings.information_only else bundle


def main(
    environment: Mapping[str, str],
    draft: bool,
    proof_check: ProofCheck | None = None,
    signoff_check: SignoffCheck | None = None,
) -> int:
    """Read the settings and run the bot, or print everything that is wrong with them."""
    try:
        settings = Settings.from_environment(environment)
    except SettingsError as error:
        return _refuse(*error.messages, *_further_problems(valid_settings(environment), draft))
    return run_telegram(settings, draft, proof_check, signoff_check)


def _further_problems(settings: Settings, draft: bool) -> list[str]:
    """Return what else is wrong, with *settings* of which only the valid values are left."""
    try:
        preflight = run_preflight(settings, load_bundle(content_root(), include_drafts=draft)[0])
    except DiagnosticsError as error:
        return [str(error)]
    preflight.environment_provider.close()
    return list(preflight.problems)


def _serve(
    settings: Settings,
    bundle: ContentBundle,
    store: Store,
    older_bundles: Sequence[ContentBundle],
    environment_provider: EnvironmentProvider,
) -> int:
    """Run the bot until it ends; return the exit code, and print why it could not serve."""
    from bot.adapters.telegram_bot.app import TelegramApp  # slow to import
    from bot.adapters.telegram_bot.receiving.http_server import AddressInUseError
    from bot.adapters.telegram_bot.receiving.webhook_registration import WebhookRejectedError
    from bot.adapters.telegram_bot.token_watch import TokenRejectedError

    async def serve() -> None:
        """Run the bot."""
        await TelegramApp(
            settings, bundle, store, older_bundles=older_bundles, environment_provider=environment_provider
        ).run()

    try:
        asyncio.run(serve())
    except TokenRejectedError:
        return _refuse("Telegram does not know this TELEGRAM_TOKEN. @BotFather shows you the right one.")
    except WebhookRejectedError:
        return _refuse(
            "Telegram refuses this WEBHOOK_URL. It must be an https:// address that can be reached from afar."
        )
    except AddressInUseError as error:
        return _refuse(str(error))
    return EXIT_OK


def _refuse(*lines: str) -> int:
    """Print *lines* as errors; return the exit code of a bad usage."""
    print("\n".join(lines), file=sys.stderr)
    return EXIT_BAD_USAGE
