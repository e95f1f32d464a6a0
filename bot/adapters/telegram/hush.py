"""Logs that can be shown to anybody: no token, no words of people, at any level, through any handler.

HTTP clients write the whole address, and so the token, into lines and exceptions; the library writes every parameter.
They are quiet below WARNING, whatever LOG_LEVEL says; and every record of anybody's is cleaned as it is made. What is
written of it in the end is the journal's decision: see journal.py.
"""

import logging
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any

from bot.journal import Journal, kind

NOISY = ("telegram", "aiohttp", "httpx", "httpcore", "asyncio", "uvicorn", "hpack")
MASK = "[hidden]"


def quiet(level: str, secrets: Iterable[str]) -> None:
    """Set the logs up, so that none of *secrets* is ever written."""
    clean = cleaner(secrets)
    logging.setLogRecordFactory(_factory(clean))
    pen = logging.StreamHandler(sys.stderr)
    pen.setFormatter(Journal())
    logging.basicConfig(level=level, handlers=[pen])
    logging.captureWarnings(True)
    for name in NOISY:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    sys.excepthook = _excepthook
    sys.unraisablehook = lambda raised: _written(raised.exc_value)
    threading.excepthook = lambda raised: _written(raised.exc_value)


def cleaner(secrets: Iterable[str]) -> Callable[[str], str]:
    """A function that hides each of *secrets*, and the part of a token that is the secret in it."""
    hidden = {part for secret in secrets for part in (secret, secret.partition(":")[2]) if len(part) >= 3}
    longest_first = sorted(hidden, key=len, reverse=True)

    def clean(text: str) -> str:
        for secret in longest_first:
            text = text.replace(secret, MASK)
        return text

    return clean


def _factory(clean: Callable[[str], str]) -> Callable[..., logging.LogRecord]:
    def record(*args: Any, **kwargs: Any) -> logging.LogRecord:
        made = logging.LogRecord(*args, **kwargs)
        made.raw = (made.msg, made.args, made.exc_info)
        try:
            said = made.getMessage()
        except Exception:
            said = "a line that could not be written"
        made.msg, made.args = clean(said), None
        if made.exc_info and made.exc_info[1]:
            made.exc_text = clean("".join(traceback.format_exception(made.exc_info[1])).rstrip())
            made.exc_info = None
        if made.stack_info:
            made.stack_info = clean(made.stack_info)
        return made

    return record


def _excepthook(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
    _written(error)


def _written(error: BaseException | None) -> None:
    """Nobody caught it. Its own words could be somebody's; its kind and place are not."""
    if error:
        sys.stderr.write(f"It ended with {kind(error)}.\n")
