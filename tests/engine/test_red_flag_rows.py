"""Every row of the red-flag list has its place in the flows, and a conversation that comes there: R01 to R69.

R01 to R39 and R49 are data (flows/red_flags.yaml); R40 to R53 and R65 to R68 are promises (flows/promises.yaml, by
their `why`). That each can hold is itself proved. R60 to R64, R66 and R69 say who may stay calm, and each can. R18 is
one row of R18a to R18c; there is no R19.
"""

import re
from functools import cache

import pytest

from bot.authoring.loader import content_root, load_bundle
from bot.engine.interpreter import replay
from bot.model.bundle import ContentBundle
from bot.model.content import RedFlag
from bot.model.guards import AtLeast, Guard
from bot.model.urgency import Urgency
from bot.proof.checks.red_flags import check_promises_can_apply, red_flag_tracker
from bot.proof.context import ProofContext, answer_is
from bot.proof.state_space.ranks import urgency_of

ROW = re.compile(r"R\d\d")
CALM = {  # who may end how calmly: the row, the answers, and at most
    "R60": (answer_is("bleeding_questions.trigger", "dry", "energetic"), Urgency.SELF_CARE),
    "R61": (answer_is("bleeding_questions.trigger", "first_times"), Urgency.SELF_CARE),
    "R62": (answer_is("background.periods", "due", "just_over", "middle"), Urgency.SELF_CARE),
    "R63": (answer_is("bleeding_questions.method", "pill_new", "implant_new", "coil_new"), Urgency.SELF_CARE),
    "R64": (answer_is("unusual_discharge.wetness", "just_that"), Urgency.SELF_CARE),
    "R66": (answer_is("unusual_discharge.look", "lumpy"), Urgency.ROUTINE),
    "R69": (answer_is("chooser.topic", "reading"), Urgency.SELF_CARE),
}


@cache
def library() -> ContentBundle:
    return load_bundle(content_root())[0]


@cache
def case() -> ProofContext:
    return ProofContext(library())


def test_every_row_is_written_down_somewhere() -> None:
    data = {flag.id[:3] for flag in library().red_flags}
    promised = {row for one in library().promises.forbidden_endings for row in ROW.findall(one.why)}
    rows = {f"R{number:02}" for number in (*range(1, 19), *range(20, 54), *range(60, 70))}
    assert rows <= data | promised | CALM.keys()
    assert {f"R{number:02}" for number in range(40, 54)} - {"R49"} <= promised


def test_every_row_can_be_answered_so() -> None:
    assert list(check_promises_can_apply(case())) == []


@pytest.mark.parametrize("flag", library().red_flags, ids=lambda flag: flag.id)
def test_whoever_answers_so_is_helped_as_the_row_says(flag: RedFlag) -> None:
    """One conversation for each row, the shortest, had by the walker that runs: it makes the row true."""
    track = red_flag_tracker(case(), flag)
    rising = list(track.answers_making_true())
    number, left, way_in, before = track.shortest_way_to_any((moment.node, moment.before) for moment in rising)
    moment = next(moment for moment in rising if (moment.node, moment.before) == (number, left))
    answers = dict((*before, track.graph.nodes[number].answer_of(moment.option)))
    walker = replay(library(), way_in, answers)
    assert walker.holds(flag.when)
    if flag.required_urgency is Urgency.EMERGENCY:
        assert walker.outcome
        assert walker.floor.urgency is Urgency.EMERGENCY


@pytest.mark.parametrize("row", CALM)
def test_whoever_may_be_calm_can_be(row: str) -> None:
    when, most = CALM[row]
    assert ends(when, most)


def ends(when: Guard, most: Urgency) -> bool:
    found = case().find_ending(AtLeast(1, (when,)), lambda height: urgency_of(height) <= most)
    return found is not None and urgency_of(found[0].rank) <= most
