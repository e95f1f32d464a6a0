"""An operator is told everything that is wrong at the start, in one go, in sentences; and the process ends with 2."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.adapters.telegram_bot.receiving.http_server import AddressInUseError
from bot.adapters.telegram_bot.receiving.webhook_registration import WebhookRejectedError
from bot.model.bundle import ContentBundle
from tests.operations.test_logging_setup import TOKEN, start
from tests.support.paths import ROOT
from tests.support.postgres_server import free_port
from tests.support.running_bot import serving
from tests.support.telegram_double import Rules, Telegram


@pytest.fixture
def taken() -> Iterator[str]:
    """A place where another process listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield f"127.0.0.1:{other.getsockname()[1]}"


@pytest.fixture
def named(tmp_path: Path, taken: str) -> dict[str, str]:
    """A file, a folder or a place that cannot be used, for every name that names one."""
    clinics = tmp_path / "clinics.yaml"
    clinics.write_text("clinics: []")
    return {
        "CLINICS": str(clinics),
        "COUNTS": str(tmp_path),
        "DRAFTS": str(tmp_path / "nowhere"),
        "RELEASES": str(clinics),
        "METRICS_LISTEN": taken,
    }


def spoken_of(stderr: str, names: dict[str, str]) -> list[str]:
    """Which of *names* a line begins with."""
    return [line.split()[0].rstrip(":") for line in stderr.splitlines() if line.split()[:1] and _first(line) in names]


def _first(line: str) -> str:
    return line.split()[0].rstrip(":")


def test_all_that_the_settings_name_is_looked_at_in_one_go(named: dict[str, str], taken: str, tmp_path: Path) -> None:
    store = tmp_path / "store.sqlite"
    store.write_bytes(b"this is no database, and it is a long text" * 40)
    hook = {"WEBHOOK_URL": "https://bot.example/hook", "WEBHOOK_SECRET": "s", "WEBHOOK_LISTEN": taken}
    kept = {"SESSION_STORE": f"sqlite:{store}", "SESSION_KEY": "k" * 32}
    del named["METRICS_LISTEN"]  # the same place as the webhook's, which is another fault
    ended = start(TELEGRAM_TOKEN=TOKEN, words="", **named, **hook, **kept)
    assert ended.returncode == 2
    assert spoken_of(ended.stderr, named | hook) == ["CLINICS", "COUNTS", "DRAFTS", "RELEASES", "WEBHOOK_LISTEN"]
    assert "--draft" in ended.stderr
    assert "The store's file is damaged" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "program itself" not in ended.stderr


def test_even_where_the_environment_itself_is_wrong(named: dict[str, str]) -> None:
    ended = start(TELEGRAM_TOKEN="no", SESSION_HOURS="99", **named)
    assert ended.returncode == 2
    assert spoken_of(ended.stderr, named | {"TELEGRAM_TOKEN": "", "SESSION_HOURS": ""}) == [
        "TELEGRAM_TOKEN",
        "SESSION_HOURS",
        *named,
    ]


async def test_a_webhook_that_telegram_refuses_is_not_asked_for_for_ever(library: ContentBundle) -> None:
    place = f"127.0.0.1:{free_port()}"
    hook = {"WEBHOOK_URL": f"http://{place}/x", "WEBHOOK_SECRET": "s", "WEBHOOK_LISTEN": place}
    async with Telegram(rules=Rules(webhook_https=True)) as telegram:
        with pytest.raises(WebhookRejectedError):
            async with serving(telegram, library, **hook) as served:
                await asyncio.wait([served.task], timeout=10)
        assert len(telegram.calls_of("setWebhook")) > 1, "it may have been a name that could not be looked up"


async def test_a_place_that_is_taken_between_the_look_and_the_start(library: ContentBundle, taken: str) -> None:
    async with Telegram() as telegram:
        with pytest.raises(AddressInUseError, match="METRICS_LISTEN"):
            async with serving(telegram, library, METRICS_LISTEN=taken) as served:
                await asyncio.wait([served.task], timeout=10)


@pytest.mark.parametrize(("host", "is_told"), [("", True), ("0.0.0.0", True), ("127.0.0.1", False)])
def test_metrics_on_every_address_are_said_to_be_open(host: str, is_told: bool) -> None:
    """The form with a port alone keeps working, and whoever starts the bot is told what it means."""
    code = "import os, sys\nfrom bot.adapters.telegram_bot import command\ncommand._serve = lambda *_: 0\n"
    code += "sys.exit(command.main(os.environ, draft=True))"
    environment = {"TELEGRAM_TOKEN": TOKEN, "METRICS_LISTEN": f"{host}:{free_port()}"}
    ended = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 0
    assert ("every address of this machine" in ended.stderr) is is_told
