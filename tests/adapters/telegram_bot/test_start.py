"""Over real HTTP: what a conversation begins in is what the app, the link and the opening card said, together."""

import pytest

from bot.adapters.telegram_bot.messages.callback_data import MAX_CALLBACK_DATA_BYTES, CallbackDataCodec
from bot.authoring.loader import content_root, load_bundle
from bot.engine.deep_links import clinic_payload
from bot.engine.session import Session
from bot.model.bundle import ContentBundle
from bot.sessions.chat_record import ChatRecord
from bot.sessions.stores.memory import MemoryStore
from tests.support.clinics import EXAMPLE
from tests.support.running_bot import GO_ON, moved_on, serving
from tests.support.telegram_double import Person, Telegram

SIGNS = "Right now, do any of these fit?"


@pytest.fixture(scope="module")
def drafts() -> ContentBundle:
    """With the languages that nobody has signed yet."""
    return load_bundle(content_root(), include_drafts=True)[0]


@pytest.mark.parametrize(("tag", "greets"), [("es", "Hola"), ("es-MX", "Hola"), ("en", "Hello"), ("tlh", "Hello")])
async def test_it_begins_in_the_language_of_the_app(
    telegram: Telegram, drafts: ContentBundle, tag: str, greets: str
) -> None:
    person = telegram.person("Ana", tag)
    async with serving(telegram, drafts):
        person.starts()
        await person.sees(greets)


async def test_a_language_that_does_not_ship_is_not_begun_in(telegram: Telegram, library: ContentBundle) -> None:
    person = telegram.person("Ana", "es")
    async with serving(telegram, library):
        person.starts()
        await person.sees("Hello")


async def test_a_language_that_was_picked_stays(telegram: Telegram, drafts: ContentBundle) -> None:
    person = telegram.person("Ana", "es")
    async with serving(telegram, drafts, paced=False):
        person.starts()
        await person.sees("Hola")
        await moved_on(person, "English")
        await moved_on(person, GO_ON)
        await person.sees("What would you like help with?")
        person.starts()
        await person.sees("Hello")


async def test_a_country_that_is_picked_on_the_opening_card_keeps_the_links_flow(
    telegram: Telegram, library: ContentBundle
) -> None:
    person: Person = telegram.person("Ana")
    async with serving(telegram, library, MemoryStore(), paced=False, CLINICS=str(EXAMPLE)) as bot:
        person.starts(clinic_payload("northside", "bleeding_after_sex"))
        await person.sees("not told who you are")
        await moved_on(person, "Numbers for my country")
        await moved_on(person, "I – K")
        await moved_on(person, "Italy")
        await person.sees("Hello")
        await moved_on(person, GO_ON)
        await person.sees(SIGNS)
        kept = await bot.kept(person)
        assert kept is not None
        assert (kept.session.country, kept.session.clinic) == ("IT", "northside")


def test_every_way_that_carries_a_flow_on_fits_into_a_button(library: ContentBundle) -> None:
    """However long the names are: a short one stands for what would not fit, and is understood."""
    place = Session(language="en", country="GB", clinic="c" * 32)
    guest, buttons = ChatRecord(session=place), CallbackDataCodec(library)
    for flow in library.entry_flows:
        for way in ("!go_on", "!countries:", "!countries:7", "!country:GB", "!languages", "!language:en"):
            data = buttons.encode(guest, f"{way}:{flow}")
            assert len(data.encode()) <= MAX_CALLBACK_DATA_BYTES
            assert buttons.decode(guest, data).button_id == f"{way}:{flow}"
            assert buttons.decode(guest, data).session_before_consent == place


async def test_another_language_in_the_middle_is_the_same_card_and_keeps_the_answers(
    telegram: Telegram, drafts: ContentBundle
) -> None:
    """By the list of languages, where a card is the last message: it turns in place, and what was answered stands."""
    person = telegram.person("Ana", "en")
    async with serving(telegram, drafts, paced=False) as served:
        person.starts()
        for label in (GO_ON, "Bleeding after sex"):
            await moved_on(person, label)
        person.writes("/language")
        await person.sees("Choose your language.")
        await served.idle()
        card = person.card
        await moved_on(person, "Español")
        await served.idle()
        assert card
        assert person.card
        assert person.card.id == card.id
        assert "Ahora mismo" in person.card.text
        assert sum("Atrás" in message.labels or "Back" in message.labels for message in person.screen) == 1
        assert await served.answers(person) == {"topic": "bleeding"}


async def test_a_country_in_the_middle_is_the_same_card_and_keeps_the_answers(
    telegram: Telegram, drafts: ContentBundle
) -> None:
    person = telegram.person("Ana", "en")
    async with serving(telegram, drafts, paced=False) as served:
        person.starts()
        for label in (GO_ON, "Bleeding after sex"):
            await moved_on(person, label)
        person.writes("/country ireland")
        card = await person.sees("I will show the numbers for Ireland.")
        await served.idle()
        assert SIGNS in card.text
        assert sum("Back" in message.labels for message in person.screen) == 1
        assert await served.answers(person) == {"topic": "bleeding"}
