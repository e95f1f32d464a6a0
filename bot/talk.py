"""One moment of a conversation: what was written, what one person has said, and so where they stand."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

from bot.calling import cards
from bot.endings import ending
from bot.flow import Question
from bot.library import Library
from bot.session import Kind, Message, Session
from bot.speaking import act, card, emergency, forced_emergency, opening, question_card, question_text
from bot.tripwire import is_emergency, tripped
from bot.voice import Voice
from bot.walker import Walker, walk

PASSING = (
    "earlier_question",
    "nothing_open",
    "nothing_back",
    "not_here",
    "language_set",
    "country_set",
    "feedback_thanks",
)  # lines that need not stay on a screen
NOTE_TOOLS = {
    "offer_help": ("help_now",),
    "worried": ("help_now",),
    "no_fault": ("help_now",),
    "not_understood_again": ("help", "stop", "help_now"),
}


class Reply(NamedTuple):
    session: Session
    messages: tuple[Message, ...]


class Talk:
    """Never changed: what happens makes another one. The walk is walked once, when it is first asked for."""

    def __init__(self, library: Library, session: Session) -> None:
        self.library, self.session = library, session

    def but(self, **changes: Any) -> "Talk":
        """The same, but for some fields of its session."""
        return Talk(self.library, replace(self.session, **changes))

    def with_answers(self, answers: Mapping[str, str], **changes: Any) -> "Talk":
        return self.but(answers=MappingProxyType(dict(answers)), **changes)

    @cached_property
    def voice(self) -> Voice:
        return Voice(self.library, self.session)

    @cached_property
    def walker(self) -> Walker:
        """Where the answers lead; a walker that has not set out where nothing has begun."""
        session = self.session
        if not session.flow:
            return Walker(self.library, session.language)
        walker = walk(self.library, session.flow, session.answers, session.language, session.walked)
        object.__setattr__(session, "walked", walker)  # a memory, and no part of what the session is
        return walker

    def entrance(self, flow: str = "") -> str:
        """The flow that a start leads to: the one asked for, else the only one of the clinic, else the chooser."""
        clinic = self.voice.clinic
        return self.library.entrance(flow or (clinic.entrance("") if clinic else ""))

    @property
    def open(self) -> Question | None:
        """The open question, if one is."""
        return self.walker.question if self.session.flow else None

    @property
    def asked(self) -> Question | None:
        """The question on the screen: the one that is being changed, else the open one."""
        return self.voice.question_at(self.session.changing) if self.session.changing else self.open

    @property
    def at(self) -> str:
        """What that question is called: `flow.state`."""
        return self.session.changing or (self.walker.at if self.session.flow else "")

    @property
    def reads(self) -> bool:
        """Whether words may ask for something to read: once it has begun, and never on an emergency screen."""
        return self.library.information or (bool(self.session.flow) and not is_emergency(self.walker))

    def way_in(self, kind: Kind) -> tuple[str, ...]:
        """What leads on from something that was read before anything has begun; nothing beside an emergency."""
        if self.library.information:
            return ("all_pages",) if kind is Kind.NOTE else ()
        return ("start_now",) if kind is not Kind.EMERGENCY else ()

    # ---- saying

    def says(self, *messages: Message) -> Reply:
        return Reply(self.session, messages)

    def again(self, *phrases: str) -> Reply:
        """Say *phrases*, then what stands: the open question, or what ended it all. Nobody is left without a word."""
        stands = self.stands()
        calls = cards(self.voice, self.walker) if stands.kind is Kind.EMERGENCY else ()
        return self.says(*map(self.note, phrases), stands, *calls)

    def note(self, phrase: str) -> Message:
        tools = act(self.voice, *NOTE_TOOLS.get(phrase, ()))
        return Message(self.voice(phrase), Kind.NOTE, (), tools, passing=phrase in PASSING)

    def stands(self) -> Message:
        """What stands on the screen, said again."""
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
        """The question on the screen, and what was answered to it; nothing where the screen shows none."""
        question = None if self.session.flow and tripped(self.walker) else self.asked
        option = question.option(answer) if question else None
        if not question or not option:
            return ""
        text = question_text(self.voice, question, *self._before(question))
        return f"{text}\n\n✓ {option.text or self.voice(option.id)}"

    def _before(self, question: Question) -> tuple[str, ...]:
        """What stands above the question on the screen: what led to it, or what was answered to it before."""
        if not self.session.changing:
            return tuple(map(self.voice.fill, self.walker.spoken))
        option = question.option(self.session.answers.get(self.session.changing, ""))
        return (self.voice("your_answer_was", answer=option.text or self.voice(option.id)),) if option else ()

    def settles(self, *phrases: str) -> Reply:
        """After something changed: one turn on, an emergency remembered, answers off the path dropped at an ending."""
        talk = self.but(turn=self.session.turn + 1, misses=0)
        if is_emergency(talk.walker):
            talk = talk.but(shown_emergency=True)
        elif talk.walker.outcome:
            talk = talk.with_answers(talk.walker.answers)
        return talk.again(*phrases)
