"""Two people who differ in one answer, and are then asked the same in another order, or one of them more: they are
held to have answered alike, however the questions came."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from bot.engine.machine import build_machine
from bot.model.bundle import BASE_LANGUAGE, CHOOSER_FLOW, ContentBundle
from bot.model.diagnostics import SourceKey
from bot.model.flow import Call, Effect, Flow, Option, Outcome, Question, Return, State
from bot.model.promises import Promises, SeparatePath, UncertaintyFloors
from bot.model.urgency import Floor, Urgency
from bot.proof.checks.monotonicity import check_worse_answer_not_lower
from bot.proof.context import ProofContext
from bot.proof.finding import state_key
from tests.support.random_flows import RandomFlowMaker

SOON, SAME_DAY = Floor(Urgency.SOON, 7), Floor(Urgency.SAME_DAY)
YES_SOON: Mapping[str, Floor] = {"yes": SOON}


def flow(name: str, *states: State) -> Flow:
    return Flow(name, name, "1", states[0].name, {state.name: state for state in states}, ())


def asks(name: str, goto: Mapping[str, str], floors: Mapping[str, Floor]) -> Question:
    options = tuple(Option(id, id, to, effect=Effect(floors.get(id))) for id, to in goto.items())
    return Question(name, name, options)


def sub(name: str, floors: Mapping[str, Floor] = YES_SOON, yes: str = "back") -> Flow:
    """A flow of one question: somewhere else it may come sooner, or later, or never."""
    visit = Outcome("visit", Floor(Urgency.ROUTINE), "visit", "x")
    return flow(name, asks("it", {"no": "back", "yes": yes}, floors), Return("back"), visit)


def library(
    how: Mapping[str, Floor], *subs: Flow, mild: str, worse: str, own: tuple[SeparatePath, ...] = ()
) -> ContentBundle:
    """Whoever says 'no' runs the flows of *mild* in their order, and whoever says 'bad' those of *worse*."""
    states: list[State] = [asks("how", {"no": f"no_{mild[0]}", "bad": f"bad_{worse[0]}"}, how)]
    for way, line in (("no", mild), ("bad", worse)):
        for one, after in zip(line, (*line[1:], ""), strict=True):
            states.append(Call(f"{way}_{one}", one, f"{way}_{after}" if after else "visit"))
    states.append(Outcome("visit", Floor(Urgency.ROUTINE), "visit", "x"))
    flows = {one.name: one for one in (flow(CHOOSER_FLOW, *states), *subs)}
    machines = {name: build_machine(one) for name, one in flows.items()}
    unsure = UncertaintyFloors(Floor(Urgency.SELF_CARE), Floor(Urgency.SELF_CARE))
    promises = Promises((), (), unsure, own, ())
    return replace(
        RandomFlowMaker(0).library(), flows={BASE_LANGUAGE: flows}, machines=machines, promises=promises, red_flags=()
    )


@pytest.mark.parametrize("worse", ["ba", "bca", "cba"])
@pytest.mark.parametrize("mild", ["ab", "acb"])
def test_the_same_answers_in_another_order_are_no_worse(mild: str, worse: str) -> None:
    case = ProofContext(library({}, sub("a"), sub("b"), sub("c", {}), mild=mild, worse=worse))
    assert not case.exploration.stuck_moves
    assert list(check_worse_answer_not_lower(case)) == []


@pytest.mark.parametrize("worse", ["ba", "bca", "cba"])
@pytest.mark.parametrize("mild", ["ab", "acb"])
def test_a_worse_answer_that_ends_lower_is_found_whatever_the_order(mild: str, worse: str) -> None:
    (finding,) = check_worse_answer_not_lower(
        ProofContext(library({"no": SAME_DAY}, sub("a"), sub("b"), sub("c", {}), mild=mild, worse=worse))
    )
    one, other = (dict(chat.answers) for chat in finding.chats)
    assert (one.pop("chooser.how"), other.pop("chooser.how")) == ("no", "bad")
    assert all(one[at] == other[at] for at in one.keys() & other.keys())
    assert {"a.it", "b.it"} <= one.keys() & other.keys()


def test_who_took_a_way_of_its_own_is_not_held_against_whoever_was_never_asked() -> None:
    """Whoever says 'bad' and then 'yes' to b is not asked for a. Who said 'yes' to a may end higher, if that is a way
    of its own, and only then."""
    subs = sub("a", {"yes": SAME_DAY}), sub("b", {}, yes="visit")

    def told(*own: SeparatePath) -> set[SourceKey]:
        return {
            finding.key
            for finding in check_worse_answer_not_lower(
                ProofContext(library({}, *subs, mild="ab", worse="ba", own=own))
            )
        }

    assert told() == {state_key("chooser.how", "bad"), state_key("b.it", "yes")}
    assert told(SeparatePath("a.it", frozenset({"yes"}), "x")) == set()
    assert told(SeparatePath("a.it", frozenset({"no"}), "x")) == told()
