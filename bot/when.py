"""A guard as a plain table over earlier answers; nothing in it is ever evaluated as code."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.urgency import Floor, Urgency

Answers = Mapping[str, str]  # "flow.question" to option id


@dataclass(frozen=True, slots=True)
class Is:
    """The answer to *question* (`flow.question`) is one of *options*. An unanswered question is none of them."""

    question: str
    options: frozenset[str]

    def holds(self, answers: Answers, _: Floor) -> bool:
        return answers.get(self.question) in self.options


@dataclass(frozen=True, slots=True)
class Reached:
    """The floor reached so far has one of these urgencies."""

    urgencies: frozenset[Urgency]

    def holds(self, _: Answers, floor: Floor) -> bool:
        return floor.urgency in self.urgencies


@dataclass(frozen=True, slots=True)
class Not:
    part: "When"

    def holds(self, answers: Answers, floor: Floor) -> bool:
        return not self.part.holds(answers, floor)


@dataclass(frozen=True, slots=True)
class AtLeast:
    """At least *count* of *parts* hold: 1 is "any of", as many as there are is "all of"."""

    count: int
    parts: tuple["When", ...]

    def holds(self, answers: Answers, floor: Floor) -> bool:
        left = self.count
        for part in self.parts:
            if left <= 0:
                break
            left -= part.holds(answers, floor)
        return left <= 0


When = Is | Reached | Not | AtLeast


def atoms(when: When) -> Iterator[Is | Reached]:
    """Every single condition inside *when*, each time it is written."""
    match when:
        case Not(part):
            yield from atoms(part)
        case AtLeast(_, parts):
            for part in parts:
                yield from atoms(part)
        case _:
            yield when


def questions(when: When) -> frozenset[str]:
    """The questions (`flow.question`) whose answers decide *when*."""
    return frozenset(atom.question for atom in atoms(when) if isinstance(atom, Is))


def in_words(when: When) -> str:
    """*when* as it is labelled in a drawing or a finding: ids only, no punctuation that Mermaid minds."""
    match when:
        case Is(question, options):
            return f"{question.rpartition('.')[2]} is {' or '.join(sorted(options))}"
        case Reached(urgencies):
            return f"urgency is {' or '.join(u.word for u in sorted(urgencies))}"
        case Not(part):
            return f"not ({in_words(part)})"
        case AtLeast(count, parts):
            word = " and " if count == len(parts) else " or " if count == 1 else f" , {count} of , "
            return word.join(in_words(part) for part in parts)
