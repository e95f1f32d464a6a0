"""Short conversations: no conversation is longer than its bound, so that a frightened person can finish it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.model.content import RedFlag
from bot.model.flow import Question
from bot.model.promises import LengthBound
from bot.proof.context import ProofContext, red_flag_guard
from bot.proof.finding import ExampleChat, Finding, LongestChat, field_key
from bot.proof.state_space.formulas import TRUE

NO_CONVERSATION = -1


@dataclass(frozen=True, slots=True)
class LongestPath:
    """The longest path to a node: how many questions were asked, and the answers as a linked chain that is shared."""

    question_count: int
    entry_flow: str
    answer_chain: tuple[object, ...]

    def __lt__(self, other: "LongestPath") -> bool:
        return self.question_count < other.question_count

    def answers(self) -> tuple[tuple[str, str], ...]:
        """Return the answers in the order they were given."""
        reversed_answers: list[tuple[str, str]] = []
        chain: Any = self.answer_chain
        while chain:
            chain, last = chain
            reversed_answers.append(last)
        return tuple(reversed(reversed_answers))


def check_length_bounds(context: ProofContext) -> Iterator[Finding]:
    """Yield a finding for each bound that a conversation exceeds, or that covers no conversation."""
    for bound, longest in measure_bounds(context):
        if longest.question_count == NO_CONVERSATION and context.bundle.partly_unreachable_flows:
            continue
        if longest.question_count == NO_CONVERSATION:
            yield Finding("short", ("promises.yaml", bound.name), f"nobody can answer as '{bound.name}' supposes")
        elif longest.question_count > bound.max_questions:
            message = (
                f"'{bound.name}' can take {longest.question_count} questions, "
                f"and {bound.max_questions} are allowed: {bound.why}"
            )
            yield Finding("short", field_key(("promises.yaml", bound.name), "most"), message, (longest.chat,))


def measure_bounds(context: ProofContext) -> list[tuple[LengthBound, LongestChat]]:
    """Return each bound with the longest chat it covers; worked out once for a context."""
    if context.measured_bounds is None:
        context.measured_bounds = [(bound, measure_bound(context, bound)) for bound in context.promises.length_bounds]
    return context.measured_bounds


def measure_bound(context: ProofContext, bound: LengthBound) -> LongestChat:
    """Return the longest chat that *bound* covers."""
    if bound.counted_questions == "red_flags":
        lengths = (longest_until_known(context, bound, flag) for flag in context.bundle.red_flags)
        return max(lengths, key=lambda longest: longest.question_count, default=LongestChat(0, ExampleChat("", ())))
    return _longest_chat(context, bound)


def _longest_chat(context: ProofContext, bound: LengthBound) -> LongestChat:
    """Return the longest chat of those that *bound* supposes, counted in its questions or its safety questions."""
    nodes = context.same_day_graph.nodes
    longest_from = [0] * len(nodes)
    best_options: list[int] = [0] * len(nodes)
    allowed = _allowed_options(context, bound)
    for number, node in enumerate(nodes):
        if node.question_id:
            counts = bound.counted_questions == "questions" or context.question(node.question_id).safety
            rest_length, option = max(
                ((longest_from[node.successors[o]], -o) for o in allowed[node.question_id]),
                default=(NO_CONVERSATION, 0),
            )
            longest_from[number] = rest_length + counts if rest_length != NO_CONVERSATION else NO_CONVERSATION
            best_options[number] = -option
    roots = entry_nodes(context, bound)
    if not roots:
        return LongestChat(NO_CONVERSATION, ExampleChat("", ()))
    entry_flow, root = max(roots.items(), key=lambda item: longest_from[item[1]])
    answers, number = [], root
    while nodes[number].question_id and longest_from[root] != NO_CONVERSATION:
        answers.append(nodes[number].answer_of(best_options[number]))
        number = nodes[number].successors[best_options[number]]
    return LongestChat(longest_from[root], ExampleChat(entry_flow, tuple(answers)))


def _allowed_options(context: ProofContext, bound: LengthBound) -> dict[str, list[int]]:
    """Return for each question the options, by number, that *bound* lets people choose."""
    return {
        question_id: list(_allowed_option_numbers(bound, question_id, question))
        for question_id, question, _ in context.asked_questions()
    }


def _allowed_option_numbers(bound: LengthBound, question_id: str, question: Question) -> Iterator[int]:
    """Yield the numbers of the options of one question that *bound* lets people choose."""
    given = bound.given_answers.get(question_id)
    for number, option in enumerate(question.options):
        if option.id not in bound.excluded_options and (given is None or option.id in given):
            yield number


def entry_nodes(context: ProofContext, bound: LengthBound) -> dict[str, int]:
    """Return the entry flows, with their nodes, from which every question that *bound* supposes can be asked."""
    required_questions = context.formulas.bits(bound.given_answers)
    return {
        flow: root
        for flow, root in context.same_day_graph.roots.items()
        if required_questions & ~context.same_day_graph.questions_ahead[root] == 0
    }


def longest_until_known(context: ProofContext, bound: LengthBound, flag: RedFlag) -> LongestChat:
    """Return the most questions it takes until *flag* is known to be up or not, and a chat that takes as many."""
    nodes = context.same_day_graph.nodes
    formula = context.formulas.from_guard(red_flag_guard(flag))
    masks, ahead, answered = (
        context.formulas.masks,
        context.same_day_graph.questions_ahead,
        context.formulas.after_answer,
    )
    allowed = _allowed_options(context, bound)
    paths_by_residual: dict[int, dict[int, LongestPath]] = {}  # for each node, by what is left of the flag there
    for flow, root in entry_nodes(context, bound).items():
        paths_by_residual.setdefault(root, {}).setdefault(formula, LongestPath(0, flow, ()))
    longest_known = LongestPath(NO_CONVERSATION, "", ())
    for number in range(len(nodes) - 1, -1, -1):
        node = nodes[number]
        for residual, path in paths_by_residual.pop(number, {}).items():
            if residual <= TRUE:
                longest_known = max(longest_known, path)
            if residual <= TRUE or not masks[residual] & ahead[number]:
                continue  # known, or never to be known
            for option in allowed[node.question_id]:
                after = answered(residual, node.question_bit, node.options[option])
                target_paths = paths_by_residual.setdefault(node.successors[option], {})
                if after not in target_paths or target_paths[after].question_count <= path.question_count:
                    target_paths[after] = LongestPath(
                        path.question_count + 1, path.entry_flow, (path.answer_chain, node.answer_of(option))
                    )
    return LongestChat(longest_known.question_count, ExampleChat(longest_known.entry_flow, longest_known.answers()))
