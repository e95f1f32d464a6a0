"""Presenter of the clinic's services that fit an ending, with their opening hours.

It never says how soon to go: that stands above it, and no opening hour softens it. A service that opens too late for
the ending says so.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, datetime, timedelta

from bot.engine.presenters.texts import Texts
from bot.model.clinic import Clinic, ClinicService, Offer
from bot.model.opening_hours import Closed, Open, OpeningHours, status_at
from bot.model.urgency import Floor, Urgency

MAX_SERVICES_SHOWN = 2  # services shown at once
MAX_DAYS_BY_WEEKDAY = 7  # days: a moment farther away is written with its date
MAX_WAIT = {
    Urgency.SAME_DAY: timedelta(days=1),
    Urgency.ROUTINE: timedelta(weeks=6),
    Urgency.SELF_CARE: timedelta(weeks=9),
}
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def services_text(texts: Texts, floor: Floor, pages: Collection[str]) -> str:
    """Return what the clinic can do for this ending; empty without a clinic, or in an emergency.

    The clinic is the one whose link was opened.
    """
    clinic = texts.clinic
    if clinic is None or floor.urgency is Urgency.EMERGENCY:
        return ""
    offers = matching_offers(clinic, texts.bundle.services.values(), floor, pages)
    services = [texts("service_line", service=texts(f"service_{offer.service}"), phone=offer.phone) for offer in offers]
    opening_states = [_opening_state(texts, hours) for hours in ([offer.hours for offer in offers] or [clinic.hours])]
    services = services or [texts("clinic_ask")]
    lines = [
        " ".join((service, *_opening_texts(texts, opening_state, floor)))
        for service, opening_state in zip(services, opening_states, strict=True)
    ]
    if not any(isinstance(opening_state, Open) for opening_state in opening_states):
        lines.append(_cannot_wait_text(texts, clinic))
    return "\n".join((texts("clinic_intro"), *lines, *_location_lines(texts, clinic)))


def matching_offers(
    clinic: Clinic, services: Collection[ClinicService], floor: Floor, pages: Collection[str]
) -> list[Offer]:
    """Return the clinic's offers that fit an ending: most pages in common first, and what fits everything last."""
    known = {service.id: service for service in services}
    found = []
    for offer in clinic.offers:
        service = known.get(offer.service)
        common = len(service.pages.intersection(pages)) if service else 0
        if service and floor.urgency in service.urgencies and (common or not service.pages):
            found.append((common, offer))
    return [offer for _, offer in sorted(found, key=lambda pair: -pair[0])][:MAX_SERVICES_SHOWN]


def _opening_state(texts: Texts, hours: OpeningHours) -> Open | Closed | None:
    """Return whether *hours* are open or closed now; None where the time is not known."""
    now = _current_time(texts)
    return status_at(hours, now) if now else None


def _current_time(texts: Texts) -> datetime | None:
    """Return the time of this event; None where it is not known."""
    now = texts.bundle.environment.now
    return None if now is None else datetime.fromtimestamp(now, UTC)


def _opening_texts(texts: Texts, opening_state: Open | Closed | None, floor: Floor) -> Iterator[str]:
    """Yield the texts about opening hours: open or closed until when, and whether that is too late for *floor*."""
    match opening_state:
        case Open(None):
            yield texts("always_open")
        case Open(until) if until:
            yield texts("open_now", when=_moment_text(texts, until))
        case Closed(None):
            yield texts("closed_for_long")
        case Closed(opens) if opens:
            yield texts("closed_now", when=_moment_text(texts, opens))
            if _opens_too_late(texts, opens, floor):
                yield texts("opens_too_late")


def _opens_too_late(texts: Texts, opens: datetime, floor: Floor) -> bool:
    """Whether the service opens later than *floor* allows to wait."""
    now = _current_time(texts)
    wait = MAX_WAIT.get(floor.urgency, timedelta(days=floor.days))
    return now is not None and opens > now + wait


def _moment_text(texts: Texts, moment: datetime) -> str:
    """Return a moment in the clinic's own time: "17:00" today, "tomorrow 09:00", "Monday 09:00", else its date."""
    now, time = _current_time(texts), f"{moment:%H:%M}"
    assert now is not None
    days_ahead = (moment.date() - now.astimezone(moment.tzinfo).date()).days
    day = texts(WEEKDAYS[moment.weekday()])
    match days_ahead:
        case 0:
            return time
        case 1:
            return f"{texts('tomorrow')} {time}"
        case _ if days_ahead < MAX_DAYS_BY_WEEKDAY:
            return f"{day} {time}"
    return f"{day} {moment:%Y-%m-%d} {time}"


def _cannot_wait_text(texts: Texts, clinic: Clinic) -> str:
    """Return what to do if it cannot wait until the clinic opens."""
    return texts("cannot_wait", phone=clinic.urgent_phone) if clinic.urgent_phone else texts("cannot_wait_at_all")


def _location_lines(texts: Texts, clinic: Clinic) -> Iterator[str]:
    """Yield the clinic's address and the link to its map, as far as it has them."""
    if clinic.address:
        yield texts("clinic_where", address=clinic.address)
    if clinic.map_url:
        yield clinic.map_url
