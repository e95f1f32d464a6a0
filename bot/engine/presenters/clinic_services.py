"""Presenter of the clinic's services that fit an ending, with their opening hours.

It never says how soon to go: that stands above it, and no opening hour softens it. A service that opens too late for
the ending says so.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta

from bot.engine.presenters.texts import Voice
from bot.model.clinic import Clinic, Offer, Service
from bot.model.opening_hours import Closed, Hours, Open, at
from bot.model.urgency import Floor, Urgency

MOST = 2  # services shown at once
WEEK = 7  # days: a moment farther away is written with its date
WAIT = {Urgency.SAME_DAY: timedelta(days=1), Urgency.ROUTINE: timedelta(weeks=6), Urgency.SELF_CARE: timedelta(weeks=9)}
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def signposts(voice: Voice, floor: Floor, pages: Collection[str]) -> str:
    """Return what the clinic can do for this ending; empty without a clinic, or in an emergency.

    The clinic is the one whose link was opened.
    """
    clinic = voice.clinic
    if clinic is None or floor.urgency is Urgency.EMERGENCY:
        return ""
    offers = fitting(clinic, voice.library.services.values(), floor, pages)
    heads = [voice("service_line", service=voice(f"service_{offer.service}"), phone=offer.phone) for offer in offers]
    doors = [_door(voice, hours) for hours in ([offer.hours for offer in offers] or [clinic.hours])]
    heads = heads or [voice("clinic_ask")]
    lines = [" ".join((head, *_state(voice, door, floor))) for head, door in zip(heads, doors, strict=True)]
    if not any(isinstance(door, Open) for door in doors):
        lines.append(_meanwhile(voice, clinic))
    return "\n".join((voice("clinic_intro"), *lines, *_where(voice, clinic)))


def fitting(clinic: Clinic, services: Collection[Service], floor: Floor, pages: Collection[str]) -> list[Offer]:
    """Return the clinic's offers that fit an ending: most pages in common first, and what fits everything last."""
    known = {service.id: service for service in services}
    found = []
    for offer in clinic.offers:
        service = known.get(offer.service)
        common = len(service.pages.intersection(pages)) if service else 0
        if service and floor.urgency in service.urgencies and (common or not service.pages):
            found.append((common, offer))
    return [offer for _, offer in sorted(found, key=lambda pair: -pair[0])][:MOST]


def _door(voice: Voice, hours: Hours) -> Open | Closed | None:
    """Return whether *hours* are open or closed now; None where the time is not known."""
    now = _now(voice)
    return at(hours, now) if now else None


def _now(voice: Voice) -> datetime | None:
    """Return the time of this event; None where it is not known."""
    now = voice.library.outside.now
    return None if now is None else datetime.fromtimestamp(now, UTC)


def _state(voice: Voice, door: Open | Closed | None, floor: Floor) -> Iterator[str]:
    """Yield the texts about opening hours: open or closed until when, and whether that is too late for *floor*."""
    match door:
        case Open(None):
            yield voice("always_open")
        case Open(until) if until:
            yield voice("open_now", when=_when(voice, until))
        case Closed(None):
            yield voice("closed_for_long")
        case Closed(opens) if opens:
            yield voice("closed_now", when=_when(voice, opens))
            if _too_late(voice, opens, floor):
                yield voice("opens_too_late")


def _too_late(voice: Voice, opens: datetime, floor: Floor) -> bool:
    """Whether the service opens later than *floor* allows to wait."""
    now = _now(voice)
    wait = WAIT.get(floor.urgency, timedelta(days=floor.days))
    return now is not None and opens > now + wait


def _when(voice: Voice, moment: datetime) -> str:
    """Return a moment in the clinic's own time: "17:00" today, "tomorrow 09:00", "Monday 09:00", else its date."""
    now, time = _now(voice), f"{moment:%H:%M}"
    assert now is not None
    ahead = (moment.date() - now.astimezone(moment.tzinfo).date()).days
    day = voice(DAYS[moment.weekday()])
    match ahead:
        case 0:
            return time
        case 1:
            return f"{voice('tomorrow')} {time}"
        case _ if ahead < WEEK:
            return f"{day} {time}"
    return f"{day} {moment:%Y-%m-%d} {time}"


def _meanwhile(voice: Voice, clinic: Clinic) -> str:
    """Return what to do if it cannot wait until the clinic opens."""
    return voice("cannot_wait", phone=clinic.urgent_line) if clinic.urgent_line else voice("cannot_wait_at_all")


def _where(voice: Voice, clinic: Clinic) -> Iterator[str]:
    """Yield the clinic's address and the link to its map, as far as it has them."""
    if clinic.address:
        yield voice("clinic_where", address=clinic.address)
    if clinic.map:
        yield clinic.map
