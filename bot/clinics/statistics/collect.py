"""Collecting what one step adds to a clinic's counts: each thing once a conversation, and nothing of drafts."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

from bot.clinics.statistics.counts import Count
from bot.engine.presenters.ending import FEEDBACK
from bot.engine.session import Event, Kind, Press, Session
from bot.engine.snapshot import Reply
from bot.model.bundle import Library
from bot.model.clinic import Clinic


def noticed(library: Library, before: Session, event: Event | None, reply: Reply) -> tuple[Reply, tuple[Count, ...]]:
    """Return *reply*, its session noting what was counted of it, and the counts that are new."""
    session, outside = reply.session, library.outside
    clinic = outside.clinics.get(session.clinic)
    counted = outside.counting and outside.now is not None and session.agreed and not session.reviewer
    if not counted or clinic is None:
        return reply, ()
    known = session.counted.split()
    new = tuple(dict.fromkeys(what for what in _happened(before, event, reply, known) if what not in known))
    if not new:
        return reply, ()
    week = week_of(clinic, outside.now or 0)
    session = replace(session, counted=" ".join((*known, *new)))
    return Reply(session, reply.messages), tuple(Count(clinic.id, week, what) for what in new)


def _happened(before: Session, event: Event | None, reply: Reply, known: list[str]) -> Iterator[str]:
    """Yield what can be counted of this step.

    A second ending, after a changed answer, is none: each conversation ends once.
    """
    if reply.session.begun > before.begun:
        yield "began"
    ended = next((message.floor for message in reply.messages if message.floor and message.at), None)
    if ended and "ended" not in known:
        yield from ("ended", f"urgency:{ended.urgency.word}")
    name, _, argument = event.id.removeprefix("!").partition(":") if isinstance(event, Press) else ("", "", "")
    if name == "page" and any(message.kind is Kind.PAGE for message in reply.messages):
        yield f"page:{argument}"
    if name == "feedback" and argument in FEEDBACK and not any(what.startswith("feedback:") for what in known):
        yield f"feedback:{argument}"


def week_of(clinic: Clinic, now: float) -> str:
    """Return the ISO week of *now* by the clinic's own clock: from Monday's midnight to the next."""
    year, week, _ = datetime.fromtimestamp(now, UTC).astimezone(clinic.hours.zone).isocalendar()
    return f"{year}-W{week:02d}"
