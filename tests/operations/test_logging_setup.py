"""No token in any line, at any level, through any handler; and a start that says everything that is wrong in one go."""

import io
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.adapters.telegram_bot.api.client import ApiClient
from bot.model.bundle import ContentBundle
from bot.operations.logging_setup import MASK, configure_logging, secret_masker
from tests.support.paths import ROOT
from tests.support.running_bot import serving
from tests.support.telegram_double import Broken, Cut, Refused, Telegram

TOKEN = "4242:AA" + "secretpartofthetoken" * 2
HERE = ROOT


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that is logged, by a handler that knows nothing of secrets."""
    before, level = logging.getLogRecordFactory(), logging.root.level
    hook = sys.excepthook
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(name)s %(message)s"))
    logging.root.addHandler(handler)
    yield stream
    logging.root.removeHandler(handler)
    logging.setLogRecordFactory(before)
    logging.root.setLevel(level)
    sys.excepthook = hook


def test_a_token_is_hidden_wherever_it_comes_from(written: io.StringIO) -> None:
    configure_logging("DEBUG", [TOKEN])
    log = logging.getLogger("anybody")
    url = f"https://api.telegram.org/bot{TOKEN}/sendMessage"
    log.warning(url)
    log.warning("%s and %r", url, {"url": url})
    log.warning("only the secret part: %s", TOKEN.partition(":")[2])
    log.warning("a line with %d", "no number " + TOKEN)
    try:
        raise ValueError(url)
    except ValueError:
        log.exception("failed at %s", url)
    log.warning("with a stack", stack_info=True)
    text = written.getvalue()
    assert text.count(MASK) >= 5
    assert TOKEN.partition(":")[2] not in text


async def test_httpx_at_debug_says_nothing_of_it(written: io.StringIO) -> None:
    configure_logging("DEBUG", [TOKEN])
    logging.getLogger("httpx").setLevel(logging.DEBUG)
    logging.getLogger("httpcore").setLevel(logging.DEBUG)
    async with httpx.AsyncClient(trust_env=False) as client:
        with pytest.raises(httpx.ConnectError):
            await client.get(f"http://127.0.0.1:9/bot{TOKEN}/getMe")
    assert TOKEN not in written.getvalue()


def test_an_uncaught_error_hides_it(capsys: pytest.CaptureFixture[str]) -> None:
    hook = sys.excepthook
    before = logging.getLogRecordFactory()
    try:
        configure_logging("INFO", [TOKEN])
        error = RuntimeError(f"bot{TOKEN}")
        sys.excepthook(RuntimeError, error, None)
    finally:
        sys.excepthook = hook
        logging.setLogRecordFactory(before)
    assert TOKEN not in capsys.readouterr().err


def test_no_repr_shows_it() -> None:
    assert TOKEN not in repr(ApiClient(TOKEN, "http://127.0.0.1"))
    assert secret_masker([""])("nothing to hide") == "nothing to hide"


async def test_a_stormy_conversation_at_debug_writes_no_token_no_words_and_no_chat(
    written: io.StringIO, library: ContentBundle
) -> None:
    async with Telegram(seed=3) as telegram:
        configure_logging("DEBUG", [telegram.token])
        logging.root.setLevel(logging.DEBUG)
        telegram.faults.often(Broken(), 0.2)
        telegram.faults.often(Cut(after=True), 0.2)
        telegram.faults.often(Refused(400, "Bad Request: something new"), 0.05)
        async with serving(telegram, library):
            ana = telegram.person("Anastasia")
            ana.starts()
            await ana.until(lambda: "Go on" in ana.labels, within=20)
            ana.writes("my secret words")
            ana.taps("Go on")
            await ana.settled(within=30)
            telegram.faults.stop()
    text = written.getvalue()
    assert telegram.token.partition(":")[2] not in text
    for private in ("my secret words", "Anastasia", str(ana.chat.id), "Bleeding after sex"):
        assert private not in text


# ---- the start


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    code = (
        "import os, sys\n"
        "from bot.adapters.telegram_bot.command import main\n"
        "sys.exit(main(os.environ, draft='--draft' in sys.argv))\n"
    )
    clean = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    words = environment.pop("words", "--draft").split()
    return subprocess.run(
        [sys.executable, "-c", code, *words],
        env=clean | environment,
        cwd=HERE,
        capture_output=True,
        text=True,
        timeout=120,
    )


def test_all_misconfiguration_is_told_in_one_go_and_ends_with_2() -> None:
    ended = start(SESSION_HOURS="99", SESSION_STORE="redis:", LOG_LEVEL="loud")
    assert ended.returncode == 2
    lines = ended.stderr.splitlines()
    assert [line.split()[0] for line in lines] == ["TELEGRAM_TOKEN", "SESSION_STORE", "SESSION_HOURS", "LOG_LEVEL"]
    assert "Traceback" not in ended.stderr


def test_unsigned_flows_need_the_word_draft() -> None:
    ended = start(TELEGRAM_TOKEN=TOKEN, words="")
    assert ended.returncode == 2
    assert "--draft" in ended.stderr


def test_a_store_that_cannot_be_opened_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "store.sqlite"
    file.write_text("this is no database at all, but it is long enough to be looked at" * 20)
    ended = start(TELEGRAM_TOKEN=TOKEN, SESSION_STORE=f"sqlite:{file}", SESSION_KEY="k" * 32)
    assert ended.returncode == 2
    assert ended.stderr.count("\n") == 1
    assert "damaged" in ended.stderr


async def test_a_token_that_telegram_does_not_know_is_one_sentence(library: ContentBundle) -> None:
    import asyncio

    async with Telegram() as telegram:
        ended = await asyncio.to_thread(start, TELEGRAM_TOKEN=TOKEN, TELEGRAM_API_URL=telegram.url)
    assert ended.returncode == 2
    assert "does not know this TELEGRAM_TOKEN" in ended.stderr
    assert TOKEN not in ended.stderr
