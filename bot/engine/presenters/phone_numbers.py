"""Presenter of phone numbers: each in a message of its own, with a button that copies what has to be dialled.

Telegram refuses links that call. In its adapter a number in international form is a card, which a tap calls.
"""

from collections.abc import Iterator

from bot.engine.interpreter import Walker
from bot.engine.presenters.clinic_services import fitting
from bot.engine.presenters.texts import HELPLINES, Voice
from bot.engine.session import Button, Kind, Message
from bot.model.urgency import Urgency

MOST = 4  # contacts shown at once
Number = tuple[str, str]  # whose it is, and what to dial


def cards(voice: Voice, walker: Walker) -> tuple[Message, ...]:
    """Return the contacts to call: the emergency number first, where one is known, then helplines and the clinic."""
    named = {number: name for name, number in (*_emergency(voice), *others(voice, walker))}
    return tuple(_card(voice, name, number) for number, name in list(named.items())[:MOST])


def _card(voice: Voice, name: str, number: str) -> Message:
    """Return one contact message with a button that copies its number."""
    copy = Button("!copy", voice("copy_number"), copy=number)
    return Message(name, Kind.CONTACT, (), (copy,), phone=number)


def _emergency(voice: Voice) -> Iterator[Number]:
    """Yield the first emergency number, where one is known."""
    for number in voice.numbers[:1]:
        yield voice("card_emergency"), number


def others(voice: Voice, walker: Walker) -> list[Number]:
    """Return every number besides that of emergencies."""
    return [*_helplines(voice, walker), *_clinic(voice, walker)]


def _helplines(voice: Voice, walker: Walker) -> Iterator[Number]:
    """Yield the helplines that the texts so far mention; before any ending also the crisis line."""
    outcome = walker.outcome if walker.frames else None
    said = [*walker.spoken, *walker.advice, *((outcome.say, outcome.safety_net) if outcome else ("{crisis_line}",))]
    for placeholder, purpose in HELPLINES.items():
        if any(f"{{{placeholder}}}" in text for text in said):
            line = voice.places.helpline(purpose, voice.place)
            if number := line.international or line.number:
                yield line.name, number


def _clinic(voice: Voice, walker: Walker) -> Iterator[Number]:
    """Yield the clinic's services for this ending, else its own phone; nothing in an emergency."""
    clinic = voice.clinic
    if clinic is None or walker.floor.urgency is Urgency.EMERGENCY:
        return
    offers = fitting(clinic, voice.library.services.values(), walker.floor, walker.learned)
    yield from ((f"{clinic.name}: {voice(f'service_{offer.service}')}", offer.phone) for offer in offers)
    if not offers:
        yield clinic.name, clinic.phone
