"""People as Hypothesis imagines them: what they press and type, well or badly, in every order."""

import os
from collections.abc import Iterable

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from bot.authoring.loader import content_root, load_bundle
from bot.engine.interpreter import Interpreter, replay
from bot.engine.session import COMMAND_PREFIX, ButtonPress, Event, Message, MessageKind, Session, Start, TypedText
from bot.engine.step import step
from bot.model.bundle import BASE_LANGUAGE
from bot.model.flow import Question

LIBRARY = load_bundle(content_root())[0]  # strategies are made before fixtures are
PHRASES = LIBRARY.phrases[BASE_LANGUAGE]
TERMS = LIBRARY.terms()
FLOWS = sorted(LIBRARY.flows[BASE_LANGUAGE])
QUESTIONS = {flow.full_name(q.name): q for flow in LIBRARY.flows[BASE_LANGUAGE].values() for q in flow.questions()}
IDS = sorted({option.id for question in QUESTIONS.values() for option in question.options})
DOINGS = (
    "back change mistake why explain help urgent privacy page more_pages all_pages countries country review summary"
)
DOINGS += " subject titles staff stop delete hide restart resume go_on term glossary nothing_like_this"
ARGUMENTS = [
    *QUESTIONS,
    *LIBRARY.pages[BASE_LANGUAGE],
    *FLOWS,
    "GB",
    "XX",
    "france",
    "coil",
    "",
    ":",
    "no.such",
    "safety.",
]

EXAMPLES = int(os.environ.get("EXAMPLES", "25"))  # EXAMPLES=1000 for a long look
promised = settings(
    max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)


# ---- people, good and bad

typed = st.one_of(
    st.sampled_from(
        ["yes", "no", "not sure", "1", "2", "a", "back", "why", "what", "help", "change", "stop?", "i need help"]
    ),
    st.sampled_from([word for words in PHRASES.words.values() for word in words]),
    st.sampled_from([option.text for question in QUESTIONS.values() for option in question.options if option.text]),
    st.text(max_size=20),
    st.sampled_from(["", " ", "/x", "{emergency_number}", "\x00", "\u200f", "🩸", "!stop", "%s", "9" * 4000]),
).map(TypedText)
turns = st.one_of(st.none(), st.integers(-1, 40))
doings = st.builds(
    lambda name, argument, turn: ButtonPress(f"{COMMAND_PREFIX}{name}:{argument}".rstrip(":"), turn),
    st.sampled_from(DOINGS.split()),
    st.sampled_from(ARGUMENTS),
    turns,
)
old_or_foreign = st.builds(ButtonPress, st.one_of(st.sampled_from(IDS), st.text(max_size=8)), turns)
starts = st.builds(
    Start,
    st.sampled_from([*FLOWS, "", "no_such"]),
    st.sampled_from(["", "en", "xx"]),
    st.sampled_from(["", "IT", "XX"]),
)
anything = st.one_of(typed, doings, old_or_foreign, starts)

ONWARD = st.integers(0, 30)  # which option of an open question is pressed next
CALM = st.one_of(
    st.just(0), st.just(0), st.just(0), ONWARD
)  # options stand from calm to worrying: so it goes on longer
lives = st.builds(
    lambda calm, wild: [*calm, *wild],
    st.lists(CALM, max_size=30),
    st.lists(st.one_of(CALM, st.just(ButtonPress("!mistake")), st.just(ButtonPress("!back")), anything), max_size=20),
)


class SimulatedChat:
    """One person's conversation, with everything that was said in it."""

    def __init__(self) -> None:
        self.session = Session()
        self.open: Question | None = None  # the question that waits for an answer
        self.send(Start())
        self.send(ButtonPress("!go_on:chooser"))

    def send(self, event: Event) -> tuple[Message, ...]:
        self.before = self.session
        self.session, self.messages = step(LIBRARY, self.session, event)
        for message in self.messages:
            if message.kind in (MessageKind.OPENING, MessageKind.ENDING) or message.floor:
                self.open = None
            elif message.kind is MessageKind.QUESTION:
                self.open = QUESTIONS[message.state_id]
        if not self.session.flow:
            self.open = None
        return self.messages

    def next(self, what: int | Event) -> tuple[Message, ...]:
        """An event; or, for a number, that option of the open question, and the start again where none is open."""
        if not isinstance(what, int):
            return self.send(what)
        if question := self.open:
            return self.send(ButtonPress(question.options[what % len(question.options)].id, self.session.turn))
        return self.send(ButtonPress("!restart") if self.session.flow else ButtonPress("!go_on:chooser"))

    @property
    def walker(self) -> Interpreter:
        return replay(LIBRARY, self.session.flow, self.session.answers)


def lived(events: Iterable[int | Event]) -> SimulatedChat:
    life = SimulatedChat()
    for event in events:
        life.next(event)
    return life
