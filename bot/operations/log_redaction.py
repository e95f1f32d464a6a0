"""Log redaction: the formatter writes time, level, module and kind of event, and no text of any user.

It is a list of what may be written, not of what may not. Of a library's log record it writes only that there was one;
of ours the sentence in the source, with placeholders filled only by known values: kinds of errors, locations in the
source, delivery steps, seconds.
"""

import logging
import re
import sys
import time
from collections.abc import Iterator
from typing import Any

from bot.operations.errors import StoreConfigError, StoreUnavailableError

log = logging.getLogger(__name__)

EVENT_KINDS = ("tap", "words", "command", "thing", "membership", "nothing")
OUR_PACKAGE = "bot"
DELIVERY_STEP_NAMES = frozenset(["alarm", "answer", "beside", "card", "clear", "tidy"])
ERROR_PATTERN = re.compile(r"(?P<error>\w+)(?: at (?P<place>\w+\.py:\d+))?")
PLACEHOLDER_PATTERN = re.compile(r"%[sdr]|%\.\df")
REDACTED = "…"


class RedactingFormatter(logging.Formatter):
    """A log formatter: one line for a record, `2030-01-31T12:00:00Z INFO bot.… event=tap seconds=0.012`."""

    def format(self, record: logging.LogRecord) -> str:
        timestamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        return " ".join(
            (timestamp, record.levelname, safe_logger_name(record.name), *map(_format_field, safe_fields(record)))
        )


def log_handled_update(event: str, seconds: float) -> None:
    """Log that an update of kind *event* was handled, and in how many seconds."""
    log.info("heard", extra={"noted": (("event", event), ("seconds", seconds))})


def safe_fields(record: logging.LogRecord) -> Iterator[tuple[str, str]]:
    """Yield the fields of *record* that are safe to write, as pairs of a name from this file and a safe value."""
    template, args, error = getattr(record, "raw", (record.msg, record.args, record.exc_info))
    for name, value in getattr(record, "noted", ()):
        if name == "event" and value in EVENT_KINDS:
            yield name, value
        elif name == "seconds" and isinstance(value, float):
            yield name, f"{value:.3f}"
    if safe_logger_name(record.name).split(".")[0] == OUR_PACKAGE and isinstance(template, str):
        yield "says", fill_template(template, args)
    if error and error[1]:
        yield "error", describe_error(error[1])


def fill_template(template: str, args: Any) -> str:
    """Return *template* with its placeholders filled by safe values; the others become "…"."""
    values = iter(args if isinstance(args, tuple) else (args,))
    return PLACEHOLDER_PATTERN.sub(lambda _: safe_text(next(values, None)), template)


def safe_text(value: object) -> str:
    """Return *value* as text if it is safe to log, else "…"."""
    match value:
        case StoreUnavailableError() | StoreConfigError():
            return str(value)  # always a sentence from our own source
        case BaseException():
            return describe_error(value)
        case str() if value in DELIVERY_STEP_NAMES:
            return value
        case str() if (found := ERROR_PATTERN.fullmatch(value)) and found["error"] in _error_class_names():
            return value
    return REDACTED


def describe_error(error: BaseException) -> str:
    """Return the kind and location of an error without its message: "ValueError at engine.py:88"."""
    trace, location = error.__traceback__, ""
    while trace:
        location = f" at {trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__}{location}"


def safe_logger_name(name: str) -> str:
    """Return a logger's name if it is a module of ours, else its package; "other" if it is not an imported module."""
    if name in sys.modules and name.split(".")[0] == OUR_PACKAGE:
        return name
    package = name.split(".")[0]
    return package if package in sys.modules else "other"


def _error_class_names() -> set[str]:
    """Return the names of all exception classes that are loaded."""
    found, todo = set[type[BaseException]](), [BaseException]
    while todo:
        if (error := todo.pop()) not in found:  # two may share a name, and each may have others below it
            found.add(error)
            todo += type.__subclasses__(error)
    return {error.__name__ for error in found}


def _format_field(field: tuple[str, str]) -> str:
    """Format a field as `name=value`, with quotes if the value has spaces."""
    name, value = field
    return f'{name}="{value}"' if " " in value else f"{name}={value}"
