"""The maximum weight that one conversation can collect on its way to each ending."""

from collections.abc import Callable

from bot.proof.context import Case
from bot.proof.state_space.reachability import Here

Weigh = Callable[[str, str], int]  # question (`flow.state`) and option
WeighSaid = Callable[[tuple[Here, ...]], int]  # statements


def heaviest(case: Case, answer: Weigh, said: WeighSaid, last: Weigh, last_said: WeighSaid) -> dict[str, int]:
    """Return for each outcome (`flow.state`) the most that the answers and statements before it can add up to.

    The last answer, and the statements after it, add more besides. Outcomes that no conversation reaches are
    left out."""
    spots = case.graph.spots
    most: list[int] = [-1] * len(spots)
    for root in case.graph.roots.values():
        most[root] = 0
    weights: dict[str, list[int]] = {}
    lasts: dict[str, list[int]] = {}
    found: dict[str, int] = {}
    for number in range(len(spots) - 1, -1, -1):
        spot, here = spots[number], most[number]
        if here < 0:
            continue
        if spot.end:
            found[spot.end.outcome] = max(found.get(spot.end.outcome, 0), here)
            continue
        if spot.asks not in weights:
            weights[spot.asks] = [answer(spot.asks, option) for option in spot.options]
            lasts[spot.asks] = [last(spot.asks, option) for option in spot.options]
        for option, target in enumerate(spot.next):
            there = here + weights[spot.asks][option]
            heard = spot.heard[option]
            if heard:
                there += said(heard)
            if spots[target].end:
                there += lasts[spot.asks][option] + last_said(heard)
            if there > most[target]:
                most[target] = there
    return found
