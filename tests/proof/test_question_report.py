"""`check --why`: what each question can still change is named, and it is true of the conversations that people have."""

from functools import cache

import pytest

from bot.authoring.check.command import CheckReport, _print_report
from bot.authoring.loader import content_root, load_bundle
from bot.engine.interpreter import Interpreter
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.flow import Question
from bot.model.urgency import Floor
from bot.proof.context import ProofContext
from bot.proof.question_report import QuestionReport, question_reports
from tests.proof.test_checks import example

LIBRARY = load_bundle(content_root())[0]
ASKED = sorted(flow.full_name(q.name) for flow in LIBRARY.flows[BASE_LANGUAGE].values() for q in flow.questions())


@cache
def case() -> ProofContext:
    return ProofContext(LIBRARY)


@cache
def told() -> dict[str, QuestionReport]:
    return {reason.question: reason for reason in question_reports(case())}


def walked(library: ContentBundle, begin: str, said: tuple[tuple[str, str], ...]) -> Interpreter:
    walker = Interpreter(library, BASE_LANGUAGE)
    walker.start(begin)
    for at, option in said:
        assert walker.state_id == at
        walker.answer(option)
    return walker


def endings(number: int, option: int) -> Floor:
    """The lowest ending after an answer at a spot of the graph: walked as a person would, in the very bot."""
    graph = case().graph
    begin, said = graph.shortest_way_to(number)
    target = graph.nodes[number].successors[option]
    rest = graph.shortest_way_to_rank(target, graph.lowest_ranks[target])
    walker = walked(LIBRARY, begin, (*said, graph.nodes[number].answer_of(option), *rest))
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
        assert reason.pages or reason.advice_count or reason.remark_count or reason.opened_questions, (
            "then it changes something else"
        )
        return
    graph, changing = case().graph, set[Floor]()
    for number in case().nodes_by_question[at]:
        targets = graph.nodes[number].successors
        if len({graph.lowest_ranks[target] for target in targets}) < 2 or changing >= set(reason.floors):
            continue
        changing |= {endings(number, option) for option in range(len(targets))}
    assert min(changing) == reason.floors[0]
    assert max(changing) == reason.floors[1]


@pytest.mark.parametrize("at", ASKED)
def test_the_pages_that_it_names_are_those_of_its_answers_and_rules(at: str) -> None:
    flow, _, name = at.partition(".")
    question = LIBRARY.flows[BASE_LANGUAGE][flow].states[name]
    assert isinstance(question, Question)
    pages = {page for option in question.options for page in option.effect.learn}
    assert pages <= set(told()[at].pages) <= set(LIBRARY.pages[BASE_LANGUAGE])


def test_it_is_printed_on_demand(capsys: pytest.CaptureFixture[str]) -> None:
    library, _ = example("clean")
    for why in (False, True):
        _print_report(library, CheckReport(), with_reasons=why)
        printed = capsys.readouterr().out
        assert all((str(reason) in printed) is why for reason in question_reports(ProofContext(library)))
