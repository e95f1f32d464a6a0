"""A flow as data: its states, the transitions between them, and the text of each state."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.model.guards import Guard, UrgencyIs, atoms, guard_questions
from bot.model.review import Review
from bot.model.urgency import Floor

INITIAL_STATE = "_begin"  # the initial pseudo-state: leaving it runs the entry action of the first state
NOT_SURE, PREFER_NOT_TO_SAY = "not_sure", "prefer_not_to_say"  # the two options that every question has
# What a number may mean that somebody types at a question; then its options have letters and no numbers.
COUNTED_THINGS = ("years", "weeks", "days_ago", "score", "amount")


@dataclass(frozen=True, slots=True)
class Effect:
    """The effect of an answer or a rule: it raises the floor, collects pages, adds a line of advice."""

    at_least: Floor | None = None
    learn: tuple[str, ...] = ()
    advise: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a question. *text* is the full text; *button* a short label (24 characters) if it is longer."""

    id: str
    text: str
    goto: str
    button: str = ""
    say: str = ""  # a text sent at once when it is chosen
    effect: Effect = Effect()
    numbers: range | None = None  # typed numbers that select it, such as an age, weeks, or days ago
    also: tuple[str, ...] = ()  # other words that people type for it; heard, and never shown

    @property
    def button_label(self) -> str:
        """The label of the option's button."""
        return self.button or self.text

    @property
    def is_standard(self) -> bool:
        """Whether it is one of the two options that every question has: not sure, prefer not to say."""
        return self.id in (NOT_SURE, PREFER_NOT_TO_SAY)


@dataclass(frozen=True, slots=True)
class Question:
    """A state that waits for one answer. The first line of *ask* is the question; lines after it help to answer it."""

    name: str
    ask: str
    options: tuple[Option, ...]
    why: str = ""
    explain: str = ""
    sensitive: bool = False
    safety: bool = False  # whether it must be asked before an ending may say that care can wait
    unordered: str = ""  # why the options have no order from calm to worrying
    goto: str = ""  # the next state where the question is skipped (see *only_if*)
    only_if: Guard | None = None
    counts: str = ""  # what a typed number may mean here, one of COUNTED_THINGS; empty: only an option's number

    @property
    def displayed_options(self) -> tuple[Option, ...]:
        """The options in the order they are displayed: Not sure and Prefer not to say come last."""
        last_options = ("", NOT_SURE, PREFER_NOT_TO_SAY)
        return tuple(
            sorted(self.options, key=lambda option: last_options.index(option.id if option.is_standard else ""))
        )

    @property
    def typed_keys(self) -> tuple[str, ...]:
        """The key to type for each displayed option: 1, 2, 3; or a, b, c where a number can mean something else.

        A person who answers "how old are you?" with 7 must not be taken to choose the seventh option.
        """
        use_letters = bool(self.counts) or any(
            option.text[:1].isdigit() or option.button[:1].isdigit() for option in self.options
        )
        return tuple(chr(ord("a") + i) if use_letters else str(i + 1) for i in range(len(self.options)))

    def option(self, option_id: str) -> Option | None:
        """Return the option of that id; None if there is none."""
        return next((option for option in self.options if option.id == option_id), None)


@dataclass(frozen=True, slots=True)
class Statement:
    """A state that sends a text and moves on without an answer."""

    name: str
    say: str
    goto: str
    effect: Effect = Effect()
    only_if: Guard | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """A state that runs another flow, and goes on from here if that flow returns."""

    name: str
    run: str
    goto: str
    only_if: Guard | None = None


@dataclass(frozen=True, slots=True)
class Return:
    """A state that ends a called flow and returns to its caller."""

    name: str
    why: str = ""
    only_if: None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """A state that ends the conversation with *floor*, or with a higher floor reached before. Never a diagnosis."""

    name: str
    floor: Floor
    say: str
    safety_net: str = ""
    effect: Effect = Effect()
    goto: str = ""  # the next state where the outcome is skipped (see *only_if*)
    only_if: Guard | None = None


State = Question | Statement | Call | Return | Outcome


@dataclass(frozen=True, slots=True)
class Rule:
    """A guard that is checked after every answer. With *goto* it is a transition with priority over any option's."""

    when: Guard
    goto: str = ""
    effect: Effect = Effect()
    why: str = ""
    question_names: frozenset[str] = field(
        init=False, compare=False, repr=False
    )  # the questions whose answers can make it true
    depends_on_floor: bool = field(init=False, compare=False, repr=False)  # whether the floor can make it true

    def __post_init__(self) -> None:
        object.__setattr__(self, "question_names", guard_questions(self.when))
        object.__setattr__(self, "depends_on_floor", any(isinstance(atom, UrgencyIs) for atom in atoms(self.when)))


@dataclass(frozen=True, slots=True)
class Flow:
    """A whole questionnaire in one language: its states, its rules, its sources and its review."""

    name: str
    title: str
    version: str
    start: str
    states: Mapping[str, State]
    rules: tuple[Rule, ...] = ()
    language: str = "en"
    checked: str = ""  # the day its words were last compared with their sources, as YYYY-MM-DD
    sources: tuple[str, ...] = field(default=())
    review: Review | None = None
    asked: tuple[str, ...] = ()  # questions as people type them, which lead to this flow; heard, and never shown
    information: tuple[str, ...] = ()  # if set, the flow asks nothing: the pages it offers first instead

    def questions(self) -> Iterator[Question]:
        """Yield the states that are questions."""
        return (state for state in self.states.values() if isinstance(state, Question))

    def full_name(self, state_name: str) -> str:
        """Return the full name of a state: `flow.state`."""
        return f"{self.name}.{state_name}"


def rules_triggered_by(flow: Flow, question: str) -> Iterator[Rule]:
    """Yield the rules of *flow* with a *goto* whose guard depends on the answer to *question*."""
    question_name = flow.full_name(question)
    return (rule for rule in flow.rules if rule.goto and question_name in rule.question_names)
