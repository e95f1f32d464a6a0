"""Snapshot of a conversation: the bundle, one person's session, and the state that their answers lead to."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from bot.engine.interpreter import Interpreter, replay
from bot.engine.presenters.buttons import command_buttons
from bot.engine.presenters.emergency import emergency_message, forced_emergency_message
from bot.engine.presenters.ending import ending_message
from bot.engine.presenters.opening import opening_message
from bot.engine.presenters.phone_numbers import contact_messages
from bot.engine.presenters.question import open_question_message, question_message, question_text, shown_question
from bot.engine.presenters.texts import Texts
from bot.engine.red_flag_monitor import is_emergency, unmet_red_flag
from bot.engine.session import Message, MessageKind, Session
from bot.model.bundle import ContentBundle
from bot.model.flow import Question

TRANSIENT_NOTES = (
    "earlier_question",
    "nothing_open",
    "nothing_back",
    "not_here",
    "language_set",
    "country_set",
    "feedback_thanks",
)  # notes that need not stay on a screen
NOTE_COMMANDS = {
    "offer_help": ("help_now",),
    "worried": ("help_now",),
    "no_fault": ("help_now",),
    "not_understood_again": ("help", "stop", "help_now"),
}


class Reply(NamedTuple):
    """Result of one step: the next session, and the messages to send."""

    session: Session
    messages: tuple[Message, ...]


class Snapshot:
    """Bundle, session and the replay of its answers. Immutable: every change makes another snapshot.

    The answers are replayed once, when the interpreter is first asked for.
    """

    def __init__(self, bundle: ContentBundle, session: Session) -> None:
        self.bundle, self.session = bundle, session

    def with_session(self, **changes: Any) -> "Snapshot":
        """Return a snapshot whose session differs in the fields *changes*."""
        return Snapshot(self.bundle, self.session.with_changes(**changes))

    def with_answers(self, answers: Mapping[str, str], **changes: Any) -> "Snapshot":
        """Return a snapshot whose session has these *answers* and differs in the fields *changes*."""
        return self.with_session(answers=MappingProxyType(dict(answers)), **changes)

    @cached_property
    def texts(self) -> Texts:
        """The texts in this person's language, filled for their country and clinic."""
        return Texts(self.bundle, self.session)

    @cached_property
    def interpreter(self) -> Interpreter:
        """The interpreter after the replay of the answers; a fresh one where no flow has begun."""
        session = self.session
        if not session.flow:
            return Interpreter(self.bundle, session.language)
        interpreter = replay(self.bundle, session.flow, session.answers, session.language, session.cached_interpreter)
        session.cache_interpreter(interpreter)
        return interpreter

    def entry_flow(self, flow: str = "") -> str:
        """Return the flow that a start leads to: the one asked for, else the clinic's only one, else the chooser."""
        clinic = self.texts.clinic
        return self.bundle.entry_flow(flow or (clinic.entry_flow("") if clinic else ""))

    @property
    def open_question(self) -> Question | None:
        """The open question, if there is one."""
        return self.interpreter.question if self.session.flow else None

    @property
    def shown_question(self) -> Question | None:
        """The question on the screen: the one that is being changed, else the open one."""
        return shown_question(self.texts, self.interpreter)

    @property
    def shown_state_id(self) -> str:
        """The state on the screen as `flow.state`: the question being changed, else where the answers lead."""
        return self.session.changing or (self.interpreter.state_id if self.session.flow else "")

    @property
    def can_search_pages(self) -> bool:
        """Whether typed words may search the pages: once a flow has begun, and never on an emergency screen.

        Where the whole bot only informs they always may.
        """
        return self.bundle.information_only or (bool(self.session.flow) and not is_emergency(self.interpreter))

    def onward_commands(self, kind: MessageKind) -> tuple[str, ...]:
        """Return the commands that lead on from an info message of *kind*, where no flow has begun.

        An emergency has none.
        """
        if self.bundle.information_only:
            return ("all_pages",) if kind is MessageKind.NOTE else ()
        return ("start_now",) if kind is not MessageKind.EMERGENCY else ()

    # ---- messages

    def reply(self, *messages: Message) -> Reply:
        """Return *messages* as the reply, with the session as it is."""
        return Reply(self.session, messages)

    def repeat(self, *phrases: str) -> Reply:
        """Reply with the notes *phrases*, then the current message; an emergency also gets its phone numbers.

        So no reply is without a message.
        """
        current = self.current_message()
        contacts = contact_messages(self.texts, self.interpreter) if current.kind is MessageKind.EMERGENCY else ()
        return self.reply(*map(self.note, phrases), current, *contacts)

    def note(self, phrase: str) -> Message:
        """Return the phrase *phrase* as a note, with the buttons that belong to it."""
        tools = command_buttons(self.texts, *NOTE_COMMANDS.get(phrase, ()))
        return Message(self.texts(phrase), MessageKind.NOTE, (), tools, transient=phrase in TRANSIENT_NOTES)

    def current_message(self) -> Message:
        """Return the message of the current state: the opening, a question, an ending or an emergency."""
        if not self.session.flow:
            return opening_message(self.texts, self.entry_flow())
        if unmet_red_flag(self.interpreter):
            return forced_emergency_message(self.texts, self.interpreter)
        if self.session.changing and (question := self.shown_question):
            changed = question_message(self.texts, self.session.changing, question, *self._texts_above(question))
            return replace(changed, lead=self.texts("changing"))
        if self.interpreter.question:
            return open_question_message(self.texts, self.interpreter)
        return (emergency_message if is_emergency(self.interpreter) else ending_message)(self.texts, self.interpreter)

    def answered_text(self, answer: str) -> str:
        """Return the text of the question on the screen with its *answer*; empty where no question is shown."""
        question = None if self.session.flow and unmet_red_flag(self.interpreter) else self.shown_question
        option = question.option(answer) if question else None
        if not question or not option:
            return ""
        text = question_text(self.texts, question, *self._texts_above(question))
        return f"{text}\n\n✓ {option.text or self.texts(option.id)}"

    def _texts_above(self, question: Question) -> tuple[str, ...]:
        """Return the texts above the question on the screen: what led to it, or the earlier answer to it."""
        if not self.session.changing:
            return tuple(map(self.texts.fill, self.interpreter.texts_since_answer))
        option = question.option(self.session.answers.get(self.session.changing, ""))
        return (self.texts("your_answer_was", answer=option.text or self.texts(option.id)),) if option else ()

    def advance(self, *phrases: str) -> Reply:
        """Go on to the next turn after a change, and reply with the notes *phrases* and the current message.

        An emergency is remembered; at any other ending the answers that are off the path are dropped.
        """
        snapshot = self.with_session(turn=self.session.turn + 1, unmatched=0)
        if is_emergency(snapshot.interpreter):
            snapshot = snapshot.with_session(shown_emergency=True)
        elif snapshot.interpreter.outcome:
            snapshot = snapshot.with_answers(snapshot.interpreter.answers)
        return snapshot.repeat(*phrases)
