"""A flow that only informs: what the prover makes of its ending, and of what can be come to no more because of it."""

from dataclasses import replace

from bot.model.bundle import ContentBundle
from bot.model.content import RedFlag
from bot.model.guards import AnswerIs
from bot.model.promises import ForbiddenEnding
from bot.model.urgency import Urgency
from bot.proof.checks.red_flags import check_promises_can_apply, check_red_flags_are_asked, check_red_flags_are_met
from bot.proof.checks.termination import check_everything_is_used
from bot.proof.checks.uncertainty import check_forbidden_endings
from bot.proof.context import ProofContext
from bot.proof.finding import state_key
from tests.support.changed_examples import ASKS, INFORMS, USUAL, made


def promised(library: ContentBundle, *never_: ForbiddenEnding) -> ContentBundle:
    return replace(library, promises=replace(library.promises, forbidden_endings=never_))


def test_an_ending_that_only_informs_shows_every_warning_sign_and_excuses_from_asking() -> None:
    library, _ = made(*INFORMS, usual=USUAL)
    assert library.partly_unreachable_flows == {"usual"}
    assert list(check_red_flags_are_asked(ProofContext(library))) == [], "R02 is open for whoever has spots"
    findings = list(check_red_flags_are_asked(ProofContext(made(*INFORMS, usual=ASKS)[0])))
    assert {finding.key for finding in findings} == {state_key("usual.end")}


def test_an_ending_that_only_informs_helps_nobody_whose_red_flag_is_up() -> None:
    library, _ = made(*INFORMS, usual=USUAL)
    flag = RedFlag("R03", "Spots", Urgency.SAME_DAY, AnswerIs("chooser.blood", frozenset({"spots"})))
    (finding,) = check_red_flags_are_met(ProofContext(replace(library, red_flags=(flag,))))
    assert finding.key == state_key("chooser.blood", "spots")


def test_an_ending_that_only_informs_says_nothing_of_how_soon_and_any_other_does() -> None:
    calm = "      none: {text: No pain, goto: calm}\n"
    state = "states:\n  calm:\n    outcome: self_care\n    say: Rest.\n    safety_net: If it gets worse, go.\n"
    state += "    learn: being_seen\n"
    library, _ = made(
        *INFORMS, ("chooser.yaml", "      none: No pain\n", calm), ("chooser.yaml", "states:\n", state), usual=USUAL
    )
    low = frozenset({Urgency.SELF_CARE})
    informed = ForbiddenEnding("informed", low, AnswerIs("chooser.blood", frozenset({"spots"})), "x")
    assert list(check_forbidden_endings(ProofContext(promised(library, informed)))) == []
    told = ForbiddenEnding("told", low, AnswerIs("chooser.blood", frozenset({"none"})), "x")
    (finding,) = check_forbidden_endings(ProofContext(promised(library, told)))
    assert finding.other_keys[-1] == state_key("chooser.calm")


def test_a_red_flag_may_be_out_of_reach_in_a_flow_that_only_informs() -> None:
    for text, told in ((USUAL, []), (ASKS, ["R03"])):
        library, _ = made(*INFORMS, usual=text)
        flag = RedFlag("R03", "x", Urgency.SAME_DAY, AnswerIs("usual.question", frozenset({"yes"})))
        assert [
            finding.key[0] for finding in check_promises_can_apply(ProofContext(replace(library, red_flags=(flag,))))
        ] == told


def test_what_an_informing_flow_would_run_is_not_said_to_be_out_of_reach() -> None:
    library, _ = made(*INFORMS, usual=USUAL)
    assert list(check_everything_is_used(ProofContext(library))) == []
