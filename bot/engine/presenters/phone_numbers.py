"""Presenter of phone numbers: each in a message of its own, with a button that copies what has to be dialled.

Telegram refuses links that call. In its adapter a number in international form is a card, which a tap calls.
"""

from collections.abc import Iterator

from bot.engine.interpreter import Interpreter
from bot.engine.presenters.clinic_services import matching_offers
from bot.engine.presenters.texts import HELPLINE_PURPOSES, Texts
from bot.engine.session import Button, Message, MessageKind
from bot.model.urgency import Urgency

MAX_CONTACTS_SHOWN = 4  # contacts shown at once
NamedNumber = tuple[str, str]  # whose it is, and what to dial


def contact_messages(texts: Texts, interpreter: Interpreter) -> tuple[Message, ...]:
    """Return the contacts to call: the emergency number first, where one is known, then helplines and the clinic."""
    names_by_number = {number: name for name, number in (*_emergency_number(texts), *other_numbers(texts, interpreter))}
    return tuple(
        _contact_message(texts, name, number) for number, name in list(names_by_number.items())[:MAX_CONTACTS_SHOWN]
    )


def _contact_message(texts: Texts, name: str, number: str) -> Message:
    """Return one contact message with a button that copies its number."""
    copy_button = Button("!copy", texts("copy_number"), copy_text=number)
    return Message(name, MessageKind.CONTACT, (), (copy_button,), phone=number)


def _emergency_number(texts: Texts) -> Iterator[NamedNumber]:
    """Yield the first emergency number, where one is known."""
    for number in texts.local_emergency_numbers[:1]:
        yield texts("card_emergency"), number


def other_numbers(texts: Texts, interpreter: Interpreter) -> list[NamedNumber]:
    """Return every number besides that of emergencies."""
    return [*_helpline_numbers(texts, interpreter), *_clinic_numbers(texts, interpreter)]


def _helpline_numbers(texts: Texts, interpreter: Interpreter) -> Iterator[NamedNumber]:
    """Yield the helplines that the texts so far mention; before any ending also the crisis line."""
    outcome = interpreter.outcome if interpreter.frames else None
    said = [
        *interpreter.texts_since_answer,
        *interpreter.advice,
        *((outcome.say, outcome.safety_net) if outcome else ("{crisis_line}",)),
    ]
    for placeholder, purpose in HELPLINE_PURPOSES.items():
        if any(f"{{{placeholder}}}" in text for text in said):
            helpline = texts.phone_directory.find_helpline(purpose, texts.country_code)
            if number := helpline.international_number or helpline.number:
                yield helpline.name, number


def _clinic_numbers(texts: Texts, interpreter: Interpreter) -> Iterator[NamedNumber]:
    """Yield the clinic's services for this ending, else its own phone; nothing in an emergency."""
    clinic = texts.clinic
    if clinic is None or interpreter.floor.urgency is Urgency.EMERGENCY:
        return
    offers = matching_offers(clinic, texts.bundle.services.values(), interpreter.floor, interpreter.collected_pages)
    yield from ((f"{clinic.name}: {texts(f'service_{offer.service}')}", offer.phone) for offer in offers)
    if not offers:
        yield clinic.name, clinic.phone
