"""The walker on small flows: what each answer makes hold, what is remembered of a walk, and where it cannot go on."""

from dataclasses import replace

import pytest

from bot.engine.interpreter import MOST_MOVES, Stuck, Walker, walk
from bot.engine.machine import rule_book
from bot.model.bundle import BASE, Library
from bot.model.flow import BEGIN, Effect, Question, Statement
from bot.model.urgency import LOWEST, Floor, Urgency
from tests.support.brute_force import BruteForce
from tests.support.random_flows import Maker

TODAY = Floor(Urgency.SAME_DAY)


def test_a_rule_counts_from_the_first_answer_after_which_it_holds() -> None:
    """Weighed again from scratch after each answer of every conversation of sixty small flows."""
    fired_at_all = 0
    for seed in range(60):
        library = Maker(seed).library()
        for run in BruteForce(library).runs:
            if not run.outcome:
                continue
            walker, fired = Walker(library, BASE), set[tuple[str, int]]()
            walker.enter(run.way_in)
            assert walker._entered[:1] == [run.way_in]
            for at, value in run.said:
                option = walker.here.option(value) if isinstance(walker.here, Question) else None
                assert option
                floor, answers = max(walker.floor, option.effect.at_least or LOWEST), {**walker.answers, at: value}
                for flow in walker._entered:
                    for number, rule in enumerate(library.flow(flow).rules):
                        if (flow, number) not in fired and rule.when.holds(answers, floor):
                            fired.add((flow, number))
                            floor = max(floor, rule.effect.at_least or LOWEST)
                walker.take(value)
                assert walker.fired == fired, (seed, run.said)
                assert walker.floor >= floor
            fired_at_all += len(fired)
    assert fired_at_all > 100


def test_a_page_stands_as_high_as_the_highest_answer_that_brought_it(library: Library) -> None:
    walker = Walker(library, BASE)
    walker._weigh(Effect(TODAY, ("page",)))
    walker._weigh(Effect(None, ("page", "other")))
    assert walker.learned == {"page": TODAY, "other": LOWEST}
    assert walker.floor == TODAY


def test_advice_and_words_are_given_once(library: Library) -> None:
    walker = Walker(library, BASE)
    for effect in (Effect(advise="Rest."), Effect(), Effect(advise="Rest."), Effect(advise="Drink.")):
        walker._weigh(effect)
    assert walker.advice == ["Rest.", "Drink."]
    for text in ("Call.", "", "Call.", "Wait."):
        walker._say(text)
    assert walker.spoken == ["Call.", "Wait."]


# ---- where it cannot go on


def test_a_walk_that_moves_without_end_says_where(library: Library) -> None:
    chooser = library.flow("chooser")
    round_about = replace(chooser, start="here", states={**chooser.states, "here": Statement("here", "Hello.", "here")})
    broken = replace(
        library,
        flows={BASE: {**library.flows[BASE], "chooser": round_about}},
        machines={**library.machines, "chooser": rule_book(round_about)},
    )
    with pytest.raises(Stuck, match=rf"^still moving after {MOST_MOVES} moves, at chooser\.here$"):
        Walker(broken, BASE).enter("chooser")


def test_an_answer_that_leads_nowhere_says_where(library: Library) -> None:
    walker = Walker(library, BASE)
    walker.enter("chooser")
    with pytest.raises(Stuck, match=r"^no arrow for 'answer' is open at chooser\.topic$"):
        walker.take("no such option")


def test_an_answer_that_is_offered_no_more_leaves_its_question_open(library: Library) -> None:
    walker = walk(library, "chooser", {"chooser.topic": "no such option", "safety.signs": "no"})
    assert (walker.at, walker.answers) == ("chooser.topic", {})
    walker = walk(library, "chooser", {"safety.signs": "no", "chooser.topic": "bleeding"})
    assert walker.answers == {"chooser.topic": "bleeding", "safety.signs": "no"}, "in the order of the questions"


# ---- in whose words


def test_every_flow_of_a_walk_speaks_its_language(library: Library) -> None:
    other = {name: replace(flow, title=f"other {flow.title}") for name, flow in library.flows[BASE].items()}
    both = replace(library, flows={**library.flows, "xx": other})
    for answers in ({}, {"chooser.topic": "bleeding"}):
        assert walk(both, "chooser", answers, "xx").flow.title.startswith("other ")
        assert not walk(both, "chooser", answers).flow.title.startswith("other ")


# ---- a walk that is remembered


ANSWERS = {"chooser.topic": "bleeding", "safety.signs": "no"}


def test_a_walk_is_gone_on_with_where_it_is_the_beginning_of_this_one(library: Library) -> None:
    before = walk(library, "chooser", ANSWERS)
    assert before.leads_to(library, "chooser", ANSWERS, BASE)
    assert before.leads_to(library, "chooser", ANSWERS | {"safety.blood_now": "spots"}, BASE)
    assert walk(library, "chooser", {}).leads_to(library, "chooser", ANSWERS, BASE)


def test_a_walk_of_something_else_is_not_gone_on_with(library: Library) -> None:
    before = walk(library, "chooser", ANSWERS)
    assert not before.leads_to(library, "chooser", ANSWERS | {"safety.signs": "yes"}, BASE), "changed"
    assert not before.leads_to(library, "chooser", {"chooser.topic": "bleeding"}, BASE), "taken back"
    assert not before.leads_to(library, "bleeding_after_sex", ANSWERS, BASE), "another way in"
    assert not before.leads_to(library, "chooser", ANSWERS, "es"), "another language"
    for part in ("flows", "machines"):
        newer = replace(library, **{part: dict(getattr(library, part))})
        assert not before.leads_to(newer, "chooser", ANSWERS, BASE), part
    assert not before.leads_to(replace(library, red_flags=library.red_flags[1:]), "chooser", ANSWERS, BASE)


def test_a_walk_that_is_gone_on_with_is_not_walked_again_and_stays_as_it_was(library: Library) -> None:
    before = walk(library, "chooser", ANSWERS)
    before.advice.append("a mark that only this walk has")
    on = walk(library, "chooser", ANSWERS | {"safety.blood_now": "spots"}, BASE, before)
    assert on.advice == before.advice
    assert (before.at, on.at != before.at) == ("safety.blood_now", True)
    assert before.answers == ANSWERS
    anew = walk(library, "chooser", ANSWERS | {"safety.signs": "yes"}, BASE, before)
    assert "a mark that only this walk has" not in anew.advice


def test_a_walker_that_has_not_set_out_stands_nowhere(library: Library) -> None:
    walker = Walker(library, BASE)
    assert (walker.question, walker.outcome, walker.flag) == (None, None, None)
    assert walker.fired == frozenset()
    walker.enter("chooser")
    assert walker.state != BEGIN
