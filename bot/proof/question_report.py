"""The question report: the urgencies, pages, advice and words that an answer to each question can still change."""

from collections.abc import Iterator
from dataclasses import dataclass

from bot.model.flow import Question
from bot.model.guards import guard_questions
from bot.model.urgency import Floor
from bot.proof.context import ProofContext
from bot.proof.state_space.ranks import floor_of


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """What the answers to one question can change.

    *floors* are the lowest endings that single answers lead to, where they differ: the calmest and the soonest.
    *opened_questions* are those that some answers lead to and others do not. *rule_count* is how many rules look at the
    answer; their pages are among *pages*."""

    question: str
    floors: tuple[Floor, Floor] | None
    pages: tuple[str, ...]
    advice_count: int
    remark_count: int
    opened_questions: tuple[str, ...]
    rule_count: int

    def __str__(self) -> str:
        parts = [
            f"from {self.floors[0]} to {self.floors[1]}" if self.floors else "",
            f"pages {', '.join(self.pages)}" if self.pages else "",
            f"{self.advice_count} lines of advice" if self.advice_count else "",
            f"{self.remark_count} things said at once" if self.remark_count else "",
            f"opens {', '.join(self.opened_questions)}" if self.opened_questions else "",
            f"{self.rule_count} rules look at it" if self.rule_count else "",
        ]
        return f"{self.question}: {'; '.join(filter(None, parts))}"


def question_reports(context: ProofContext) -> Iterator[QuestionReport]:
    """Yield the report of every question that can be asked, in the order of their ids."""
    rules = [rule for flow in context.flows.values() for rule in flow.rules]
    for question_id, question, numbers in sorted(context.asked_questions(), key=lambda item: item[0]):
        rules_looking = [rule for rule in rules if question_id in guard_questions(rule.when)]
        yield QuestionReport(
            question=question_id,
            floors=_differing_floors(context, numbers),
            pages=tuple(
                dict.fromkeys((*_pages(question), *(page for rule in rules_looking for page in rule.effect.learn)))
            ),
            advice_count=sum(bool(option.effect.advise) for option in question.options),
            remark_count=sum(bool(option.say) for option in question.options),
            opened_questions=tuple(_opened_questions(context, numbers)),
            rule_count=len(rules_looking),
        )


def _pages(question: Question) -> Iterator[str]:
    """Yield the pages that the question's own options add."""
    return (page for option in question.options for page in option.effect.learn)


def _differing_floors(context: ProofContext, numbers: list[int]) -> tuple[Floor, Floor] | None:
    """Return the calmest and the soonest of the lowest endings after single answers; None where no answer differs."""
    lowest = context.graph.lowest_ranks
    rank_sets = [{lowest[target] for target, _ in context.graph.nodes[number].distinct_edges} for number in numbers]
    differing = set().union(*(ranks for ranks in rank_sets if len(ranks) > 1))
    return (floor_of(min(differing)), floor_of(max(differing))) if differing else None


def _opened_questions(context: ProofContext, numbers: list[int]) -> Iterator[str]:
    """Yield the questions that some answers lead to, and the first answer never does."""
    ahead = context.graph.questions_ahead
    opened = 0
    for number in numbers:
        first, *others = context.graph.nodes[number].successors
        for target in others:
            opened |= ahead[target] & ~ahead[first]
    yield from (question_id for question_id in context.nodes_by_question if context.formulas.bit(question_id) & opened)
