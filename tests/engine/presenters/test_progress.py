"""How much is left to answer is told truly: from the longest way on, and it never rises for no reason."""

import json
from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.authoring.loader import content_root, load_bundle
from bot.engine.interpreter import replay
from bot.engine.session import ButtonPress, MessageKind, Session, Start
from bot.engine.snapshot import Snapshot
from bot.engine.step import step
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.flow import Question
from bot.model.guards import UrgencyIs
from bot.model.remaining_questions import MAX_REMAINING_SHOWN, REMAINING_FILE, RemainingQuestions, hash_shape

PICKS = st.lists(st.integers(0, 9), min_size=45, max_size=45)


def begun(library: ContentBundle, flow: str) -> Session:
    session, _ = step(library, Session(), Start(flow))
    return step(library, session, ButtonPress(f"!go_on:{flow}")).session


def left(library: ContentBundle, session: Session) -> int | None:
    walker = Snapshot(library, session).interpreter
    return library.remaining_questions.count_after(session.flow, walker.answers, walker.state_id)


@given(data=st.data(), picks=PICKS)
def test_each_answer_leaves_fewer_questions(library: ContentBundle, data: st.DataObject, picks: list[int]) -> None:
    """Whatever is answered: what is told is a bound that holds, and it falls with every answer."""
    session = begun(library, data.draw(st.sampled_from(library.entry_flows)))
    bounds = list[int]()
    for pick in picks:
        question = Snapshot(library, session).open_question
        if question is None:
            break
        number = left(library, session)
        assert number is not None
        bounds.append(number)
        session = step(library, session, ButtonPress(question.options[pick % len(question.options)].id)).session
    assert all(after < before for before, after in pairwise(bounds))
    assert all(bound >= len(bounds) - 1 - asked for asked, bound in enumerate(bounds)), "more was asked than was told"


def test_the_longest_way_is_really_there(library: ContentBundle) -> None:
    """Not only a bound: somebody who always takes the longest way is asked exactly as much as they were told."""
    remaining = library.remaining_questions
    for flow, root in remaining.roots.items():
        answers, number, asked = dict[str, str](), root, 0
        while spot := remaining.nodes[number]:
            name, options = remaining.questions[spot[0]]
            number = max(spot[1:], key=remaining.longest_paths.__getitem__)
            answers[name] = options[spot[1:].index(number)]
            asked += 1
        assert asked == remaining.longest_paths[root]
        assert replay(library, flow, answers).outcome, flow


def test_a_question_says_how_many_follow(library: ContentBundle) -> None:
    """In both languages, and in the last question too."""
    everything = load_bundle(content_root(), include_drafts=True)[0]
    for language, words in (("en", "About "), ("es", "Unas ")):
        _, (card, *_) = step(everything, Session(language=language), ButtonPress("!go_on:blood_in_semen"))
        assert card.kind is MessageKind.QUESTION
        assert card.full_text.startswith(f"{words}9 "), card.full_text
    _, (card, *_) = step(library, Session(), ButtonPress("!go_on:child"))
    assert card.lead == "This is the last question."


def test_what_was_found_for_other_flows_is_not_told(library: ContentBundle) -> None:
    ours = hash_shape(library.flows[BASE_LANGUAGE])
    written = library.remaining_questions.to_json(ours)
    assert RemainingQuestions.from_json(written, ours) == library.remaining_questions
    assert RemainingQuestions.from_json(written, "another shape") == RemainingQuestions()
    for damaged in ("", "{", "[]", json.dumps({"of": "x"}), written.replace('"roots"', '"root"')):
        assert RemainingQuestions.from_json(damaged, ours) == RemainingQuestions(), REMAINING_FILE


def test_words_may_change_and_arrows_may_not(library: ContentBundle) -> None:
    flows = library.flows[BASE_LANGUAGE]
    flow = flows["blood_in_semen"]
    question = flow.states[flow.start]
    assert isinstance(question, Question)

    def with_start(**changes: Any) -> str:
        states = {**flow.states, flow.start: replace(question, **changes)}
        return hash_shape({**flows, flow.name: replace(flow, states=states)})

    assert with_start(ask="Something else?", why="Because.", sensitive=False) == hash_shape(flows)
    assert with_start(options=question.options[1:]) != hash_shape(flows)
    assert with_start(only_if=UrgencyIs(frozenset())) != hash_shape(flows)


def test_answers_that_lead_nowhere_are_told_nothing(library: ContentBundle) -> None:
    after = partial(library.remaining_questions.count_after, "chooser")
    assert after({}, "chooser.topic") is not None
    assert after({"chooser.topic": "no such thing"}, "safety.signs") is None
    assert after({}, "safety.signs") is None
    assert library.remaining_questions.count_after("nowhere", {}, "chooser.topic") is None
    assert RemainingQuestions().count_after("chooser", {}, "chooser.topic") is None


@given(picks=PICKS)
def test_no_number_frightens(library: ContentBundle, picks: list[int]) -> None:
    """Of a long way it is only said, once, that it takes some minutes; numbers are told when they are few."""
    phrases = library.phrases[BASE_LANGUAGE].texts
    session, (*_, card) = step(library, Session(), ButtonPress("!go_on:chooser"))
    for asked, pick in enumerate(picks):
        if (question := Snapshot(library, session).open_question) is None:
            break
        number = left(library, session)
        assert number is not None
        if number > MAX_REMAINING_SHOWN:
            assert card.lead == (phrases["progress_more"] if asked else phrases["progress_many"])
        else:
            assert any(digit.isdecimal() for digit in card.lead) or number <= 1
        session, (*_, card) = step(library, session, ButtonPress(question.options[pick % len(question.options)].id))
