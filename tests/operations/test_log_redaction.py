"""The log is a list of what may be written. Whatever anybody says, at whatever level, it is not on that list."""

import ast
import io
import logging
import sys
import threading
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bot.sessions.service  # noqa: F401  a logger is known by its module
from bot.operations.errors import StoreUnavailableError
from bot.operations.log_redaction import RedactingFormatter, log_handled_update
from bot.operations.logging_setup import configure_logging
from tests.support.paths import ROOT

BOT = ROOT / "bot"
TEXT = st.text(min_size=3).filter(lambda text: text.strip() == text)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the journal writes, of everything that is logged by anybody at any level."""
    before, hooks = logging.getLogRecordFactory(), (sys.excepthook, sys.unraisablehook, threading.excepthook)
    levels = {name: logging.getLogger(name).level for name in list(logging.root.manager.loggerDict)}
    root = logging.root.level
    configure_logging("DEBUG", [])
    logging.root.setLevel(logging.DEBUG)
    for name in levels:
        logging.getLogger(name).setLevel(logging.DEBUG)
    pen = logging.StreamHandler(stream := io.StringIO())
    pen.setFormatter(RedactingFormatter())
    logging.root.addHandler(pen)
    yield stream
    logging.root.removeHandler(pen)
    logging.captureWarnings(False)
    logging.setLogRecordFactory(before)
    sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
    for name, level in levels.items():
        logging.getLogger(name).setLevel(level)
    logging.root.setLevel(root)


def written(log: io.StringIO) -> str:
    text = log.getvalue()
    log.seek(0)
    log.truncate()
    return text


EVERYBODY = ("bot.sessions.service", "bot.sessions.stores.postgres", "telegram.Bot", "httpx", "httpcore.http11",
             "psycopg.pool",
             "uvicorn.error", "asyncio", "transitions.core", "hypothesis")  # fmt: skip


def test_whatever_anybody_logs_none_of_it_is_written(log: io.StringIO) -> None:
    @settings(max_examples=150, deadline=None)
    @given(TEXT, st.sampled_from(EVERYBODY), st.integers(0, 50), st.integers(min_value=10**8))
    def holds(words: str, who: str, level: int, chat: int) -> None:
        words = f"«{words}»"
        speaker = logging.getLogger(who)
        speaker.log(level, "%s said %r in %d", words, {"text": words}, chat)
        speaker.error("it is %(text)s", {"text": words})
        speaker.error("too few %s %s", words)
        speaker.warning("more", extra={"said": words, "noted": (("event", words), ("seconds", words), (words, 1.0))})
        try:
            raise KeyError(words) from ValueError(words)
        except KeyError:
            speaker.exception("failed: %s", words, stack_info=True)
        if not who.startswith("bot"):
            speaker.error(words)
        logging.getLogger(words).error("who speaks here?")
        text = written(log)
        assert words not in text
        assert words.strip("«»") not in text.replace("…", "") or len(words) < 8
        assert str(chat) not in text
        assert "error=KeyError" in text or '"KeyError' in text

    holds()


def test_what_it_does_write(log: io.StringIO) -> None:
    ours = logging.getLogger("bot.sessions.service")
    log_handled_update("tap", 0.0123)
    log_handled_update("Anna", 0.1)
    ours.error("a step failed: %s", "KeyError at engine.py:88")
    ours.error("%s", StoreUnavailableError("The disk is full."))
    ours.error("a %s failed: %s", "card", "TimeoutError")
    ours.error("a %s failed: %s", "Anna", "TimeoutErrorAnna")
    said = [line.split(" ", 1)[1] for line in written(log).splitlines()]
    assert said == [
        "INFO bot.operations.log_redaction event=tap seconds=0.012 says=heard",
        "INFO bot.operations.log_redaction seconds=0.100 says=heard",
        'ERROR bot.sessions.service says="a step failed: KeyError at engine.py:88"',
        'ERROR bot.sessions.service says="The disk is full."',
        'ERROR bot.sessions.service says="a card failed: TimeoutError"',
        'ERROR bot.sessions.service says="a … failed: …"',
    ]


def test_what_nobody_caught_ends_without_its_words(log: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    error = ValueError("my secret words")
    sys.excepthook(ValueError, error, None)
    thread = threading.Thread(target=lambda: int("my secret words"))
    thread.start()
    thread.join()
    err = capsys.readouterr().err
    assert err.count("ValueError") == 2
    assert "secret" not in err


def test_every_line_of_ours_begins_with_a_sentence_of_the_source() -> None:
    """Only then is what stands before the gaps nobody's words."""
    wrong = []
    for path in BOT.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text())):
            match call:
                case ast.Call(func=ast.Attribute(value=ast.Name(id="log"), attr=level), args=args) if level != "log":
                    first = args[0] if args else None
                    if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
                        wrong.append(f"{path.name}:{call.lineno}")
    assert wrong == []
