"""How much is left to answer is told truly: from the longest way on, and it never rises for no reason."""

import json
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.authoring.loader import home, load
from bot.engine.interpreter import walk
from bot.engine.session import Kind, Press, Session, Start
from bot.engine.snapshot import Talk
from bot.engine.step import step
from bot.model.bundle import BASE, Library
from bot.model.flow import Question
from bot.model.guards import Reached
from bot.model.remaining_questions import FILE, MOST_TOLD, Remaining, shape

PICKS = st.lists(st.integers(0, 9), min_size=45, max_size=45)


def begun(library: Library, flow: str) -> Session:
    session, _ = step(library, Session(), Start(flow))
    return step(library, session, Press(f"!go_on:{flow}")).session


def left(library: Library, session: Session) -> int | None:
    walker = Talk(library, session).walker
    return library.remaining.after(session.flow, walker.answers, walker.at)


@given(data=st.data(), picks=PICKS)
def test_each_answer_leaves_fewer_questions(library: Library, data: st.DataObject, picks: list[int]) -> None:
    """Whatever is answered: what is told is a bound that holds, and it falls with every answer."""
    session = begun(library, data.draw(st.sampled_from(library.entrances)))
    bounds = list[int]()
    for pick in picks:
        question = Talk(library, session).open
        if question is None:
            break
        number = left(library, session)
        assert number is not None
        bounds.append(number)
        session = step(library, session, Press(question.options[pick % len(question.options)].id)).session
    assert all(after < before for before, after in pairwise(bounds))
    assert all(bound >= len(bounds) - 1 - asked for asked, bound in enumerate(bounds)), "more was asked than was told"


def test_the_longest_way_is_really_there(library: Library) -> None:
    """Not only a bound: somebody who always takes the longest way is asked exactly as much as they were told."""
    remaining = library.remaining
    for flow, root in remaining.roots.items():
        answers, number, asked = dict[str, str](), root, 0
        while spot := remaining.spots[number]:
            name, options = remaining.questions[spot[0]]
            number = max(spot[1:], key=remaining.longest.__getitem__)
            answers[name] = options[spot[1:].index(number)]
            asked += 1
        assert asked == remaining.longest[root]
        assert walk(library, flow, answers).outcome, flow


def test_a_question_says_how_many_follow(library: Library) -> None:
    """In both languages, and in the last question too."""
    everything = load(home(), drafts=True)[0]
    for language, words in (("en", "About "), ("es", "Unas ")):
        _, (card, *_) = step(everything, Session(language=language), Press("!go_on:blood_in_semen"))
        assert card.kind is Kind.QUESTION
        assert card.whole.startswith(f"{words}9 "), card.whole
    _, (card, *_) = step(library, Session(), Press("!go_on:child"))
    assert card.lead == "This is the last question."


def test_what_was_found_for_other_flows_is_not_told(library: Library) -> None:
    ours = shape(library.flows[BASE])
    written = library.remaining.to_json(ours)
    assert Remaining.from_json(written, ours) == library.remaining
    assert Remaining.from_json(written, "another shape") == Remaining()
    for damaged in ("", "{", "[]", json.dumps({"of": "x"}), written.replace('"roots"', '"root"')):
        assert Remaining.from_json(damaged, ours) == Remaining(), FILE


def test_words_may_change_and_arrows_may_not(library: Library) -> None:
    flows = library.flows[BASE]
    flow = flows["blood_in_semen"]
    question = flow.states[flow.start]
    assert isinstance(question, Question)

    def with_start(**changes: Any) -> str:
        states = {**flow.states, flow.start: replace(question, **changes)}
        return shape({**flows, flow.name: replace(flow, states=states)})

    assert with_start(ask="Something else?", why="Because.", sensitive=False) == shape(flows)
    assert with_start(options=question.options[1:]) != shape(flows)
    assert with_start(only_if=Reached(frozenset())) != shape(flows)


def test_answers_that_lead_nowhere_are_told_nothing(library: Library) -> None:
    after = partial(library.remaining.after, "chooser")
    assert after({}, "chooser.topic") is not None
    assert after({"chooser.topic": "no such thing"}, "safety.signs") is None
    assert after({}, "safety.signs") is None
    assert library.remaining.after("nowhere", {}, "chooser.topic") is None
    assert Remaining().after("chooser", {}, "chooser.topic") is None


@given(picks=PICKS)
def test_no_number_frightens(library: Library, picks: list[int]) -> None:
    """Of a long way it is only said, once, that it takes some minutes; numbers are told when they are few."""
    phrases = library.phrases[BASE].texts
    session, (*_, card) = step(library, Session(), Press("!go_on:chooser"))
    for asked, pick in enumerate(picks):
        if (question := Talk(library, session).open) is None:
            break
        number = left(library, session)
        assert number is not None
        if number > MOST_TOLD:
            assert card.lead == (phrases["progress_more"] if asked else phrases["progress_many"])
        else:
            assert any(digit.isdecimal() for digit in card.lead) or number <= 1
        session, (*_, card) = step(library, session, Press(question.options[pick % len(question.options)].id))
