"""The maximum weight that one conversation can collect on its way to each ending."""

from collections.abc import Callable
from functools import cache

from bot.proof.context import ProofContext
from bot.proof.state_space.graph import GraphNode
from bot.proof.state_space.reachability import StateRef

AnswerWeight = Callable[[str, str], int]  # question (`flow.state`) and option
StatementsWeight = Callable[[tuple[StateRef, ...]], int]  # statements


def max_weight_by_outcome(
    context: ProofContext,
    answer_weight: AnswerWeight,
    statements_weight: StatementsWeight,
    last_answer_weight: AnswerWeight,
    last_statements_weight: StatementsWeight,
) -> dict[str, int]:
    """Return for each outcome (`flow.state`) the most that the answers and statements before it can add up to.

    The last answer, and the statements after it, add more besides. Outcomes that no conversation reaches are
    left out."""
    nodes = context.graph.nodes
    answer_weight, last_answer_weight = cache(answer_weight), cache(last_answer_weight)

    def edge_weight(node: GraphNode, option_number: int, is_last: bool) -> int:
        """Return what one answer adds, with the statements after it."""
        answer, statements = (node.question_id, node.options[option_number]), node.statements[option_number]
        weight = answer_weight(*answer) + (statements_weight(statements) if statements else 0)
        return weight + (last_answer_weight(*answer) + last_statements_weight(statements) if is_last else 0)

    max_weights: list[int] = [-1] * len(nodes)
    for root in context.graph.roots.values():
        max_weights[root] = 0
    max_by_outcome: dict[str, int] = {}
    for number in range(len(nodes) - 1, -1, -1):
        node, weight = nodes[number], max_weights[number]
        if weight < 0:
            continue
        if node.ending:
            max_by_outcome[node.ending.outcome] = max(max_by_outcome.get(node.ending.outcome, 0), weight)
        for option_number, target in enumerate(node.successors):
            is_last = nodes[target].ending is not None
            max_weights[target] = max(max_weights[target], weight + edge_weight(node, option_number, is_last))
    return max_by_outcome
