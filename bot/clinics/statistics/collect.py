"""Collecting what one step adds to a clinic's counts: each thing once a conversation, and nothing of drafts."""

from collections.abc import Iterator
from datetime import UTC, datetime

from bot.clinics.statistics.counts import Count
from bot.engine.presenters.ending import FEEDBACK_ANSWERS
from bot.engine.session import ButtonPress, Event, MessageKind, Session
from bot.engine.snapshot import Reply
from bot.model.bundle import ContentBundle
from bot.model.clinic import Clinic


def collect_counts(
    bundle: ContentBundle, before: Session, event: Event | None, reply: Reply
) -> tuple[Reply, tuple[Count, ...]]:
    """Return *reply*, its session noting what was counted of it, and the counts that are new."""
    session, environment = reply.session, bundle.environment
    clinic = environment.clinics.get(session.clinic)
    is_counting = (
        environment.statistics_enabled and environment.now is not None and session.consented and not session.reviewer
    )
    if not is_counting or clinic is None:
        return reply, ()
    already_counted = session.recorded.split()
    new = tuple(
        dict.fromkeys(
            measure
            for measure in _countable_measures(before, event, reply, already_counted)
            if measure not in already_counted
        )
    )
    if not new:
        return reply, ()
    week = week_of(clinic, environment.now or 0)
    session = session.with_changes(recorded=" ".join((*already_counted, *new)))
    return Reply(session, reply.messages), tuple(Count(clinic.id, week, measure) for measure in new)


def _countable_measures(
    before: Session, event: Event | None, reply: Reply, already_counted: list[str]
) -> Iterator[str]:
    """Yield what can be counted of this step.

    A second ending, after a changed answer, is none: each conversation ends once.
    """
    if reply.session.started > before.started:
        yield "began"
    ended = next((message.floor for message in reply.messages if message.floor and message.state_id), None)
    if ended and "ended" not in already_counted:
        yield from ("ended", f"urgency:{ended.urgency.slug}")
    name, _, argument = event.id.removeprefix("!").partition(":") if isinstance(event, ButtonPress) else ("", "", "")
    if name == "page" and any(message.kind is MessageKind.PAGE for message in reply.messages):
        yield f"page:{argument}"
    if (
        name == "feedback"
        and argument in FEEDBACK_ANSWERS
        and not any(measure.startswith("feedback:") for measure in already_counted)
    ):
        yield f"feedback:{argument}"


def week_of(clinic: Clinic, now: float) -> str:
    """Return the ISO week of *now* by the clinic's own clock: from Monday's midnight to the next."""
    year, week, _ = datetime.fromtimestamp(now, UTC).astimezone(clinic.hours.zone).isocalendar()
    return f"{year}-W{week:02d}"
