"""The check of information mode: tap every button in every language, and compare what people see."""

from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from bot.engine.information_mode import information_bundle
from bot.engine.presenters.texts import Texts
from bot.engine.session import ButtonPress, Message, MessageKind, Session, Start
from bot.engine.step import step
from bot.model.bundle import BASE_LANGUAGE, CHOOSER_FLOW, ContentBundle
from bot.model.diagnostics import Diagnostic, SourceLocation

SUBJECTS_FILE = "content/subjects.yaml"
KINDS_WITH_WARNING_SIGNS = (
    MessageKind.OPENING,
    MessageKind.PAGE,
)  # the kinds of message that must show every warning sign
ALLOWED_KINDS = (
    *KINDS_WITH_WARNING_SIGNS,
    MessageKind.LIST,
    MessageKind.NOTE,
    MessageKind.EMERGENCY,
)  # the kinds it may send; an emergency only tells where to call


@dataclass(slots=True)
class InformationModeResult:
    """Result of the check of information mode: the number of buttons, and one sentence for each fault."""

    button_count: int = 0
    faults: tuple[str, ...] = ()

    def note(self, bundle: ContentBundle) -> str:
        """Return the note for a report without faults: how many buttons there are and what was checked."""
        pages, languages = len(bundle.pages[BASE_LANGUAGE]), len(bundle.languages) or 1
        return (
            f"Information mode: {self.button_count} buttons, in each of {languages} languages the same for everybody. "
            f"They ask nothing, and lead to all {pages} pages."
        )

    def diagnostics(self) -> Iterator[Diagnostic]:
        """Yield each fault as a diagnostic."""
        for sentence in self.faults:
            yield Diagnostic(SourceLocation(SUBJECTS_FILE, 1, 1), "information", sentence, "see flows/README.md")


def check_information_mode(bundle: ContentBundle) -> InformationModeResult:
    """Check that the bundle, in information mode, asks nothing and shows all people the same.

    Every button is tapped twice: in a new session, and in one that had answered every question before.
    """
    informing_bundle = information_bundle(bundle, "")
    result = InformationModeResult()
    for language in informing_bundle.languages or (BASE_LANGUAGE,):
        newcomer = Session(language=language)
        messages_by_button = _messages_of_buttons(informing_bundle, newcomer)
        faults = [
            *_personal_differences(informing_bundle, _with_worst_answers(bundle, newcomer), messages_by_button),
            *_content_faults(informing_bundle, newcomer, messages_by_button),
        ]
        result = InformationModeResult(
            max(result.button_count, len(messages_by_button)),
            (*result.faults, *(f"{language}: {fault}" for fault in faults)),
        )
    return result


def _with_worst_answers(bundle: ContentBundle, session: Session) -> Session:
    """Return *session* with the most worrying answer to every question of every flow."""
    flows = bundle.flows[BASE_LANGUAGE].values()
    answers = {
        flow.full_name(question.name): question.options[-1].id for flow in flows for question in flow.questions()
    }
    return session.with_changes(
        flow=CHOOSER_FLOW, answers=MappingProxyType(answers), consented=True, shown_emergency=True
    )


def _messages_of_buttons(bundle: ContentBundle, session: Session) -> dict[str, tuple[Message, ...]]:
    """Return the messages that each reachable button shows; "" stands for the first screen."""
    messages_by_button: dict[str, tuple[Message, ...]] = {"": step(bundle, session, Start()).messages}
    pending = list(messages_by_button[""])
    while pending:
        for button in pending.pop().buttons:
            if button.id not in messages_by_button:
                messages_by_button[button.id] = step(bundle, session, ButtonPress(button.id)).messages
                pending += messages_by_button[button.id]
    return messages_by_button


def _personal_differences(
    bundle: ContentBundle, answered_session: Session, messages_by_button: dict[str, tuple[Message, ...]]
) -> Iterator[str]:
    """Yield a sentence for each button that shows *answered_session* something else, or remembers an answer."""
    for button_id, messages in messages_by_button.items():
        after, other_messages = step(bundle, answered_session, ButtonPress(button_id) if button_id else Start())
        if other_messages != messages:
            yield f"'{button_id}' does not show everybody the same"
        if after.flow or after.answers or after.consented:
            yield f"after '{button_id}' something is remembered of what was answered"


def _content_faults(
    bundle: ContentBundle, session: Session, messages_by_button: dict[str, tuple[Message, ...]]
) -> Iterator[str]:
    """Yield a sentence for each question asked, screen without warning signs, and unreachable page."""
    signs = Texts(bundle, session)("warning_signs")
    for button_id, messages in messages_by_button.items():
        for message in messages:
            if message.kind not in ALLOWED_KINDS or message.state_id or message.floor:
                yield f"'{button_id}' asks something, or says how soon"
            if (
                message.kind in KINDS_WITH_WARNING_SIGNS
                and not button_id.startswith("!language")
                and not _shows_all_signs(message, signs)
            ):
                yield f"'{button_id}' does not show every warning sign"
    for page in bundle.pages[BASE_LANGUAGE]:
        if f"!page:{page}" not in messages_by_button:
            yield f"no button leads to the page '{page}'"


def _shows_all_signs(message: Message, signs: str) -> bool:
    """Whether the message shows every line of the list *signs*; the number above the list may differ by country."""
    return all(line in message.text for line in signs.splitlines() if line.startswith("- "))
