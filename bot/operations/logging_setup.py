"""Logging setup: no token and no text of a user is logged, at any level, through any handler.

HTTP clients write the whole address, and so the token, into messages and exceptions; python-telegram-bot writes every
parameter. These libraries are limited to WARNING, whatever LOG_LEVEL says, and secrets are masked in every record when
it is created. What is written of a record is decided in `bot.operations.log_redaction`.
"""

import logging
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any

from bot.operations.log_redaction import RedactingFormatter, describe_error

NOISY_LIBRARIES = ("telegram", "aiohttp", "httpx", "httpcore", "asyncio", "uvicorn", "hpack")
MASK = "[hidden]"


def configure_logging(level: str, secrets: Iterable[str]) -> None:
    """Configure logging so that none of *secrets* is ever written."""
    mask_secrets = secret_masker(secrets)
    logging.setLogRecordFactory(_record_factory(mask_secrets))
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(RedactingFormatter())
    logging.basicConfig(level=level, handlers=[handler])
    logging.captureWarnings(True)
    for name in NOISY_LIBRARIES:
        logging.getLogger(name).setLevel(max(logging.WARNING, logging.getLevelName(level)))
    sys.excepthook = _report_exception
    sys.unraisablehook = lambda raised: _report_uncaught(raised.exc_value)
    threading.excepthook = lambda raised: _report_uncaught(raised.exc_value)


def secret_masker(secrets: Iterable[str]) -> Callable[[str], str]:
    """Return a function that masks each of *secrets*, and the secret part of a token, in a text."""
    hidden = {part for secret in secrets for part in (secret, secret.partition(":")[2]) if len(part) >= 3}
    longest_first = sorted(hidden, key=len, reverse=True)

    def mask_secrets(text: str) -> str:
        """Replace every secret in *text*, the longest first."""
        for secret in longest_first:
            text = text.replace(secret, MASK)
        return text

    return mask_secrets


def _record_factory(mask_secrets: Callable[[str], str]) -> Callable[..., logging.LogRecord]:
    """Return a factory of log records whose secrets are masked."""

    def make_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
        """Create a record with masked texts; `raw` keeps the original parts for the formatter."""
        record = logging.LogRecord(*args, **kwargs)
        record.raw = (record.msg, record.args, record.exc_info)
        try:
            message = record.getMessage()
        except Exception:
            message = "a line that could not be written"
        record.msg, record.args = mask_secrets(message), None
        if record.exc_info and record.exc_info[1]:
            record.exc_text = mask_secrets("".join(traceback.format_exception(record.exc_info[1])).rstrip())
            record.exc_info = None
        if record.stack_info:
            record.stack_info = mask_secrets(record.stack_info)
        return record

    return make_record


def _report_exception(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
    """Report an uncaught exception, as `sys.excepthook`."""
    _report_uncaught(error)


def _report_uncaught(error: BaseException | None) -> None:
    """Write the kind and location of an uncaught exception to stderr; its message could hold a user's text."""
    if error:
        sys.stderr.write(f"It ended with {describe_error(error)}.\n")
