"""Logging setup: no token and no text of a user is logged, at any level, through any handler.

HTTP clients write the whole address, and so the token, into messages and exceptions; python-telegram-bot writes every
parameter. These libraries are limited to WARNING, whatever LOG_LEVEL says, and secrets are masked in every record when
it is created. What is written of a record is decided in operations/log_redaction.py.
"""

import logging
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any

from bot.operations.log_redaction import Journal, kind

NOISY = ("telegram", "aiohttp", "httpx", "httpcore", "asyncio", "uvicorn", "hpack")
MASK = "[hidden]"


def quiet(level: str, secrets: Iterable[str]) -> None:
    """Configure logging so that none of *secrets* is ever written."""
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
    """Return a function that masks each of *secrets*, and the secret part of a token, in a text."""
    hidden = {part for secret in secrets for part in (secret, secret.partition(":")[2]) if len(part) >= 3}
    longest_first = sorted(hidden, key=len, reverse=True)

    def clean(text: str) -> str:
        """Replace every secret in *text*, the longest first."""
        for secret in longest_first:
            text = text.replace(secret, MASK)
        return text

    return clean


def _factory(clean: Callable[[str], str]) -> Callable[..., logging.LogRecord]:
    """Return a factory of log records whose secrets are masked."""

    def record(*args: Any, **kwargs: Any) -> logging.LogRecord:
        """Create a record with masked texts; `raw` keeps the original parts for the formatter."""
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
    """Report an uncaught exception, as `sys.excepthook`."""
    _written(error)


def _written(error: BaseException | None) -> None:
    """Write the kind and location of an uncaught exception to stderr; its message could hold a user's text."""
    if error:
        sys.stderr.write(f"It ended with {kind(error)}.\n")
