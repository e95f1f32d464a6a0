"""The only hand that writes the log: when, how grave, which room, what kind of thing. It has no way to write a name.

It is a list of what may be written, and not of what may not. Of a library's line it writes that there was one; of ours
the sentence in the source, and into its gaps only what this file knows: kinds of errors, places in the source, seconds.
"""

import logging
import re
import sys
import time
from collections.abc import Iterator
from typing import Any

from bot.stores import Down, Unusable

EVENTS = ("tap", "words", "command", "thing", "membership", "nothing")
OURS = "bot"
WORDS = frozenset(["alarm", "answer", "beside", "card", "clear", "tidy"])
KIND = re.compile(r"(?P<error>\w+)(?: at (?P<place>\w+\.py:\d+))?")
GAP = re.compile(r"%[sdr]|%\.\df")
UNKNOWN = "…"


class Journal(logging.Formatter):
    """One line a record, such as `2030-01-31T12:00:00Z INFO bot.journal event=tap seconds=0.012`."""

    def format(self, record: logging.LogRecord) -> str:
        at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(record.created))
        return " ".join((at, record.levelname, room(record.name), *map(_field, facts(record))))


def note(event: str, seconds: float) -> None:
    """An *event* was heard and dealt with."""
    logging.getLogger("bot.journal").info("heard", extra={"noted": (("event", event), ("seconds", seconds))})


def facts(record: logging.LogRecord) -> Iterator[tuple[str, str]]:
    """What may be written of *record*: names from this file, and values that it vouches for."""
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
    """*template*, with only those of *args* that are known to be nobody's words."""
    given = iter(args if isinstance(args, tuple) else (args,))
    return GAP.sub(lambda _: vouched(next(given, None)), template)


def vouched(value: object) -> str:
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
    """What went wrong and where, without a word of anybody's: "ValueError at engine.py:88"."""
    trace, place = error.__traceback__, ""
    while trace:
        place = f" at {trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return f"{type(error).__name__}{place}"


def room(name: str) -> str:
    """Who speaks: a module of ours, else the library; never a name that somebody made up while running."""
    if name in sys.modules and name.split(".")[0] == OURS:
        return name
    library = name.split(".")[0]
    return library if library in sys.modules else "other"


def _errors() -> set[str]:
    """The names of all kinds of errors that there are."""
    found, left = set[type[BaseException]](), [BaseException]
    while left:
        if (error := left.pop()) not in found:  # two may share a name, and each may have others below it
            found.add(error)
            left += type.__subclasses__(error)
    return {error.__name__ for error in found}


def _field(fact: tuple[str, str]) -> str:
    name, value = fact
    return f'{name}="{value}"' if " " in value else f"{name}={value}"
