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

from bot.sessions.stores.base import Down, Unusable

EVENTS = ("tap", "words", "command", "thing", "membership", "nothing")
OURS = "bot"
WORDS = frozenset(["alarm", "answer", "beside", "card", "clear", "tidy"])
KIND = re.compile(r"(?P<error>\w+)(?: at (?P<place>\w+\.py:\d+))?")
GAP = re.compile(r"%[sdr]|%\.\df")
UNKNOWN = "…"


class Journal(logging.Formatter):
    """A log formatter: one line for a record, `2030-01-31T12:00:00Z INFO bot.… event=tap seconds=0.012`."""

    def format(self, record: logging.LogRecord) -> str:
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        return " ".join((at, record.levelname, room(record.name), *map(_field, facts(record))))


def note(event: str, seconds: float) -> None:
    """Log that an update of kind *event* was handled, and in how many seconds."""
    logging.getLogger("bot.operations.log_redaction").info(
        "heard", extra={"noted": (("event", event), ("seconds", seconds))}
    )


def facts(record: logging.LogRecord) -> Iterator[tuple[str, str]]:
    """Yield the fields of *record* that are safe to write, as pairs of a name from this file and a safe value."""
    template, args, error = getattr(record, "raw", (record.msg, record.args, record.exc_info))
    for name, value in getattr(record, "noted", ()):
        if name == "event" and value in EVENTS:
            yield name, value
        elif name == "seconds" and isinstance(value, float):
            yield name, f"{value:.3f}"
    if room(record.name).split(".")[0] == OURS and isinstance(template, str):
        yield "says", filled(template, args)
    if error and error[1]:
        yield "error", kind(error[1])


def filled(template: str, args: Any) -> str:
    """Return *template* with its placeholders filled by safe values; the others become "…"."""
    given = iter(args if isinstance(args, tuple) else (args,))
    return GAP.sub(lambda _: vouched(next(given, None)), template)


def vouched(value: object) -> str:
    """Return *value* as text if it is safe to log, else "…"."""
    match value:
        case Down() | Unusable():
            return str(value)  # always a sentence from our own source
        case BaseException():
            return kind(value)
        case str() if value in WORDS:
            return value
        case str() if (found := KIND.fullmatch(value)) and found["error"] in _errors():
            return value
    return UNKNOWN


def kind(error: BaseException) -> str:
    """Return the kind and location of an error without its message: "ValueError at engine.py:88"."""
    trace, place = error.__traceback__, ""
    while trace:
        place = f" at {trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__}{place}"


def room(name: str) -> str:
    """Return a logger's name if it is a module of ours, else its package; "other" if it is not an imported module."""
    if name in sys.modules and name.split(".")[0] == OURS:
        return name
    library = name.split(".")[0]
    return library if library in sys.modules else "other"


def _errors() -> set[str]:
    """Return the names of all exception classes that are loaded."""
    found, left = set[type[BaseException]](), [BaseException]
    while left:
        if (error := left.pop()) not in found:  # two may share a name, and each may have others below it
            found.add(error)
            left += type.__subclasses__(error)
    return {error.__name__ for error in found}


def _field(fact: tuple[str, str]) -> str:
    """Format a field as `name=value`, with quotes if the value has spaces."""
    name, value = fact
    return f'{name}="{value}"' if " " in value else f"{name}={value}"
