"""Guards: conditions over earlier answers and the floor, as data; nothing in them is evaluated as code."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.model.urgency import Floor, Urgency

Answers = Mapping[str, str]  # "flow.question" to option id


@dataclass(frozen=True, slots=True)
class AnswerIs:
    """True if the answer to *question* (`flow.question`) is one of *options*; false if it is not answered."""

    question: str
    options: frozenset[str]

    def holds(self, answers: Answers, _: Floor) -> bool:
        return answers.get(self.question) in self.options


@dataclass(frozen=True, slots=True)
class UrgencyIs:
    """True if the floor reached so far has one of these urgencies."""

    urgencies: frozenset[Urgency]

    def holds(self, _: Answers, floor: Floor) -> bool:
        return floor.urgency in self.urgencies


@dataclass(frozen=True, slots=True)
class Not:
    """True if *part* is false."""

    part: "Guard"

    def holds(self, answers: Answers, floor: Floor) -> bool:
        return not self.part.holds(answers, floor)


@dataclass(frozen=True, slots=True)
class AtLeast:
    """True if at least *count* of *parts* hold: 1 is "any of", the number of parts is "all of"."""

    count: int
    parts: tuple["Guard", ...]

    def holds(self, answers: Answers, floor: Floor) -> bool:
        missing = self.count
        for part in self.parts:
            if missing <= 0:
                break
            missing -= part.holds(answers, floor)
        return missing <= 0


Guard = AnswerIs | UrgencyIs | Not | AtLeast


def atoms(guard: Guard) -> Iterator[AnswerIs | UrgencyIs]:
    """Yield every atomic condition of *guard*, each time it occurs."""
    match guard:
        case Not(part):
            yield from atoms(part)
        case AtLeast(_, parts):
            for part in parts:
                yield from atoms(part)
        case _:
            yield guard


def guard_questions(guard: Guard) -> frozenset[str]:
    """Return the questions (`flow.question`) whose answers decide *guard*."""
    return frozenset(atom.question for atom in atoms(guard) if isinstance(atom, AnswerIs))


def describe(guard: Guard) -> str:
    """Return *guard* as a label for a diagram or a finding: ids only, no punctuation that breaks Mermaid."""
    match guard:
        case AnswerIs(question, options):
            return f"{question.rpartition('.')[2]} is {' or '.join(sorted(options))}"
        case UrgencyIs(urgencies):
            return f"urgency is {' or '.join(u.slug for u in sorted(urgencies))}"
        case Not(part):
            return f"not ({describe(part)})"
        case AtLeast(count, parts):
            joiner = " and " if count == len(parts) else " or " if count == 1 else f" , {count} of , "
            return joiner.join(describe(part) for part in parts)
