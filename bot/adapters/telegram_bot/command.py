"""The command `telegram`: starts the bot only if everything is in order, and says all that is not in one go."""

import asyncio
import os
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path

from bot.adapters.telegram_bot.preflight import Proved, as_far_as_good, troubles
from bot.authoring.loader import home, load
from bot.clinics.statistics.store import Uncountable
from bot.engine.information_mode import informing
from bot.model.bundle import Library
from bot.model.diagnostics import Faulty
from bot.model.signoff import unsigned
from bot.operations.logging_setup import quiet
from bot.operations.settings import Misconfigured, Settings, password
from bot.proof.record import unproved
from bot.sessions.release_archive import older
from bot.sessions.stores.base import Unusable
from bot.sessions.stores.open_store import opened

BAD_USAGE = 2
Check = Callable[[Library], Sequence[str]]
DRAFT = "This is a draft that no clinician has reviewed. It is not for patients."
UNSIGNED = "No clinician has signed these flows. To try them all the same: python -m bot telegram --draft"
MEMORY = "SESSION_KEY is not set: conversations are kept in memory only, and end with this process."


def run(options: Namespace) -> int:
    """Run the command. It refuses unproved flows always, and unsigned ones unless `--draft` is given."""
    today = date.today().isoformat()
    return main(
        os.environ,
        options.draft,
        check=unproved,
        unsigned=lambda library: unsigned(library, today),
    )


def run_telegram(settings: Settings, draft: bool, check: Proved | None = None, unsigned: Check | None = None) -> int:
    """Serve until told to stop; return the process's exit code.

    *proof_check* returns a line for everything that is wrong with a folder and the bundle read from it, drafts' too;
    any line refuses the start. *signoff_check* returns what is not signed; any line refuses the start unless it is a
    *draft*. Without it everything counts as unsigned.
    """
    quiet(settings.log_level, [settings.token, settings.webhook_secret, *settings.keys, password(settings.store)])
    library, _ = load(home(), date.today().isoformat(), drafts=draft)
    refused = list(check(home(), library)) if check else []
    library = _met(settings, library)
    if not draft and (unsigned is None or unsigned(library)):
        refused.append(UNSIGNED)
    refused += troubles(settings, library, check)
    try:
        store = opened(settings.store, settings.keys)
    except Unusable as sentence:
        return _refuse(*refused, str(sentence))
    if refused:
        asyncio.run(store.close())
        return _refuse(*refused)
    for line in [DRAFT] * draft + [MEMORY] * (settings.store == "memory:"):
        print(line, file=sys.stderr)
    return _serve(settings, library, store, _older(settings, library, draft))


def _older(settings: Settings, library: Library, draft: bool) -> list[Library]:
    """Return the releases that people may still be in."""
    if not settings.releases:
        return []
    folder = Path(settings.releases)
    today = date.today().isoformat()
    return older(folder, library.version, lambda place: _met(settings, load(place, today, drafts=draft)[0]))


def _met(settings: Settings, library: Library) -> Library:
    """Return *bundle* as the settings want it: for a bot that only informs, without its questions."""
    return informing(library, date.today().isoformat()) if settings.information else library


def main(
    environment: Mapping[str, str], draft: bool, check: Proved | None = None, unsigned: Check | None = None
) -> int:
    """Read the settings and run the bot, or print everything that is wrong with them."""
    try:
        settings = Settings.from_environment(environment)
    except Misconfigured as wrong:
        return _refuse(*wrong.sentences, *_besides(as_far_as_good(environment), draft))
    return run_telegram(settings, draft, check, unsigned)


def _besides(settings: Settings, draft: bool) -> list[str]:
    """Return what else is wrong, with *settings* of which only the valid values are left."""
    try:
        return list(troubles(settings, load(home(), drafts=draft)[0]))
    except Faulty as faulty:
        return [str(faulty)]


def _serve(settings: Settings, library: Library, store: object, older: Sequence[Library] = ()) -> int:
    """Run the bot until it ends; return the exit code, and print why it could not serve."""
    from bot.adapters.telegram_bot.app import Service, Unknown, Unwelcome  # slow to import
    from bot.adapters.telegram_bot.receiving.webhook import Taken

    async def main() -> None:
        """Run the bot."""
        await Service(settings, library, store, older=older).run()  # type: ignore[arg-type]

    try:
        asyncio.run(main())
    except Unknown:
        return _refuse("Telegram does not know this TELEGRAM_TOKEN. @BotFather shows you the right one.")
    except Unwelcome:
        return _refuse(
            "Telegram refuses this WEBHOOK_URL. It must be an https:// address that can be reached from afar."
        )
    except (Taken, Uncountable) as sentence:
        return _refuse(str(sentence))
    except Faulty as faulty:  # the clinics' file, or the drafts'
        return _refuse(str(faulty))
    return 0


def _refuse(*lines: str) -> int:
    """Print *lines* as errors; return the exit code of a bad usage."""
    print("\n".join(lines), file=sys.stderr)
    return BAD_USAGE
