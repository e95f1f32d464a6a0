"""Remaining questions: the longest way on from every state, small enough to be shipped with the flows."""

from bot.model.remaining_questions import RemainingQuestions
from bot.proof.context import ProofContext


def build_remaining_questions(context: ProofContext) -> RemainingQuestions:
    """Return the graph of all conversations reduced to which question comes next; all endings count as one."""
    graph = context.same_day_graph.merged(lambda _: None)
    options_by_question = {node.question_id: node.options for node in graph.nodes if node.question_id}
    question_numbers = {name: number for number, name in enumerate(options_by_question)}
    numbered = [
        (question_numbers[node.question_id], *node.successors) if node.question_id else () for node in graph.nodes
    ]
    return RemainingQuestions.from_nodes(options_by_question.items(), numbered, graph.roots)
