"""The longest way on from every place, made small enough to travel with the flows."""

from bot.proof.case import Case
from bot.remaining import Remaining


def remaining(case: Case) -> Remaining:
    """The graph of all conversations, where it matters only which question comes next, and no ending is told apart."""
    graph = case.urgent.folded(lambda _: None)
    names = {spot.asks: spot.options for spot in graph.spots if spot.asks}
    number = {name: at for at, name in enumerate(names)}
    spots = [(number[spot.asks], *spot.next) if spot.asks else () for spot in graph.spots]
    return Remaining.of(names.items(), spots, graph.roots)
