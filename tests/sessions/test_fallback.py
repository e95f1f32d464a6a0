"""When the store is down, a flow cannot be read or a phrase is missing, whoever asks for help still gets an answer."""

import asyncio
import shutil
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pytest

from bot.authoring.loader import content_root, load_bundle
from bot.engine.presenters.emergency import FALLBACK_TEXT, fallback_message
from bot.engine.session import ButtonPress, Message, MessageKind, Session, Start
from bot.engine.step import step
from bot.model.bundle import ContentBundle
from bot.model.diagnostics import DiagnosticsError
from bot.sessions import fallback as last_resort
from bot.sessions.fallback import (
    ANSWER_TIMEOUT_SECONDS,
    EmergencyFallback,
    with_fallback,
)


class Screen:
    """What one chat shows; *broken* is a network that is down as well."""

    def __init__(self, broken: bool = False) -> None:
        self.texts: list[str] = []
        self.broken = broken

    async def send(self, _: str, text: str) -> None:
        if self.broken:
            raise ConnectionError
        self.texts.append(text)


async def fails() -> None:
    raise OSError("no such store")


async def hangs() -> None:
    await asyncio.sleep(3600)


@pytest.mark.parametrize("typed", ["/start", "/help", "/urgent", "/START@the_bot coil", "urgent", "  /help  "])
async def test_help_is_there_though_the_store_is_down(typed: str) -> None:
    screen, began = Screen(), time.monotonic()
    with pytest.raises(OSError, match="no such store"):
        await EmergencyFallback(screen.send).protect(fails(), "7", typed)
    assert screen.texts == [FALLBACK_TEXT]
    assert time.monotonic() - began < 1


async def test_help_is_there_within_a_second_though_the_store_hangs() -> None:
    screen = Screen()
    waiting = asyncio.ensure_future(EmergencyFallback(screen.send).protect(hangs(), "7", "/urgent"))
    await asyncio.sleep(ANSWER_TIMEOUT_SECONDS + 0.3)
    assert ANSWER_TIMEOUT_SECONDS + 0.3 < 1
    assert screen.texts == [FALLBACK_TEXT]
    waiting.cancel()


async def test_who_is_only_slow_is_waited_for_but_not_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(last_resort, "SLOW_ANSWER_TIMEOUT_SECONDS", 0.3)
    ails, screen = [False], Screen()
    waiting = asyncio.ensure_future(
        EmergencyFallback(screen.send, 0.05, lambda: ails[0]).protect(hangs(), "7", "/help")
    )
    await asyncio.sleep(0.15)
    assert screen.texts == []
    await asyncio.sleep(0.3)
    assert screen.texts == [FALLBACK_TEXT]
    ails[0] = True
    failing = asyncio.ensure_future(
        EmergencyFallback(screen.send, 0.05, lambda: ails[0]).protect(hangs(), "8", "/help")
    )
    await asyncio.sleep(0.15)
    assert screen.texts == [FALLBACK_TEXT, FALLBACK_TEXT]
    for task in (waiting, failing):
        task.cancel()


async def test_a_late_answer_still_comes() -> None:
    """Nothing is cancelled because it was late: a commit that is under way must be let finish."""

    async def late() -> str:
        await asyncio.sleep(0.05)
        return "the answer"

    screen = Screen()
    assert await EmergencyFallback(screen.send, answer_timeout=0.01).protect(late(), "7", "/help") == "the answer"
    assert screen.texts == [FALLBACK_TEXT]


async def test_nobody_is_disturbed_while_all_is_well() -> None:
    async def well() -> str:
        return "the answer"

    screen = Screen()
    assert await EmergencyFallback(screen.send).protect(well(), "7", "/start") == "the answer"
    assert screen.texts == []


@pytest.mark.parametrize("typed", ["yes", "/startle", "/back", "", "/", "I need no help"])
async def test_what_asks_for_no_help_gets_no_alarm(typed: str) -> None:
    screen = Screen()
    with pytest.raises(OSError, match="no such store"):
        await EmergencyFallback(screen.send).protect(fails(), "7", typed)
    assert screen.texts == []


async def test_an_update_that_comes_again_is_helped_once() -> None:
    screen = Screen()
    last = EmergencyFallback(screen.send)
    for update in (1, 1, 2, 1):
        with pytest.raises(OSError, match="no such store"):
            await last.protect(fails(), "7", "/start", update)
    assert screen.texts == [FALLBACK_TEXT, FALLBACK_TEXT]


async def test_a_broken_network_breaks_nothing_else() -> None:
    with pytest.raises(OSError, match="no such store"):
        await EmergencyFallback(Screen(broken=True).send).protect(fails(), "7", "/start")


async def test_a_home_that_cannot_be_read(tmp_path: Path) -> None:
    """The bot has no library at all, and /urgent is answered."""
    broken = tmp_path / "home"
    for folder in ("flows", "content"):
        shutil.copytree(content_root() / folder, broken / folder)
    (broken / "flows" / "safety.yaml").write_text("flow: [")
    with pytest.raises(DiagnosticsError):
        load_bundle(broken)
    screen = Screen()
    await EmergencyFallback(screen.send).answer("7", "/urgent")
    await EmergencyFallback(screen.send).answer("7", "yes")
    assert screen.texts == [FALLBACK_TEXT]


@pytest.fixture
def wordless(library: ContentBundle) -> ContentBundle:
    """The shipped library, and somebody deleted every phrase."""
    phrases = library.phrases["en"]
    none: Mapping[str, str] = MappingProxyType({})
    return replace(library, phrases={"en": replace(phrases, texts=none)})


@pytest.mark.parametrize(
    "event", [Start(), ButtonPress("!help"), ButtonPress("!urgent")], ids=["start", "help", "urgent"]
)
def test_a_missing_phrase(wordless: ContentBundle, event: Start | ButtonPress) -> None:
    def say() -> tuple[Message, ...]:
        return step(wordless, Session(), event).messages

    with pytest.raises(KeyError):
        say()
    assert with_fallback(say) == (fallback_message(),)


def test_what_can_be_said_is_said(library: ContentBundle) -> None:
    said = with_fallback(lambda: step(library, Session(), ButtonPress("!urgent")).messages)
    assert said != (fallback_message(),)
    assert said[-1].kind is MessageKind.EMERGENCY


def test_the_last_words_are_those_that_the_phrases_have(library: ContentBundle) -> None:
    """The list of warning signs in Python is the list in the phrases, word for word, but for the number."""
    signs = library.text("warning_signs").partition("\n")[2]
    assert signs in FALLBACK_TEXT
    for number in library.text("any_number").replace(" or ", ", ").split(", "):
        assert number in FALLBACK_TEXT
    assert len(FALLBACK_TEXT) < 4096
    assert "{" not in FALLBACK_TEXT
