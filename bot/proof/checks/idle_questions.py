"""No idle question: where a question is asked, some answer can still change something for the person."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.model.flow import Effect, Question
from bot.model.guards import AtLeast, Guard, guard_questions
from bot.model.urgency import Urgency
from bot.proof.context import ProofContext, answer_is
from bot.proof.finding import ExampleChat, Finding, state_key
from bot.proof.state_space.graph import GraphNode
from bot.proof.state_space.tracking import ResidualTuple

EffectItem = tuple[
    str, str
]  # what an answer gives besides its `goto`: ("page", id), ("advice", text) or ("words", text)


def check_no_idle_question(context: ProofContext) -> Iterator[Finding]:
    """Yield a finding for each question asked where no answer can change anything any more."""
    effect_index = EffectIndex(context)
    for question_id, question, numbers in context.asked_questions():
        uniform_numbers = [number for number in numbers if has_uniform_options(context.graph.nodes[number])]
        if uniform_numbers and (
            chat := _find_idle_chat(context, effect_index, question_id, question, set(uniform_numbers))
        ):
            message = f"'{question.name}' is asked here, and no answer to it can change anything any more"
            yield Finding("idle", state_key(question_id), message, (chat,))


def has_uniform_options(node: GraphNode) -> bool:
    """Return whether every option leads to the same node, by the same statements."""
    return len(node.distinct_edges) == 1 and len(set(node.statements)) == 1


def _find_idle_chat(
    context: ProofContext, effect_index: "EffectIndex", question_id: str, question: Question, uniform_numbers: set[int]
) -> ExampleChat | None:
    """Return a chat to one of *uniform_numbers* where all that the answers differ in was already given, or None."""
    items_by_option: list[set[EffectItem]] = [
        set(effect_index.items_of_option(question, number)) for number in range(len(question.options))
    ]
    differing_items = items_by_option[0].union(*items_by_option) - items_by_option[0].intersection(*items_by_option)
    waiting_guards = effect_index.guards_waiting_for(question_id)
    if not differing_items and not waiting_guards:
        return ExampleChat(*context.graph.shortest_way_to(context.graph.nearest(uniform_numbers)))
    given_before = [
        AtLeast(1, tuple(effect_index.guards_giving(item, except_question=question_id)))
        for item in sorted(differing_items)
    ]
    tracker = context.make_tracker(
        AtLeast(len(given_before), tuple(given_before)),
        *waiting_guards,
        extra_questions=context.formulas.bit(question_id),
    )
    found = [(number, residuals) for number in uniform_numbers for residuals in tracker.residuals_at(number)]
    found = [
        candidate
        for candidate in found
        if tracker.holds_now(candidate[1][0]) and _leaves_rules_alike(context, candidate[0], candidate[1][1:])
    ]
    return ExampleChat(*tracker.shortest_way_to_any(found)[2:]) if found else None


def _leaves_rules_alike(context: ProofContext, number: int, waiting_rules: ResidualTuple) -> bool:
    """Return whether every answer leaves the same residual of the rules that wait for it."""
    node, formulas = context.graph.nodes[number], context.formulas
    ahead = context.graph.questions_ahead[node.successors[0]]
    return all(
        len(
            {
                formulas.with_only_ahead(formulas.after_answer(f, node.question_bit, o), ahead, Urgency.SELF_CARE)
                for o in node.options
            }
        )
        == 1
        for f in waiting_rules
    )


@dataclass
class EffectIndex:
    """All effect items (pages, advice, words), by the answers and the rules that give them."""

    context: ProofContext
    options_by_item: dict[EffectItem, list[tuple[str, str]]] = field(default_factory=dict)
    guards_by_item: dict[EffectItem, list[Guard]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for question_id, question, _ in self.context.asked_questions():
            for number, option in enumerate(question.options):
                for item in self.items_of_option(question, number):
                    self.options_by_item.setdefault(item, []).append((question_id, option.id))
        for flow in self.context.flows.values():
            for rule in flow.rules:
                for item in items_of_effect(rule.effect):
                    self.guards_by_item.setdefault(item, []).append(rule.when)

    def items_of_option(self, question: Question, number: int) -> Iterator[EffectItem]:
        """Yield what one option of *question* gives."""
        option = question.options[number]
        yield from items_of_effect(option.effect)
        if option.say:
            yield "words", option.say

    def guards_waiting_for(self, question_id: str) -> list[Guard]:
        """Return the guards of the rules that wait for an answer to *question_id*, to give a page or advice."""
        return [
            guard
            for guards in self.guards_by_item.values()
            for guard in guards
            if question_id in guard_questions(guard)
        ]

    def guards_giving(self, item: EffectItem, except_question: str) -> Iterator[Guard]:
        """Yield the guards under which *item* is given, apart from the options of one question."""
        yield from (
            answer_is(question_id, option)
            for question_id, option in self.options_by_item.get(item, ())
            if question_id != except_question
        )
        yield from self.guards_by_item.get(item, ())


def items_of_effect(effect: Effect) -> Iterator[EffectItem]:
    """Yield the pages and the advice of one effect."""
    yield from (("page", page) for page in effect.learn)
    if effect.advise:
        yield "advice", effect.advise
