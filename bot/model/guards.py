"""Guards: conditions over earlier answers and the floor, as data; nothing in them is evaluated as code."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.model.urgency import Floor, Urgency

Answers = Mapping[str, str]  # "flow.question" to option id


@dataclass(frozen=True, slots=True)
class Is:
    """True if the answer to *question* (`flow.question`) is one of *options*; false if it is not answered."""

    question: str
    options: frozenset[str]

    def holds(self, answers: Answers, _: Floor) -> bool:
        return answers.get(self.question) in self.options


@dataclass(frozen=True, slots=True)
class Reached:
    """True if the floor reached so far has one of these urgencies."""

    urgencies: frozenset[Urgency]

    def holds(self, _: Answers, floor: Floor) -> bool:
        return floor.urgency in self.urgencies


@dataclass(frozen=True, slots=True)
class Not:
    """True if *part* is false."""

    part: "When"

    def holds(self, answers: Answers, floor: Floor) -> bool:
        return not self.part.holds(answers, floor)


@dataclass(frozen=True, slots=True)
class AtLeast:
    """True if at least *count* of *parts* hold: 1 is "any of", the number of parts is "all of"."""

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
    """Yield every atomic condition of *guard*, each time it occurs."""
    match when:
        case Not(part):
            yield from atoms(part)
        case AtLeast(_, parts):
            for part in parts:
                yield from atoms(part)
        case _:
            yield when


def questions(when: When) -> frozenset[str]:
    """Return the questions (`flow.question`) whose answers decide *guard*."""
    return frozenset(atom.question for atom in atoms(when) if isinstance(atom, Is))


def in_words(when: When) -> str:
    """Return *guard* as a label for a diagram or a finding: ids only, no punctuation that breaks Mermaid."""
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
