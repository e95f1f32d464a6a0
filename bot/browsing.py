"""What is promised of a bot that only informs, proved by tapping everything that can be tapped, in every language."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType

from bot.engine import step
from bot.information import informing
from bot.library import BASE, CHOOSER, Library
from bot.problem import Place, Problem
from bot.session import Kind, Message, Press, Session, Start
from bot.voice import Voice

FILE = "content/subjects.yaml"
SIGNED = (Kind.OPENING, Kind.PAGE)  # what must show every warning sign
CALM = (*SIGNED, Kind.LIST, Kind.NOTE, Kind.EMERGENCY)  # what it may say at all; an emergency only tells where to call


@dataclass(slots=True)
class Browsed:
    """What came of it: how many buttons there are, and what is wrong, a sentence each."""

    buttons: int = 0
    wrong: tuple[str, ...] = ()

    def note(self, library: Library) -> str:
        pages, languages = len(library.pages[BASE]), len(library.languages) or 1
        return (
            f"Information mode: {self.buttons} buttons, in each of {languages} languages the same for everybody. "
            f"They ask nothing, and lead to all {pages} pages."
        )

    def problems(self) -> Iterator[Problem]:
        for sentence in self.wrong:
            yield Problem(Place(FILE, 1, 1), "information", sentence, "see bot/browsing.py")


def browsed(library: Library) -> Browsed:
    """Tap on everything, as a newcomer and as somebody who had answered every question before the bot only informed."""
    bot = informing(library, "")
    found = Browsed()
    for language in bot.languages or (BASE,):
        newcomer = Session(language=language)
        seen = _seen(bot, newcomer)
        told = [*_unlike(bot, _answered(library, newcomer), seen), *_unshown(bot, newcomer, seen)]
        found = Browsed(max(found.buttons, len(seen)), (*found.wrong, *(f"{language}: {one}" for one in told)))
    return found


def _answered(library: Library, session: Session) -> Session:
    """Somebody with an answer to every question that there is: the most worrying one."""
    flows = library.flows[BASE].values()
    answers = {flow.at(asked.name): asked.options[-1].id for flow in flows for asked in flow.questions()}
    return replace(session, flow=CHOOSER, answers=MappingProxyType(answers), agreed=True, shown_emergency=True)


def _seen(bot: Library, session: Session) -> dict[str, tuple[Message, ...]]:
    """What each button shows that can be come to from the front page; "" is the front page itself."""
    seen: dict[str, tuple[Message, ...]] = {"": step(bot, session, Start()).messages}
    todo = list(seen[""])
    while todo:
        for button in todo.pop().buttons:
            if button.id not in seen:
                seen[button.id] = step(bot, session, Press(button.id)).messages
                todo += seen[button.id]
    return seen


def _unlike(bot: Library, other: Session, seen: dict[str, tuple[Message, ...]]) -> Iterator[str]:
    """Nothing is computed: what was answered before makes no difference, and nothing is remembered."""
    for id, messages in seen.items():
        after, again = step(bot, other, Press(id) if id else Start())
        if again != messages:
            yield f"'{id}' does not show everybody the same"
        if after.flow or after.answers or after.agreed:
            yield f"after '{id}' something is remembered of what was answered"


def _unshown(bot: Library, session: Session, seen: dict[str, tuple[Message, ...]]) -> Iterator[str]:
    """Nothing is asked; the signs are on the front page and on each page; and every page can be come to."""
    signs = Voice(bot, session)("warning_signs")
    for id, messages in seen.items():
        for message in messages:
            if message.kind not in CALM or message.at or message.floor:
                yield f"'{id}' asks something, or says how soon"
            if message.kind in SIGNED and not id.startswith("!language") and not _shows(message, signs):
                yield f"'{id}' does not show every warning sign"
    for page in bot.pages[BASE]:
        if f"!page:{page}" not in seen:
            yield f"no button leads to the page '{page}'"


def _shows(message: Message, signs: str) -> bool:
    """Whether every sign is there; the number above them may be that of a country."""
    return all(line in message.text for line in signs.splitlines() if line.startswith("- "))
