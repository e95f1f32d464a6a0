"""The places that a finding names: where it is written, what led there, and what should perhaps be passed over."""

from dataclasses import replace

from bot.model.bundle import BASE
from bot.proof.checks.termination import loop, unreachable
from bot.proof.context import Case
from bot.proof.finding import Chat, Finding, field_of, key_of
from tests.long.proof_changed import ASKS, made

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
    (finding,) = loop(Case(made(usual=circling)[0]))
    assert finding.chats == (Chat("usual", (("usual.wait", "long"),)),)


def test_a_second_time_names_the_question_that_should_have_been_passed_over() -> None:
    asked = "    ask: How bad is"
    sometimes = f"    only_if: {{blood: [none, spots]}}\n{asked}"
    again = ("chooser.yaml", "      none: No pain", "      none: {text: No pain, goto: blood}")
    (finding,) = loop(Case(made(again, ("chooser.yaml", asked, sometimes))[0]))
    assert finding.key == key_of("chooser.blood")
    pain = key_of("chooser.pain", "none"), field_of(key_of("chooser.pain"), "only_if")
    assert finding.others == pain
    (finding,) = loop(Case(made(again)[0]))
    assert finding.others == pain[:1], "what is always asked has no such line"


def test_a_state_that_waits_in_vain_names_what_it_waits_for() -> None:
    aside = "states:\n  aside:\n    say: Well.\n    only_if: {blood: spots, pain: strong}\n    goto: visit\n"
    past = ("chooser.yaml", "    goto: visit\n    options", "    goto: aside\n    options")
    (finding,) = unreachable(Case(made(("chooser.yaml", "states:\n", aside), past)[0]))
    assert (finding.slug, finding.key) == ("unreachable", ("chooser", "aside"))
    assert finding.others == tuple(field_of(("chooser", name), "only_if") for name in ("aside", "blood", "pain"))


def test_a_page_that_nothing_gives_is_told_at_its_file() -> None:
    library, _ = made()
    (page,) = library.pages[BASE].values()
    library = replace(library, pages={BASE: {page.id: page, "other": replace(page, id="other")}})
    message = "no conversation ever brings up the page 'other'"
    assert list(unreachable(Case(library))) == [Finding("unreachable", ("other.md",), message)]
