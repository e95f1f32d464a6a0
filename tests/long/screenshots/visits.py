"""The ways that lead past every kind of screen, and the chat as it stands at each of them.

A step is what somebody does: `/command`, `"words"`, or a button's id, which is the same in every language. A step that
is a pair is a screen to be kept, under the name before it.
"""

from collections.abc import AsyncIterator, Iterable

from bot.engine.deep_links import clinic_payload
from bot.model.bundle import ContentBundle
from bot.sessions.stores.memory import MemoryStore
from tests.support.paths import ROOT
from tests.support.running_bot import RunningBot, serving
from tests.support.telegram_double import Person, Telegram
from tests.support.telegram_double.chats import Message

Step = str | tuple[str, str]
CLINICS = ROOT / "content" / "clinics.example.yaml"

OWN = "own"  # the language of somebody's app
FROM_THE_START: tuple[Step, ...] = (
    ("opening", "/start"),
    ("country", "!countries"),
    ("country-part", "!countries:7"),
    ("opening-country", "/country GB"),
    ("language", "/language"),
    f"!language:{OWN}",
    ("sensitive", "!go_on"),
    ("why-sensitive", "!why"),
    ("long-question", "bleeding"),
    ("why", "!why"),
    ("explain", "!explain"),
    ("help", "!help"),
    ("privacy", "/privacy"),
    ("not-understood", '"banana"'),
    ("alarm", '"I want to die"'),
    ("resume", "/start"),
    ("urgent", "/urgent"),
)
TO_AN_EMERGENCY: tuple[Step, ...] = (
    "/start",
    "!go_on",
    "bleeding",
    ("emergency", "yes"),
    ("emergency-country", "!countries"),
    "!countries:2",
    ("emergency-number", "!country"),
    ("staff", "!staff"),
    ("mistake", "!mistake"),
)
TO_AN_ENDING: tuple[Step, ...] = (
    "/start",
    "!go_on",
    "semen",
    *("no", "no", "age_30_44"),
    ("short-question", "no"),
    ("review", "!review"),
    "!resume",
    "no",
    ("ending", "more"),
    ("page", "!page"),
    ("page-list", "!all_pages"),
    ("summary", "!summary"),
    ("summary-private", "!summary:private"),
    ("glossary", "/help"),
    ("stopped", "/stop"),
)
ABOUT_SOMEBODY: tuple[Step, ...] = ("/start", "!go_on", ("about", "someone_else"))
BY_A_LINK: tuple[Step, ...] = (("link-greeting", f"/start {clinic_payload('northside', 'bleeding_after_sex')}"),)
A_CHILD: tuple[Step, ...] = ("/start", "!go_on", "someone_else", ("child", "child"))
TOPICS = (FROM_THE_START, TO_AN_EMERGENCY, TO_AN_ENDING, ABOUT_SOMEBODY, BY_A_LINK, A_CHILD)


def id_of(data: str) -> str:
    """The id of a button, whoever it was signed for: see bot.adapters.telegram_bot.messages.callback_data."""
    guest = data.startswith("g.")
    return data.split(".", 4 if guest else 2)[-1]


def pressed(person: Person, id: str) -> None:
    """Tap the last button with that *id* that can be seen."""
    for message in reversed(person.screen):
        for button in message.buttons:
            found = id_of(button.get("callback_data", ""))
            if found == id or found.startswith(f"{id}:"):
                person.forges(button["callback_data"], message)
                return
    raise AssertionError(f"no button {id!r}. The chat so far:\n{person.transcript()}")


async def done(bot: RunningBot, person: Person, step: str) -> None:
    """Do one *step*, a second after the last, and wait until the bot has dealt with it."""
    bot.telegram.clock.advance(2)
    match step[0]:
        case "/":
            person.writes(step)
        case '"':
            person.writes(step.strip('"'))
        case _:
            pressed(person, step.replace(OWN, person.user.language_code))
    await bot.idle()


async def seen(
    library: ContentBundle, language: str, visits: Iterable[Iterable[Step]] = TOPICS
) -> dict[str, list[Message]]:
    """The chat at every screen of the *visits* of people whose app speaks *language*."""
    async with (
        Telegram(seed=1) as telegram,
        serving(telegram, library, MemoryStore(), paced=False, CLINICS=str(CLINICS)) as bot,
    ):
        found: dict[str, list[Message]] = {}
        for visit in visits:
            async for name, chat in _kept(bot, telegram.person("Ana", language), visit):
                found[name] = chat
        return found


async def _kept(bot: RunningBot, person: Person, visit: Iterable[Step]) -> AsyncIterator[tuple[str, list[Message]]]:
    for step in visit:
        name, step = step if isinstance(step, tuple) else ("", step)
        await done(bot, person, step)
        if name:
            yield name, [message.copy() for message in person.screen]
