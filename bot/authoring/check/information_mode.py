"""The check of information mode: tap every button in every language, and compare what people see."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from types import MappingProxyType

from bot.engine.information_mode import informing
from bot.engine.presenters.texts import Voice
from bot.engine.session import Kind, Message, Press, Session, Start
from bot.engine.step import step
from bot.model.bundle import BASE, CHOOSER, Library
from bot.model.diagnostics import Place, Problem

FILE = "content/subjects.yaml"
SIGNED = (Kind.OPENING, Kind.PAGE)  # the kinds of message that must show every warning sign
CALM = (*SIGNED, Kind.LIST, Kind.NOTE, Kind.EMERGENCY)  # the kinds it may send; an emergency only tells where to call


@dataclass(slots=True)
class Browsed:
    """Result of the check of information mode: the number of buttons, and one sentence for each fault."""

    buttons: int = 0
    wrong: tuple[str, ...] = ()

    def note(self, library: Library) -> str:
        """Return the note for a report without faults: how many buttons there are and what was checked."""
        pages, languages = len(library.pages[BASE]), len(library.languages) or 1
        return (
            f"Information mode: {self.buttons} buttons, in each of {languages} languages the same for everybody. "
            f"They ask nothing, and lead to all {pages} pages."
        )

    def problems(self) -> Iterator[Problem]:
        """Yield each fault as a diagnostic."""
        for sentence in self.wrong:
            yield Problem(Place(FILE, 1, 1), "information", sentence, "see flows/README.md")


def browsed(library: Library) -> Browsed:
    """Check that the bundle, in information mode, asks nothing and shows all people the same.

    Every button is tapped twice: in a new session, and in one that had answered every question before.
    """
    informed = informing(library, "")
    found = Browsed()
    for language in informed.languages or (BASE,):
        newcomer = Session(language=language)
        seen = _seen(informed, newcomer)
        told = [*_unlike(informed, _answered(library, newcomer), seen), *_unshown(informed, newcomer, seen)]
        found = Browsed(max(found.buttons, len(seen)), (*found.wrong, *(f"{language}: {one}" for one in told)))
    return found


def _answered(library: Library, session: Session) -> Session:
    """Return *session* with the most worrying answer to every question of every flow."""
    flows = library.flows[BASE].values()
    answers = {flow.at(asked.name): asked.options[-1].id for flow in flows for asked in flow.questions()}
    return replace(session, flow=CHOOSER, answers=MappingProxyType(answers), agreed=True, shown_emergency=True)


def _seen(bot: Library, session: Session) -> dict[str, tuple[Message, ...]]:
    """Return the messages that each reachable button shows; "" stands for the first screen."""
    seen: dict[str, tuple[Message, ...]] = {"": step(bot, session, Start()).messages}
    todo = list(seen[""])
    while todo:
        for button in todo.pop().buttons:
            if button.id not in seen:
                seen[button.id] = step(bot, session, Press(button.id)).messages
                todo += seen[button.id]
    return seen


def _unlike(bot: Library, other: Session, seen: dict[str, tuple[Message, ...]]) -> Iterator[str]:
    """Yield a sentence for each button that shows *answered_session* something else, or remembers an answer."""
    for id, messages in seen.items():
        after, again = step(bot, other, Press(id) if id else Start())
        if again != messages:
            yield f"'{id}' does not show everybody the same"
        if after.flow or after.answers or after.agreed:
            yield f"after '{id}' something is remembered of what was answered"


def _unshown(bot: Library, session: Session, seen: dict[str, tuple[Message, ...]]) -> Iterator[str]:
    """Yield a sentence for each question asked, screen without warning signs, and unreachable page."""
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
    """Whether the message shows every line of the list *signs*; the number above the list may differ by country."""
    return all(line in message.text for line in signs.splitlines() if line.startswith("- "))
