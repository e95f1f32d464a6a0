"""What the prover tells, on flows so small that it can be read off: counts, chats, places, what is idle."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.engine.interpreter import Interpreter
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.content import RedFlag
from bot.model.flow import Question
from bot.model.guards import AnswerIs, Not
from bot.model.guards import describe as words
from bot.model.promises import LengthBound, RedFlagExemption
from bot.model.urgency import EMERGENCY_FLOOR, Floor, Urgency
from bot.proof.checks.idle_questions import check_no_idle_question
from bot.proof.checks.lengths import longest_until_known, measure_bound
from bot.proof.checks.monotonicity import MAX_SKIPPED_QUESTIONS_NAMED, check_worse_answer_not_lower
from bot.proof.checks.red_flags import check_promises_can_apply, check_red_flags_are_asked, check_red_flags_are_met
from bot.proof.checks.termination import check_everything_is_used
from bot.proof.checks.uncertainty import check_unsure_not_low
from bot.proof.context import ProofContext
from bot.proof.finding import ExampleChat, Finding, LongestChat, field_key, state_key
from bot.proof.prover import prove
from bot.proof.question_report import QuestionReport, question_reports
from bot.proof.report import location_of, transcript_lines
from bot.proof.state_space.formulas import Formulas
from bot.proof.state_space.reachability import FlowGraph
from tests.support.changed_examples import ASKS, MIDDLE, Change, made
from tests.support.random_flows import RandomFlowMaker

# ---- what there is


def test_everything_that_was_looked_at_is_counted() -> None:
    """Who pours is helped at once; the other four are asked for their pain, and each can give four answers."""
    proof = prove(made()[0])
    assert proof.holds
    assert proof.conversation_count == 1 + 4 * 4
    assert proof.state_count == 1 + 3 + 4, "a question; with no blood, with spots, with a doubt; and four endings"
    assert proof.bound_lengths == (("longest", 2),)
    assert proof.remaining.count_after("chooser", {}, "chooser.blood") == 1
    assert proof.remaining.count_after("chooser", {"chooser.blood": "spots"}, "chooser.pain") == 0


def test_what_only_a_rule_leads_to_lies_ahead_too() -> None:
    flows = dict(made()[0].flows[BASE_LANGUAGE])
    assert FlowGraph(flows, Formulas()).reachable_states["chooser", "pain"] == {"pain", "visit", "help_now"}


def test_where_a_question_that_is_passed_over_leads_lies_ahead_if_it_can_be_passed_over() -> None:
    flow = made()[0].flows[BASE_LANGUAGE]["chooser"]
    pain = flow.states["pain"]
    assert isinstance(pain, Question)
    options = tuple(replace(option, goto="help_now") for option in pain.options)
    for only_if, ahead in (
        (None, {"pain", "help_now"}),
        (AnswerIs("chooser.blood", frozenset()), {"pain", "help_now", "visit"}),
    ):
        states = {**flow.states, "pain": replace(pain, options=options, only_if=only_if)}
        assert (
            FlowGraph({"chooser": replace(flow, states=states)}, Formulas()).reachable_states["chooser", "pain"]
            == ahead
        )


def test_what_each_question_is_for_can_be_read_off() -> None:
    library, _ = made(("chooser.yaml", "none: No blood", "none: {text: No blood, goto: visit}"))
    blood, pain = question_reports(ProofContext(library))
    routine = Floor(Urgency.ROUTINE)
    assert blood == QuestionReport("chooser.blood", (routine, EMERGENCY_FLOOR), (), 0, 0, ("chooser.pain",), 1)
    assert pain == QuestionReport("chooser.pain", (Floor(Urgency.SOON, 7), EMERGENCY_FLOOR), (), 0, 0, (), 1)
    assert str(blood) == "chooser.blood: from routine to emergency; opens chooser.pain; 1 rules look at it"
    assert str(pain) == "chooser.pain: from soon 7 days to emergency; 1 rules look at it"


def test_a_budget_is_enough_if_nothing_is_left_over() -> None:
    library = made()[0]
    assert prove(library, max_states=8).holds
    assert [finding.code for finding in prove(library, max_states=7).findings] == ["too-entangled"]


def test_what_is_known_only_at_the_ending_is_known() -> None:
    """Without pain that is strong and blood that pours there is one ending, and it is known there and no sooner."""
    library, _ = made(*[("chooser.yaml", "{at_least: same_day}", "{}")] * 4)
    flag = RedFlag("R03", "x", Urgency.SOON, AnswerIs("chooser.pain", frozenset({"not_sure"})))
    bound = LengthBound("b", 9, "x", "red_flags", {}, frozenset({"strong", "pouring"}))
    assert longest_until_known(ProofContext(library), bound, flag).question_count == 2


def test_without_a_red_flag_it_takes_no_question_to_know_of_all() -> None:
    library = replace(made()[0], red_flags=())
    assert measure_bound(ProofContext(library), LengthBound("b", 9, "x", "red_flags")) == LongestChat(
        0, ExampleChat("", ())
    )


# ---- what is told


def test_a_page_given_once_the_floor_has_risen_is_given() -> None:
    """The rule waits for the floor, two answers after the only one that it looks at."""
    rule = "rules:\n  - when: {blood: none, urgency: soon}\n    learn: being_seen\n    why: It is read.\n"
    short = ("chooser.yaml", "short: Not long", "short: {text: Not long, at_least: soon 3 days}")
    assert (
        list(check_everything_is_used(ProofContext(made(short, ("chooser.yaml", "rules:\n", rule), of="idle")[0])))
        == []
    )
    (finding,) = check_everything_is_used(ProofContext(made(("chooser.yaml", "rules:\n", rule), of="idle")[0]))
    assert finding.message.startswith("this rule's page or advice can never do anything")


def test_a_rule_that_raises_the_floor_to_where_it_stands_is_of_no_use() -> None:
    for days, told in ((7, ["this rule's at_least can never do anything: when blood is spots"]), (6, [])):
        rule = f"rules:\n  - when: {{blood: spots}}\n    at_least: soon {days} days\n    why: x\n"
        rule += "  - when: {blood: none, pain: none}\n    at_least: same_day\n    why: or nothing could be raised\n"
        findings = check_everything_is_used(ProofContext(made(("chooser.yaml", "rules:\n", rule))[0]))
        assert [finding.message for finding in findings] == told


def test_a_return_that_is_there_for_the_form_is_not_said_to_be_out_of_reach() -> None:
    """`run` wants to know where it goes on, though nobody ever comes back from a flow that only ends."""
    run = ("chooser.yaml", "states:\n", "states:\n  middle:\n    run: middle\n    goto: visit\n")
    none = ("chooser.yaml", "none: No pain", "none: {text: No pain, goto: middle}")
    assert list(check_everything_is_used(ProofContext(made(run, none, middle=MIDDLE, usual=ASKS)[0]))) == []
    nobody = made(run, middle=MIDDLE, usual=ASKS)[0]
    told = [(finding.code, finding.key) for finding in check_everything_is_used(ProofContext(nobody))]
    assert told == [("unreachable", ("chooser", "middle")), ("unreachable", ("middle",))]


def test_a_return_that_nobody_comes_to_is_told() -> None:
    lost = MIDDLE.replace("goto: back", "goto: lost")
    lost = lost.replace("  back:", "  lost:\n    say: Well.\n    goto: back\n  back:")
    run = ("chooser.yaml", "states:\n", "states:\n  middle:\n    run: middle\n    goto: visit\n")
    none = ("chooser.yaml", "none: No pain", "none: {text: No pain, goto: middle}")
    told = [
        finding.key for finding in check_everything_is_used(ProofContext(made(run, none, middle=lost, usual=ASKS)[0]))
    ]
    assert told == [("middle", "lost"), ("middle", "back")]


def test_a_red_flag_that_is_up_before_anything_was_asked_is_told() -> None:
    flag = RedFlag("R09", "Blood", Urgency.EMERGENCY, Not(AnswerIs("chooser.blood", frozenset({"none"}))))
    (finding,) = check_red_flags_are_met(ProofContext(replace(made()[0], red_flags=(flag,))))
    assert (finding.code, finding.key, finding.chats) == ("red-flag", ("R09",), ())
    assert finding.message == "R09 (Blood) holds for somebody who has not answered anything yet"


def test_two_doubts_that_end_too_low_are_told_at_the_second() -> None:
    library, _ = made()
    strict = replace(
        library.promises,
        uncertainty_floors=replace(library.promises.uncertainty_floors, two_unsure_floor=EMERGENCY_FLOOR),
    )
    (finding,) = check_unsure_not_low(ProofContext(replace(library, promises=strict)))
    assert (finding.code, finding.key) == ("unsure", state_key("chooser.pain", "not_sure"))
    assert finding.message == "two 'not_sure' can end at same_day; it should be emergency or sooner"
    assert finding.other_keys == (state_key("chooser.visit"),)


def test_an_excuse_from_a_flag_that_nobody_wrote_is_told() -> None:
    library, _ = made()
    when = AnswerIs("chooser.blood", frozenset({"none"}))
    for excuse in (
        RedFlagExemption("odd", when, "x", flags=frozenset({"R01", "R99"})),
        RedFlagExemption("odd", when, "x", required_flags=frozenset({"R99"})),
    ):
        (finding,) = check_red_flags_are_asked(
            ProofContext(replace(library, promises=replace(library.promises, exemptions=(excuse,))))
        )
        assert finding == Finding("unasked", ("promises.yaml", "odd"), "no red flag is called 'R99'")


def test_what_led_past_a_question_that_a_red_flag_needs_is_the_last_answer() -> None:
    library, _ = made(("chooser.yaml", "      none: No pain", "      none: {text: No pain, goto: visit}"), of="idle")
    flag = RedFlag("R03", "Not long", Urgency.SAME_DAY, AnswerIs("chooser.wait", frozenset({"short"})))
    (finding,) = check_red_flags_are_asked(ProofContext(replace(library, red_flags=(flag,))))
    past = state_key("chooser.pain", "none")
    assert finding.other_keys == (past, field_key(state_key("chooser.wait"), "only_if"), ("R03",))


def test_a_promise_about_nobody_is_told_at_its_condition() -> None:
    library, atlas = made(
        ("promises.yaml", "when: {chooser.blood: spots}", "when: {chooser.blood: pouring, chooser.pain: none}")
    )
    (finding,) = check_promises_can_apply(ProofContext(library))
    assert (finding.code, finding.key) == ("vacuous", field_key(("promises.yaml", "blood"), "when"))
    assert (
        finding.message == f"nobody can answer as 'blood' supposes: {words(library.promises.forbidden_endings[0].when)}"
    )
    assert "pouring" in location_of(finding.key, atlas).source_line


def test_a_rule_that_leads_where_the_answer_leads_anyway_is_not_told() -> None:
    rule = "rules:\n  - when: {blood: pouring}\n    goto: help_now\n    why: It pours.\n"
    library, atlas = made(("chooser.yaml", "rules:\n", rule))
    assert not [
        line
        for line in transcript_lines(library, atlas, ExampleChat("chooser", (("chooser.blood", "pouring"),)))
        if "rule" in line
    ]


def test_a_question_is_idle_for_those_who_were_given_all_that_it_gives() -> None:
    """Whoever has spots has had the page. Whoever has no blood gets it from two answers: an option, and a rule."""
    gives: tuple[Change, ...] = (
        ("chooser.yaml", "spots: {text: Spots, at_least: soon 7 days}", "spots: {text: Spots, learn: being_seen}"),
        ("chooser.yaml", "short: Not long", "short: {text: Not long, learn: being_seen}"),
    )
    rule = "rules:\n  - when: {wait: long, blood: none}\n    learn: being_seen\n    why: It is read.\n"
    (finding,) = check_no_idle_question(ProofContext(made(*gives, ("chooser.yaml", "rules:\n", rule), of="idle")[0]))
    assert finding.key == state_key("chooser.wait")
    (chat,) = finding.chats
    assert chat.answers[0] == ("chooser.blood", "spots")
    assert [at for at, _ in chat.answers] == ["chooser.blood", "chooser.pain"]
    assert [finding.key for finding in check_no_idle_question(ProofContext(made(*gives, of="idle")[0]))] == [
        state_key("chooser.wait")
    ]
    everybody = rule.replace(", blood: none", "")
    told = list(
        check_no_idle_question(ProofContext(made(*gives, ("chooser.yaml", "rules:\n", everybody), of="idle")[0]))
    )
    assert told == [], "a rule that waits for the answer may still give something"


# ---- two who differ in one answer


def unlike(seeds: range) -> Iterator[tuple[int, ContentBundle, Finding]]:
    for seed in seeds:
        library = RandomFlowMaker(seed).library()
        case = ProofContext(library)
        if not case.exploration.stuck_moves and not case.exploration.too_entangled_at:
            yield from ((seed, library, finding) for finding in check_worse_answer_not_lower(case))


def had(library: ContentBundle, chat: ExampleChat) -> Interpreter:
    """The conversation, had as a person would: each question must be the one that is open."""
    walker = Interpreter(library, BASE_LANGUAGE)
    walker.start(chat.entry_flow)
    for at, option in chat.answers:
        assert walker.state_id == at
        walker.answer(option)
    assert walker.outcome, "it comes to an ending"
    return walker


@pytest.mark.parametrize("part", range(4))
def test_both_chats_of_a_worse_answer_can_be_had_and_the_worse_one_ends_lower(part: int) -> None:
    """They answer alike whatever both are asked, but for the one answer; what only one is asked is named."""
    tried = alone = 0
    for seed, library, finding in unlike(range(part * 50, part * 50 + 50)):
        mild, worse = finding.chats
        assert had(library, worse).floor < had(library, mild).floor, seed
        one, other = dict(mild.answers), dict(worse.answers)
        assert {at for at in one.keys() & other.keys() if one[at] != other[at]} == {".".join(map(str, finding.key[:2]))}
        single = [at for at, _ in (*worse.answers, *mild.answers) if (at in one) != (at in other)]
        passed = [field_key(state_key(at), "only_if") for at in dict.fromkeys(single)]
        assert list(finding.other_keys[1:]) == passed[:MAX_SKIPPED_QUESTIONS_NAMED], seed
        tried, alone = tried + 1, alone + bool(single)
    assert tried > 5
    assert alone
