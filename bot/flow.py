"""What a flow is: states, the arrows between them, what each state says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from bot.review import Review
from bot.urgency import Floor
from bot.when import Reached, When, atoms, questions

BEGIN = "_begin"  # the pseudo-state before the first: leaving it is what runs the first state's entry action
UNSURE, PRIVATE = "not_sure", "prefer_not_to_say"  # the two options that every question has


@dataclass(frozen=True, slots=True)
class Effect:
    """What an answer or a rule does besides moving on: it raises the floor, collects pages, adds a line of advice."""

    at_least: Floor | None = None
    learn: tuple[str, ...] = ()
    advise: str = ""


@dataclass(frozen=True, slots=True)
class Option:
    """One answer. *text* is what it says in full; *button* the short label (24 characters) where the text is longer."""

    id: str
    text: str
    goto: str
    button: str = ""
    say: str = ""  # said at once when it is chosen, before whatever comes next
    effect: Effect = Effect()
    numbers: range | None = None  # what somebody may type who answers with a number: their age, their weeks

    @property
    def label(self) -> str:
        return self.button or self.text

    @property
    def quiet(self) -> bool:
        """Whether it is one of the two options that every question has."""
        return self.id in (UNSURE, PRIVATE)


@dataclass(frozen=True, slots=True)
class Question:
    """Waits for one answer. The first line of *ask* is the question itself; lines after it help to answer it."""

    name: str
    ask: str
    options: tuple[Option, ...]
    why: str = ""
    explain: str = ""
    sensitive: bool = False
    safety: bool = False  # part of what must be asked before anybody may be told to wait
    unordered: str = ""  # why the options have no order from calm to worrying
    goto: str = ""  # where a question that is passed over leads
    only_if: When | None = None

    @property
    def shown(self) -> tuple[Option, ...]:
        """The options as people see them: Not sure and Prefer not to say come last, whatever their rank."""
        order = ("", UNSURE, PRIVATE)
        return tuple(sorted(self.options, key=lambda option: order.index(option.id if option.quiet else "")))

    @property
    def keys(self) -> tuple[str, ...]:
        """What may be typed for each option that is shown: 1, 2, 3; or a, b, c where an option begins with a number.

        Somebody who answers "how old are you?" with a 7 must not be heard as "the seventh answer".
        """
        lettered = any(option.text[:1].isdigit() or option.button[:1].isdigit() for option in self.options)
        return tuple(chr(ord("a") + i) if lettered else str(i + 1) for i in range(len(self.options)))

    def option(self, id: str) -> Option | None:
        return next((option for option in self.options if option.id == id), None)


@dataclass(frozen=True, slots=True)
class Statement:
    """Says its piece and moves on by itself."""

    name: str
    say: str
    goto: str
    effect: Effect = Effect()
    only_if: When | None = None


@dataclass(frozen=True, slots=True)
class Call:
    """Runs another flow, and goes on from here if that flow returns."""

    name: str
    run: str
    goto: str
    only_if: When | None = None


@dataclass(frozen=True, slots=True)
class Return:
    """Ends a subflow and hands back to its caller."""

    name: str
    why: str = ""
    only_if: None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Ends the conversation with *floor*, or whatever stood higher on the way. Never a diagnosis."""

    name: str
    floor: Floor
    say: str
    safety_net: str = ""
    effect: Effect = Effect()
    goto: str = ""  # where an outcome that is passed over leads
    only_if: When | None = None


State = Question | Statement | Call | Return | Outcome


@dataclass(frozen=True, slots=True)
class Rule:
    """A guard that is looked at after every answer. With *goto* it is an arrow that comes before any option's."""

    when: When
    goto: str = ""
    effect: Effect = Effect()
    why: str = ""
    asks: frozenset[str] = field(init=False, compare=False, repr=False)  # the questions that can make it true
    weighs: bool = field(init=False, compare=False, repr=False)  # whether the floor can

    def __post_init__(self) -> None:
        object.__setattr__(self, "asks", questions(self.when))
        object.__setattr__(self, "weighs", any(isinstance(atom, Reached) for atom in atoms(self.when)))


@dataclass(frozen=True, slots=True)
class Flow:
    """A whole questionnaire, in one language."""

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
    information: tuple[str, ...] = ()  # where it only informs: the pages it offers first, in the place of questions

    def questions(self) -> Iterator[Question]:
        return (state for state in self.states.values() if isinstance(state, Question))

    def at(self, name: str) -> str:
        """The full name of a state: `flow.state`."""
        return f"{self.name}.{name}"


def arrows_of_rules(flow: Flow, question: str) -> Iterator[Rule]:
    """The rules of *flow* that an answer to *question* can newly make true, and that then lead somewhere."""
    asked = flow.at(question)
    return (rule for rule in flow.rules if rule.goto and asked in rule.asks)
