"""Snapshot of a conversation: the bundle, one person's session, and the state that their answers lead to."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from bot.engine.interpreter import Walker, walk
from bot.engine.presenters.ending import ending
from bot.engine.presenters.phone_numbers import cards
from bot.engine.presenters.question import act, card, emergency, forced_emergency, opening, question_card, question_text
from bot.engine.presenters.texts import Voice
from bot.engine.red_flag_monitor import is_emergency, tripped
from bot.engine.session import Kind, Message, Session
from bot.model.bundle import Library
from bot.model.flow import Question

PASSING = (
    "earlier_question",
    "nothing_open",
    "nothing_back",
    "not_here",
    "language_set",
    "country_set",
    "feedback_thanks",
)  # notes that need not stay on a screen
NOTE_TOOLS = {
    "offer_help": ("help_now",),
    "worried": ("help_now",),
    "no_fault": ("help_now",),
    "not_understood_again": ("help", "stop", "help_now"),
}


class Reply(NamedTuple):
    """Result of one step: the next session, and the messages to send."""

    session: Session
    messages: tuple[Message, ...]


class Talk:
    """Bundle, session and the replay of its answers. Immutable: every change makes another snapshot.

    The answers are replayed once, when the interpreter is first asked for.
    """

    def __init__(self, library: Library, session: Session) -> None:
        self.library, self.session = library, session

    def but(self, **changes: Any) -> "Talk":
        """Return a snapshot whose session differs in the fields *changes*."""
        return Talk(self.library, replace(self.session, **changes))

    def with_answers(self, answers: Mapping[str, str], **changes: Any) -> "Talk":
        """Return a snapshot whose session has these *answers* and differs in the fields *changes*."""
        return self.but(answers=MappingProxyType(dict(answers)), **changes)

    @cached_property
    def voice(self) -> Voice:
        """The texts in this person's language, filled for their country and clinic."""
        return Voice(self.library, self.session)

    @cached_property
    def walker(self) -> Walker:
        """The interpreter after the replay of the answers; a fresh one where no flow has begun."""
        session = self.session
        if not session.flow:
            return Walker(self.library, session.language)
        walker = walk(self.library, session.flow, session.answers, session.language, session.walked)
        object.__setattr__(session, "walked", walker)  # a cache, and no part of the session's value
        return walker

    def entrance(self, flow: str = "") -> str:
        """Return the flow that a start leads to: the one asked for, else the clinic's only one, else the chooser."""
        clinic = self.voice.clinic
        return self.library.entrance(flow or (clinic.entrance("") if clinic else ""))

    @property
    def open(self) -> Question | None:
        """The open question, if there is one."""
        return self.walker.question if self.session.flow else None

    @property
    def asked(self) -> Question | None:
        """The question on the screen: the one that is being changed, else the open one."""
        return self.voice.question_at(self.session.changing) if self.session.changing else self.open

    @property
    def at(self) -> str:
        """The state on the screen as `flow.state`: the question being changed, else where the answers lead."""
        return self.session.changing or (self.walker.at if self.session.flow else "")

    @property
    def reads(self) -> bool:
        """Whether typed words may search the pages: once a flow has begun, and never on an emergency screen.

        Where the whole bot only informs they always may.
        """
        return self.library.information or (bool(self.session.flow) and not is_emergency(self.walker))

    def way_in(self, kind: Kind) -> tuple[str, ...]:
        """Return the commands that lead on from an info message of *kind*, where no flow has begun.

        An emergency has none.
        """
        if self.library.information:
            return ("all_pages",) if kind is Kind.NOTE else ()
        return ("start_now",) if kind is not Kind.EMERGENCY else ()

    # ---- messages

    def says(self, *messages: Message) -> Reply:
        """Return *messages* as the reply, with the session as it is."""
        return Reply(self.session, messages)

    def again(self, *phrases: str) -> Reply:
        """Reply with the notes *phrases*, then the current message; an emergency also gets its phone numbers.

        So no reply is without a message.
        """
        stands = self.stands()
        calls = cards(self.voice, self.walker) if stands.kind is Kind.EMERGENCY else ()
        return self.says(*map(self.note, phrases), stands, *calls)

    def note(self, phrase: str) -> Message:
        """Return the phrase *phrase* as a note, with the buttons that belong to it."""
        tools = act(self.voice, *NOTE_TOOLS.get(phrase, ()))
        return Message(self.voice(phrase), Kind.NOTE, (), tools, passing=phrase in PASSING)

    def stands(self) -> Message:
        """Return the message of the current state: the opening, a question, an ending or an emergency."""
        if not self.session.flow:
            return opening(self.voice, self.entrance())
        if tripped(self.walker):
            return forced_emergency(self.voice, self.walker)
        if self.session.changing and (question := self.asked):
            changed = question_card(self.voice, self.session.changing, question, *self._before(question))
            return replace(changed, lead=self.voice("changing"))
        if self.walker.question:
            return card(self.voice, self.walker)
        return (emergency if is_emergency(self.walker) else ending)(self.voice, self.walker)

    def left(self, answer: str) -> str:
        """Return the text of the question on the screen with its *answer*; empty where no question is shown."""
        question = None if self.session.flow and tripped(self.walker) else self.asked
        option = question.option(answer) if question else None
        if not question or not option:
            return ""
        text = question_text(self.voice, question, *self._before(question))
        return f"{text}\n\n✓ {option.text or self.voice(option.id)}"

    def _before(self, question: Question) -> tuple[str, ...]:
        """Return the texts above the question on the screen: what led to it, or the earlier answer to it."""
        if not self.session.changing:
            return tuple(map(self.voice.fill, self.walker.spoken))
        option = question.option(self.session.answers.get(self.session.changing, ""))
        return (self.voice("your_answer_was", answer=option.text or self.voice(option.id)),) if option else ()

    def settles(self, *phrases: str) -> Reply:
        """Go on to the next turn after a change, and reply with the notes *phrases* and the current message.

        An emergency is remembered; at any other ending the answers that are off the path are dropped.
        """
        talk = self.but(turn=self.session.turn + 1, misses=0)
        if is_emergency(talk.walker):
            talk = talk.but(shown_emergency=True)
        elif talk.walker.outcome:
            talk = talk.with_answers(talk.walker.answers)
        return talk.again(*phrases)
