"""`check --why`: what each question can still change is named, and it is true of the conversations that people have."""

from functools import cache

import pytest

from bot.authoring.check.command import Report, _print
from bot.authoring.loader import home, load
from bot.engine.interpreter import Walker
from bot.model.bundle import BASE, Library
from bot.model.flow import Question
from bot.model.urgency import Floor
from bot.proof.context import Case
from bot.proof.question_report import Reason, reasons
from tests.proof.test_checks import example

LIBRARY = load(home())[0]
ASKED = sorted(flow.at(q.name) for flow in LIBRARY.flows[BASE].values() for q in flow.questions())


@cache
def case() -> Case:
    return Case(LIBRARY)


@cache
def told() -> dict[str, Reason]:
    return {reason.question: reason for reason in reasons(case())}


def walked(library: Library, begin: str, said: tuple[tuple[str, str], ...]) -> Walker:
    walker = Walker(library, BASE)
    walker.enter(begin)
    for at, option in said:
        assert walker.at == at
        walker.take(option)
    return walker


def endings(number: int, option: int) -> Floor:
    """The lowest ending after an answer at a spot of the graph: walked as a person would, in the very bot."""
    graph = case().graph
    begin, said = graph.way_to(number)
    target = graph.spots[number].next[option]
    rest = graph.way_on(target, graph.lowest[target])
    walker = walked(LIBRARY, begin, (*said, graph.spots[number].said(option), *rest))
    assert walker.outcome
    return walker.floor


def test_every_question_says_what_it_is_for() -> None:
    assert sorted(told()) == ASKED
    for reason in told().values():
        assert str(reason) != f"{reason.question}: ", "it changes nothing"


@pytest.mark.parametrize("at", ASKED)
def test_the_urgencies_that_it_names_are_come_to(at: str) -> None:
    """Two people who answered alike until here, and differ in this answer alone, can end as it says."""
    reason = told()[at]
    if reason.floors is None:
        assert reason.pages or reason.advice or reason.words or reason.opens, "then it changes something else"
        return
    graph, changing = case().graph, set[Floor]()
    for number in case().asked[at]:
        targets = graph.spots[number].next
        if len({graph.lowest[target] for target in targets}) < 2 or changing >= set(reason.floors):
            continue
        changing |= {endings(number, option) for option in range(len(targets))}
    assert min(changing) == reason.floors[0]
    assert max(changing) == reason.floors[1]


@pytest.mark.parametrize("at", ASKED)
def test_the_pages_that_it_names_are_those_of_its_answers_and_rules(at: str) -> None:
    flow, _, name = at.partition(".")
    question = LIBRARY.flows[BASE][flow].states[name]
    assert isinstance(question, Question)
    pages = {page for option in question.options for page in option.effect.learn}
    assert pages <= set(told()[at].pages) <= set(LIBRARY.pages[BASE])


def test_it_is_printed_on_demand(capsys: pytest.CaptureFixture[str]) -> None:
    library, _ = example("clean")
    for why in (False, True):
        _print(library, Report(), why=why)
        printed = capsys.readouterr().out
        assert all((str(reason) in printed) is why for reason in reasons(Case(library)))
