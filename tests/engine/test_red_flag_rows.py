"""Every row of the red-flag list has its place in the flows, and a conversation that comes there: R01 to R69.

R01 to R39 and R49 are data (flows/red_flags.yaml); R40 to R53 and R65 to R68 are promises (flows/promises.yaml, by
their `why`). That each can hold is itself proved. R60 to R64, R66 and R69 say who may stay calm, and each can. R18 is
one row of R18a to R18c; there is no R19.
"""

import re
from functools import cache

import pytest

from bot.authoring.loader import home, load
from bot.engine.interpreter import walk
from bot.model.bundle import Library
from bot.model.content import RedFlag
from bot.model.guards import AtLeast, When
from bot.model.urgency import Urgency
from bot.proof.checks.red_flags import vacuous, watched
from bot.proof.context import Case, said
from bot.proof.state_space.ranks import urgency_at

ROW = re.compile(r"R\d\d")
CALM = {  # who may end how calmly: the row, the answers, and at most
    "R60": (said("bleeding_questions.trigger", "dry", "energetic"), Urgency.SELF_CARE),
    "R61": (said("bleeding_questions.trigger", "first_times"), Urgency.SELF_CARE),
    "R62": (said("background.periods", "due", "just_over", "middle"), Urgency.SELF_CARE),
    "R63": (said("bleeding_questions.method", "pill_new", "implant_new", "coil_new"), Urgency.SELF_CARE),
    "R64": (said("unusual_discharge.wetness", "just_that"), Urgency.SELF_CARE),
    "R66": (said("unusual_discharge.look", "lumpy"), Urgency.ROUTINE),
    "R69": (said("chooser.topic", "reading"), Urgency.SELF_CARE),
}


@cache
def library() -> Library:
    return load(home())[0]


@cache
def case() -> Case:
    return Case(library())


def test_every_row_is_written_down_somewhere() -> None:
    data = {flag.id[:3] for flag in library().red_flags}
    promised = {row for one in library().promises.never for row in ROW.findall(one.why)}
    rows = {f"R{number:02}" for number in (*range(1, 19), *range(20, 54), *range(60, 70))}
    assert rows <= data | promised | CALM.keys()
    assert {f"R{number:02}" for number in range(40, 54)} - {"R49"} <= promised


def test_every_row_can_be_answered_so() -> None:
    assert list(vacuous(case())) == []


@pytest.mark.parametrize("flag", library().red_flags, ids=lambda flag: flag.id)
def test_whoever_answers_so_is_helped_as_the_row_says(flag: RedFlag) -> None:
    """One conversation for each row, the shortest, had by the walker that runs: it makes the row true."""
    track = watched(case(), flag)
    rising = list(track.rising())
    number, left, way_in, before = track.nearest((moment.spot, moment.before) for moment in rising)
    moment = next(moment for moment in rising if (moment.spot, moment.before) == (number, left))
    answers = dict((*before, track.graph.spots[number].said(moment.option)))
    walker = walk(library(), way_in, answers)
    assert walker.holds(flag.when)
    if flag.needs is Urgency.EMERGENCY:
        assert walker.outcome
        assert walker.floor.urgency is Urgency.EMERGENCY


@pytest.mark.parametrize("row", CALM)
def test_whoever_may_be_calm_can_be(row: str) -> None:
    when, most = CALM[row]
    assert ends(when, most)


def ends(when: When, most: Urgency) -> bool:
    found = case().ending(AtLeast(1, (when,)), lambda height: urgency_at(height) <= most)
    return found is not None and urgency_at(found[0].height) <= most
