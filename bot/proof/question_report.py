"""The question report: the urgencies, pages, advice and words that an answer to each question can still change."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.model.flow import Question
from bot.model.guards import questions
from bot.model.urgency import Floor
from bot.proof.context import Case
from bot.proof.state_space.ranks import floor_at


@dataclass(frozen=True, slots=True)
class Reason:
    """What the answers to one question can change.

    *floors* are the lowest endings that single answers lead to, where they differ: the calmest and the soonest.
    *opened_questions* are those that some answers lead to and others do not. *rule_count* is how many rules look at the
    answer; their pages are among *pages*."""

    question: str
    floors: tuple[Floor, Floor] | None
    pages: tuple[str, ...]
    advice: int
    words: int
    opens: tuple[str, ...]
    rules: int

    def __str__(self) -> str:
        parts = [
            f"from {self.floors[0]} to {self.floors[1]}" if self.floors else "",
            f"pages {', '.join(self.pages)}" if self.pages else "",
            f"{self.advice} lines of advice" if self.advice else "",
            f"{self.words} things said at once" if self.words else "",
            f"opens {', '.join(self.opens)}" if self.opens else "",
            f"{self.rules} rules look at it" if self.rules else "",
        ]
        return f"{self.question}: {'; '.join(filter(None, parts))}"


def reasons(case: Case) -> Iterator[Reason]:
    """Yield the report of every question that can be asked, in the order of their ids."""
    rules = [rule for flow in case.flows.values() for rule in flow.rules]
    for at, question, spots in sorted(case.questions(), key=lambda item: item[0]):
        looking = [rule for rule in rules if at in questions(rule.when)]
        yield Reason(
            question=at,
            floors=_floors(case, spots),
            pages=tuple(dict.fromkeys((*_pages(question), *(page for rule in looking for page in rule.effect.learn)))),
            advice=sum(bool(option.effect.advise) for option in question.options),
            words=sum(bool(option.say) for option in question.options),
            opens=tuple(_opens(case, spots)),
            rules=len(looking),
        )


def _pages(question: Question) -> Iterator[str]:
    """Yield the pages that the question's own options add."""
    return (page for option in question.options for page in option.effect.learn)


def _floors(case: Case, spots: list[int]) -> tuple[Floor, Floor] | None:
    """Return the calmest and the soonest of the lowest endings after single answers; None where no answer differs."""
    lowest = case.graph.lowest
    heights = [{lowest[target] for target, _ in case.graph.spots[number].ways} for number in spots]
    changing = set().union(*(found for found in heights if len(found) > 1))
    return (floor_at(min(changing)), floor_at(max(changing))) if changing else None


def _opens(case: Case, spots: list[int]) -> Iterator[str]:
    """Yield the questions that some answers lead to, and the first answer never does."""
    ahead = case.graph.ahead
    opened = 0
    for number in spots:
        first, *others = case.graph.spots[number].next
        for target in others:
            opened |= ahead[target] & ~ahead[first]
    yield from (at for at in case.asked if case.formulas.bit(at) & opened)
