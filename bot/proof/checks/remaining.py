"""Remaining questions: the longest way on from every state, small enough to be shipped with the flows."""

from bot.model.remaining_questions import Remaining
from bot.proof.context import Case


def remaining(case: Case) -> Remaining:
    """Return the graph of all conversations reduced to which question comes next; all endings count as one."""
    graph = case.urgent.folded(lambda _: None)
    names = {spot.asks: spot.options for spot in graph.spots if spot.asks}
    number = {name: at for at, name in enumerate(names)}
    spots = [(number[spot.asks], *spot.next) if spot.asks else () for spot in graph.spots]
    return Remaining.of(names.items(), spots, graph.roots)
