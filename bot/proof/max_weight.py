"""The maximum weight that one conversation can collect on its way to each ending."""

from collections.abc import Callable

from bot.proof.context import ProofContext
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
    max_weights: list[int] = [-1] * len(nodes)
    for root in context.graph.roots.values():
        max_weights[root] = 0
    weights: dict[str, list[int]] = {}
    last_weights: dict[str, list[int]] = {}
    max_by_outcome: dict[str, int] = {}
    for number in range(len(nodes) - 1, -1, -1):
        node, weight = nodes[number], max_weights[number]
        if weight < 0:
            continue
        if node.ending:
            max_by_outcome[node.ending.outcome] = max(max_by_outcome.get(node.ending.outcome, 0), weight)
            continue
        if node.question_id not in weights:
            weights[node.question_id] = [answer_weight(node.question_id, option) for option in node.options]
            last_weights[node.question_id] = [last_answer_weight(node.question_id, option) for option in node.options]
        for option, target in enumerate(node.successors):
            new_weight = weight + weights[node.question_id][option]
            statements = node.statements[option]
            if statements:
                new_weight += statements_weight(statements)
            if nodes[target].ending:
                new_weight += last_weights[node.question_id][option] + last_statements_weight(statements)
            if new_weight > max_weights[target]:
                max_weights[target] = new_weight
    return max_by_outcome
