"""The places that a finding names: where it is written, what led there, and what should perhaps be passed over."""

from dataclasses import replace

from bot.model.bundle import BASE_LANGUAGE
from bot.proof.checks.termination import check_everything_is_used, check_no_loop
from bot.proof.context import ProofContext
from bot.proof.finding import ExampleChat, Finding, field_key, state_key
from tests.support.changed_examples import ASKS, made

AGAIN = """  wait:
    ask: How long can you wait?
    why: So that I know.
    explain: Choose what comes closest.
    goto: end
    options:
      long: {text: A long time, goto: wait}
      not_sure: {}
      prefer_not_to_say: {}
      short: Not long
"""


def test_a_loop_is_shown_from_the_way_in_that_comes_to_it() -> None:
    circling = ASKS.replace("start: end\nstates:\n", f"start: wait\nstates:\n{AGAIN}")
    (finding,) = check_no_loop(ProofContext(made(usual=circling)[0]))
    assert finding.chats == (ExampleChat("usual", (("usual.wait", "long"),)),)


def test_a_second_time_names_the_question_that_should_have_been_passed_over() -> None:
    asked = "    ask: How bad is"
    sometimes = f"    only_if: {{blood: [none, spots]}}\n{asked}"
    again = ("chooser.yaml", "      none: No pain", "      none: {text: No pain, goto: blood}")
    (finding,) = check_no_loop(ProofContext(made(again, ("chooser.yaml", asked, sometimes))[0]))
    assert finding.key == state_key("chooser.blood")
    pain = state_key("chooser.pain", "none"), field_key(state_key("chooser.pain"), "only_if")
    assert finding.other_keys == pain
    (finding,) = check_no_loop(ProofContext(made(again)[0]))
    assert finding.other_keys == pain[:1], "what is always asked has no such line"


def test_a_state_that_waits_in_vain_names_what_it_waits_for() -> None:
    aside = "states:\n  aside:\n    say: Well.\n    only_if: {blood: spots, pain: strong}\n    goto: visit\n"
    past = ("chooser.yaml", "    goto: visit\n    options", "    goto: aside\n    options")
    (finding,) = check_everything_is_used(ProofContext(made(("chooser.yaml", "states:\n", aside), past)[0]))
    assert (finding.code, finding.key) == ("unreachable", ("chooser", "aside"))
    assert finding.other_keys == tuple(field_key(("chooser", name), "only_if") for name in ("aside", "blood", "pain"))


def test_a_page_that_nothing_gives_is_told_at_its_file() -> None:
    library, _ = made()
    (page,) = library.pages[BASE_LANGUAGE].values()
    library = replace(library, pages={BASE_LANGUAGE: {page.id: page, "other": replace(page, id="other")}})
    message = "no conversation ever brings up the page 'other'"
    assert list(check_everything_is_used(ProofContext(library))) == [Finding("unreachable", ("other.md",), message)]
