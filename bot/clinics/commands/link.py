"""The commands `clinic list` and `clinic link`: the clinics, whether each is open now, and the link each can share."""

from argparse import Namespace
from datetime import UTC, datetime

from bot.clinics.commands.lookup import bot_name, checked_flow, find_clinic, load_bundle_and_registry
from bot.engine.deep_links import clinic_payload, deep_link
from bot.model.clinic import Clinic
from bot.model.opening_hours import Closed, Open, OpeningHours, status_at


def print_clinics(_: Namespace) -> None:
    """Print every clinic with its services, as people would meet them now."""
    bundle, registry = load_bundle_and_registry()
    now = datetime.fromtimestamp(bundle.environment.now or 0, UTC)
    for clinic in registry.clinics.values():
        numbers = f"{clinic.phone}, emergency {clinic.emergency_number}"
        print(f"{clinic.id}: {clinic.name}, {numbers}. {opening_status(clinic.hours, now)}")
        for offer in clinic.offers:
            print(f"  {offer.service}: {offer.phone}. {opening_status(offer.hours, now)}")
        print(f"  flows: {', '.join(clinic.flows) or 'all'}; languages: {', '.join(clinic.languages)}")


def opening_status(hours: OpeningHours, now: datetime) -> str:
    """Return whether these hours are open now, and until when, in words."""
    match status_at(hours, now):
        case Open(until):
            return f"Open until {until:%a %Y-%m-%d %H:%M %Z}" if until else "Always open"
        case Closed(opens):
            return f"Closed; opens {opens:%a %Y-%m-%d %H:%M %Z}" if opens else "Closed until further notice"


def print_link(options: Namespace) -> None:
    """Print the link of one clinic, to a flow if one was asked for."""
    bundle, registry = load_bundle_and_registry()
    clinic = find_clinic(registry, options.id)
    print(deep_link(bot_name(options, registry), link_payload(clinic, checked_flow(bundle, clinic, options.flow))))


def link_payload(clinic: Clinic, flow: str) -> str:
    """Return the payload of a clinic's link, to *flow* if it is not empty."""
    return clinic_payload(clinic.id, flow)
