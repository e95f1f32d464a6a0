"""The walker on small flows: what each answer makes hold, what is remembered of a walk, and where it cannot go on."""

from dataclasses import replace

import pytest

from bot.engine.interpreter import MAX_MOVES, Interpreter, NoTransitionError, replay
from bot.engine.machine import build_machine
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.flow import INITIAL_STATE, Effect, Question, Statement
from bot.model.urgency import LOWEST_FLOOR, Floor, Urgency
from tests.support.brute_force import BruteForce
from tests.support.random_flows import RandomFlowMaker

TODAY = Floor(Urgency.SAME_DAY)


def test_a_rule_counts_from_the_first_answer_after_which_it_holds() -> None:
    """Weighed again from scratch after each answer of every conversation of sixty small flows."""
    fired_at_all = 0
    for seed in range(60):
        library = RandomFlowMaker(seed).library()
        for run in BruteForce(library).runs:
            if not run.outcome:
                continue
            walker, fired = Interpreter(library, BASE_LANGUAGE), set[tuple[str, int]]()
            walker.start(run.way_in)
            assert walker._entered_flows[:1] == [run.way_in]
            for at, value in run.said:
                option = walker.current_state.option(value) if isinstance(walker.current_state, Question) else None
                assert option
                floor, answers = (
                    max(walker.floor, option.effect.at_least or LOWEST_FLOOR),
                    {**walker.answers, at: value},
                )
                for flow in walker._entered_flows:
                    for number, rule in enumerate(library.flow(flow).rules):
                        if (flow, number) not in fired and rule.when.holds(answers, floor):
                            fired.add((flow, number))
                            floor = max(floor, rule.effect.at_least or LOWEST_FLOOR)
                walker.answer(value)
                assert walker.fired_rules == fired, (seed, run.said)
                assert walker.floor >= floor
            fired_at_all += len(fired)
    assert fired_at_all > 100


def test_a_page_stands_as_high_as_the_highest_answer_that_brought_it(library: ContentBundle) -> None:
    walker = Interpreter(library, BASE_LANGUAGE)
    walker._apply(Effect(TODAY, ("page",)))
    walker._apply(Effect(None, ("page", "other")))
    assert walker.collected_pages == {"page": TODAY, "other": LOWEST_FLOOR}
    assert walker.floor == TODAY


def test_advice_and_words_are_given_once(library: ContentBundle) -> None:
    walker = Interpreter(library, BASE_LANGUAGE)
    for effect in (Effect(advise="Rest."), Effect(), Effect(advise="Rest."), Effect(advise="Drink.")):
        walker._apply(effect)
    assert walker.advice == ["Rest.", "Drink."]
    for text in ("Call.", "", "Call.", "Wait."):
        walker._say_once(text)
    assert walker.texts_since_answer == ["Call.", "Wait."]


# ---- where it cannot go on


def test_a_walk_that_moves_without_end_says_where(library: ContentBundle) -> None:
    chooser = library.flow("chooser")
    round_about = replace(chooser, start="here", states={**chooser.states, "here": Statement("here", "Hello.", "here")})
    broken = replace(
        library,
        flows={BASE_LANGUAGE: {**library.flows[BASE_LANGUAGE], "chooser": round_about}},
        machines={**library.machines, "chooser": build_machine(round_about)},
    )
    with pytest.raises(NoTransitionError, match=rf"^still moving after {MAX_MOVES} moves, at chooser\.here$"):
        Interpreter(broken, BASE_LANGUAGE).start("chooser")


def test_an_answer_that_leads_nowhere_says_where(library: ContentBundle) -> None:
    walker = Interpreter(library, BASE_LANGUAGE)
    walker.start("chooser")
    with pytest.raises(NoTransitionError, match=r"^no arrow for 'answer' is open at chooser\.topic$"):
        walker.answer("no such option")


def test_an_answer_that_is_offered_no_more_leaves_its_question_open(library: ContentBundle) -> None:
    walker = replay(library, "chooser", {"chooser.topic": "no such option", "safety.signs": "no"})
    assert (walker.state_id, walker.answers) == ("chooser.topic", {})
    walker = replay(library, "chooser", {"safety.signs": "no", "chooser.topic": "bleeding"})
    assert walker.answers == {"chooser.topic": "bleeding", "safety.signs": "no"}, "in the order of the questions"


# ---- in whose words


def test_every_flow_of_a_walk_speaks_its_language(library: ContentBundle) -> None:
    other = {name: replace(flow, title=f"other {flow.title}") for name, flow in library.flows[BASE_LANGUAGE].items()}
    both = replace(library, flows={**library.flows, "xx": other})
    for answers in ({}, {"chooser.topic": "bleeding"}):
        assert replay(both, "chooser", answers, "xx").current_flow.title.startswith("other ")
        assert not replay(both, "chooser", answers).current_flow.title.startswith("other ")


# ---- a walk that is remembered


ANSWERS = {"chooser.topic": "bleeding", "safety.signs": "no"}


def test_a_walk_is_gone_on_with_where_it_is_the_beginning_of_this_one(library: ContentBundle) -> None:
    before = replay(library, "chooser", ANSWERS)
    assert before.is_prefix_of(library, "chooser", ANSWERS, BASE_LANGUAGE)
    assert before.is_prefix_of(library, "chooser", ANSWERS | {"safety.blood_now": "spots"}, BASE_LANGUAGE)
    assert replay(library, "chooser", {}).is_prefix_of(library, "chooser", ANSWERS, BASE_LANGUAGE)


def test_a_walk_of_something_else_is_not_gone_on_with(library: ContentBundle) -> None:
    before = replay(library, "chooser", ANSWERS)
    assert not before.is_prefix_of(library, "chooser", ANSWERS | {"safety.signs": "yes"}, BASE_LANGUAGE), "changed"
    assert not before.is_prefix_of(library, "chooser", {"chooser.topic": "bleeding"}, BASE_LANGUAGE), "taken back"
    assert not before.is_prefix_of(library, "bleeding_after_sex", ANSWERS, BASE_LANGUAGE), "another way in"
    assert not before.is_prefix_of(library, "chooser", ANSWERS, "es"), "another language"
    for part in ("flows", "machines"):
        newer = replace(library, **{part: dict(getattr(library, part))})
        assert not before.is_prefix_of(newer, "chooser", ANSWERS, BASE_LANGUAGE), part
    assert not before.is_prefix_of(replace(library, red_flags=library.red_flags[1:]), "chooser", ANSWERS, BASE_LANGUAGE)


def test_a_walk_that_is_gone_on_with_is_not_walked_again_and_stays_as_it_was(library: ContentBundle) -> None:
    before = replay(library, "chooser", ANSWERS)
    before.advice.append("a mark that only this walk has")
    on = replay(library, "chooser", ANSWERS | {"safety.blood_now": "spots"}, BASE_LANGUAGE, before)
    assert on.advice == before.advice
    assert (before.state_id, on.state_id != before.state_id) == ("safety.blood_now", True)
    assert before.answers == ANSWERS
    anew = replay(library, "chooser", ANSWERS | {"safety.signs": "yes"}, BASE_LANGUAGE, before)
    assert "a mark that only this walk has" not in anew.advice


def test_a_walker_that_has_not_set_out_stands_nowhere(library: ContentBundle) -> None:
    walker = Interpreter(library, BASE_LANGUAGE)
    assert (walker.question, walker.outcome, walker.red_flag_result) == (None, None, None)
    assert walker.fired_rules == frozenset()
    walker.start("chooser")
    assert walker.state != INITIAL_STATE
