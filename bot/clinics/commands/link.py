"""The commands `clinic list` and `clinic link`: the clinics, whether each is open now, and the link each can share."""

from argparse import Namespace
from datetime import UTC, datetime

from bot.clinics.command import bot_named, clinic_called, flow_called, opened
from bot.engine.deep_links import link, payload
from bot.model.clinic import Clinic
from bot.model.opening_hours import Closed, Hours, Open, at


def list_(_: Namespace) -> None:
    """Print every clinic with its services, as people would meet them now."""
    library, registry = opened()
    now = datetime.fromtimestamp(library.outside.now or 0, UTC)
    for clinic in registry.clinics.values():
        numbers = f"{clinic.phone}, emergency {clinic.emergency_number}"
        print(f"{clinic.id}: {clinic.name}, {numbers}. {door(clinic.hours, now)}")
        for offer in clinic.offers:
            print(f"  {offer.service}: {offer.phone}. {door(offer.hours, now)}")
        print(f"  flows: {', '.join(clinic.flows) or 'all'}; languages: {', '.join(clinic.languages)}")


def door(hours: Hours, now: datetime) -> str:
    """Return whether these hours are open now, and until when, in words."""
    match at(hours, now):
        case Open(until):
            return f"Open until {until:%a %Y-%m-%d %H:%M %Z}" if until else "Always open"
        case Closed(opens):
            return f"Closed; opens {opens:%a %Y-%m-%d %H:%M %Z}" if opens else "Closed until further notice"


def link_(options: Namespace) -> None:
    """Print the link of one clinic, to a flow if one was asked for."""
    library, registry = opened()
    clinic = clinic_called(registry, options.id)
    print(link(bot_named(options, registry), code(clinic, flow_called(library, clinic, options.flow))))


def code(clinic: Clinic, flow: str) -> str:
    """Return the payload of a clinic's link, to *flow* if it is not empty."""
    return payload(clinic.id, flow)
