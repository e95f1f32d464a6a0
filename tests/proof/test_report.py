"""What the prover tells, on flows so small that it can be read off: counts, chats, places, what is idle."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.engine.interpreter import Walker
from bot.model.bundle import BASE, Library
from bot.model.content import RedFlag
from bot.model.flow import Question
from bot.model.guards import Is, Not
from bot.model.guards import in_words as words
from bot.model.promises import Bound, Excuse
from bot.model.urgency import EMERGENCY, Floor, Urgency
from bot.proof.checks.idle_questions import idle
from bot.proof.checks.lengths import known_by, measure
from bot.proof.checks.monotonicity import MOST_PASSED, monotone
from bot.proof.checks.red_flags import red_flag, unasked, vacuous
from bot.proof.checks.termination import unreachable
from bot.proof.checks.uncertainty import unsure
from bot.proof.context import Case
from bot.proof.finding import Chat, Finding, Length, field_of, key_of
from bot.proof.prover import prove
from bot.proof.question_report import Reason, reasons
from bot.proof.report import in_words, place_of
from bot.proof.state_space.formulas import Formulas
from bot.proof.state_space.reachability import Map
from tests.long.proof_changed import ASKS, MIDDLE, Change, made
from tests.support.random_flows import Maker

# ---- what there is


def test_everything_that_was_looked_at_is_counted() -> None:
    """Who pours is helped at once; the other four are asked for their pain, and each can give four answers."""
    proof = prove(made()[0])
    assert proof.holds
    assert proof.conversations == 1 + 4 * 4
    assert proof.places == 1 + 3 + 4, "a question; with no blood, with spots, with a doubt; and four endings"
    assert proof.figures == (("longest", 2),)
    assert proof.remaining.after("chooser", {}, "chooser.blood") == 1
    assert proof.remaining.after("chooser", {"chooser.blood": "spots"}, "chooser.pain") == 0


def test_what_only_a_rule_leads_to_lies_ahead_too() -> None:
    flows = dict(made()[0].flows[BASE])
    assert Map(flows, Formulas()).reach["chooser", "pain"] == {"pain", "visit", "help_now"}


def test_where_a_question_that_is_passed_over_leads_lies_ahead_if_it_can_be_passed_over() -> None:
    flow = made()[0].flows[BASE]["chooser"]
    pain = flow.states["pain"]
    assert isinstance(pain, Question)
    options = tuple(replace(option, goto="help_now") for option in pain.options)
    for only_if, ahead in (
        (None, {"pain", "help_now"}),
        (Is("chooser.blood", frozenset()), {"pain", "help_now", "visit"}),
    ):
        states = {**flow.states, "pain": replace(pain, options=options, only_if=only_if)}
        assert Map({"chooser": replace(flow, states=states)}, Formulas()).reach["chooser", "pain"] == ahead


def test_what_each_question_is_for_can_be_read_off() -> None:
    library, _ = made(("chooser.yaml", "none: No blood", "none: {text: No blood, goto: visit}"))
    blood, pain = reasons(Case(library))
    routine = Floor(Urgency.ROUTINE)
    assert blood == Reason("chooser.blood", (routine, EMERGENCY), (), 0, 0, ("chooser.pain",), 1)
    assert pain == Reason("chooser.pain", (Floor(Urgency.SOON, 7), EMERGENCY), (), 0, 0, (), 1)
    assert str(blood) == "chooser.blood: from routine to emergency; opens chooser.pain; 1 rules look at it"
    assert str(pain) == "chooser.pain: from soon 7 days to emergency; 1 rules look at it"


def test_a_budget_is_enough_if_nothing_is_left_over() -> None:
    library = made()[0]
    assert prove(library, budget=8).holds
    assert [finding.slug for finding in prove(library, budget=7).findings] == ["too-entangled"]


def test_what_is_known_only_at_the_ending_is_known() -> None:
    """Without pain that is strong and blood that pours there is one ending, and it is known there and no sooner."""
    library, _ = made(*[("chooser.yaml", "{at_least: same_day}", "{}")] * 4)
    flag = RedFlag("R03", "x", Urgency.SOON, Is("chooser.pain", frozenset({"not_sure"})))
    bound = Bound("b", 9, "x", "red_flags", {}, frozenset({"strong", "pouring"}))
    assert known_by(Case(library), bound, flag).most == 2


def test_without_a_red_flag_it_takes_no_question_to_know_of_all() -> None:
    library = replace(made()[0], red_flags=())
    assert measure(Case(library), Bound("b", 9, "x", "red_flags")) == Length(0, Chat("", ()))


# ---- what is told


def test_a_page_given_once_the_floor_has_risen_is_given() -> None:
    """The rule waits for the floor, two answers after the only one that it looks at."""
    rule = "rules:\n  - when: {blood: none, urgency: soon}\n    learn: being_seen\n    why: It is read.\n"
    short = ("chooser.yaml", "short: Not long", "short: {text: Not long, at_least: soon 3 days}")
    assert list(unreachable(Case(made(short, ("chooser.yaml", "rules:\n", rule), of="idle")[0]))) == []
    (finding,) = unreachable(Case(made(("chooser.yaml", "rules:\n", rule), of="idle")[0]))
    assert finding.message.startswith("this rule's page or advice can never do anything")


def test_a_rule_that_raises_the_floor_to_where_it_stands_is_of_no_use() -> None:
    for days, told in ((7, ["this rule's at_least can never do anything: when blood is spots"]), (6, [])):
        rule = f"rules:\n  - when: {{blood: spots}}\n    at_least: soon {days} days\n    why: x\n"
        rule += "  - when: {blood: none, pain: none}\n    at_least: same_day\n    why: or nothing could be raised\n"
        findings = unreachable(Case(made(("chooser.yaml", "rules:\n", rule))[0]))
        assert [finding.message for finding in findings] == told


def test_a_return_that_is_there_for_the_form_is_not_said_to_be_out_of_reach() -> None:
    """`run` wants to know where it goes on, though nobody ever comes back from a flow that only ends."""
    run = ("chooser.yaml", "states:\n", "states:\n  middle:\n    run: middle\n    goto: visit\n")
    none = ("chooser.yaml", "none: No pain", "none: {text: No pain, goto: middle}")
    assert list(unreachable(Case(made(run, none, middle=MIDDLE, usual=ASKS)[0]))) == []
    nobody = made(run, middle=MIDDLE, usual=ASKS)[0]
    told = [(finding.slug, finding.key) for finding in unreachable(Case(nobody))]
    assert told == [("unreachable", ("chooser", "middle")), ("unreachable", ("middle",))]


def test_a_return_that_nobody_comes_to_is_told() -> None:
    lost = MIDDLE.replace("goto: back", "goto: lost")
    lost = lost.replace("  back:", "  lost:\n    say: Well.\n    goto: back\n  back:")
    run = ("chooser.yaml", "states:\n", "states:\n  middle:\n    run: middle\n    goto: visit\n")
    none = ("chooser.yaml", "none: No pain", "none: {text: No pain, goto: middle}")
    told = [finding.key for finding in unreachable(Case(made(run, none, middle=lost, usual=ASKS)[0]))]
    assert told == [("middle", "lost"), ("middle", "back")]


def test_a_red_flag_that_is_up_before_anything_was_asked_is_told() -> None:
    flag = RedFlag("R09", "Blood", Urgency.EMERGENCY, Not(Is("chooser.blood", frozenset({"none"}))))
    (finding,) = red_flag(Case(replace(made()[0], red_flags=(flag,))))
    assert (finding.slug, finding.key, finding.chats) == ("red-flag", ("R09",), ())
    assert finding.message == "R09 (Blood) holds for somebody who has not answered anything yet"


def test_two_doubts_that_end_too_low_are_told_at_the_second() -> None:
    library, _ = made()
    strict = replace(library.promises, unsure=replace(library.promises.unsure, two=EMERGENCY))
    (finding,) = unsure(Case(replace(library, promises=strict)))
    assert (finding.slug, finding.key) == ("unsure", key_of("chooser.pain", "not_sure"))
    assert finding.message == "two 'not_sure' can end at same_day; it should be emergency or sooner"
    assert finding.others == (key_of("chooser.visit"),)


def test_an_excuse_from_a_flag_that_nobody_wrote_is_told() -> None:
    library, _ = made()
    when = Is("chooser.blood", frozenset({"none"}))
    for excuse in (
        Excuse("odd", when, "x", flags=frozenset({"R01", "R99"})),
        Excuse("odd", when, "x", still=frozenset({"R99"})),
    ):
        (finding,) = unasked(Case(replace(library, promises=replace(library.promises, excuses=(excuse,)))))
        assert finding == Finding("unasked", ("promises.yaml", "odd"), "no red flag is called 'R99'")


def test_what_led_past_a_question_that_a_red_flag_needs_is_the_last_answer() -> None:
    library, _ = made(("chooser.yaml", "      none: No pain", "      none: {text: No pain, goto: visit}"), of="idle")
    flag = RedFlag("R03", "Not long", Urgency.SAME_DAY, Is("chooser.wait", frozenset({"short"})))
    (finding,) = unasked(Case(replace(library, red_flags=(flag,))))
    past = key_of("chooser.pain", "none")
    assert finding.others == (past, field_of(key_of("chooser.wait"), "only_if"), ("R03",))


def test_a_promise_about_nobody_is_told_at_its_condition() -> None:
    library, atlas = made(
        ("promises.yaml", "when: {chooser.blood: spots}", "when: {chooser.blood: pouring, chooser.pain: none}")
    )
    (finding,) = vacuous(Case(library))
    assert (finding.slug, finding.key) == ("vacuous", field_of(("promises.yaml", "blood"), "when"))
    assert finding.message == f"nobody can answer as 'blood' supposes: {words(library.promises.never[0].when)}"
    assert "pouring" in place_of(finding.key, atlas).source


def test_a_rule_that_leads_where_the_answer_leads_anyway_is_not_told() -> None:
    rule = "rules:\n  - when: {blood: pouring}\n    goto: help_now\n    why: It pours.\n"
    library, atlas = made(("chooser.yaml", "rules:\n", rule))
    assert not [
        line for line in in_words(library, atlas, Chat("chooser", (("chooser.blood", "pouring"),))) if "rule" in line
    ]


def test_a_question_is_idle_for_those_who_were_given_all_that_it_gives() -> None:
    """Whoever has spots has had the page. Whoever has no blood gets it from two answers: an option, and a rule."""
    gives: tuple[Change, ...] = (
        ("chooser.yaml", "spots: {text: Spots, at_least: soon 7 days}", "spots: {text: Spots, learn: being_seen}"),
        ("chooser.yaml", "short: Not long", "short: {text: Not long, learn: being_seen}"),
    )
    rule = "rules:\n  - when: {wait: long, blood: none}\n    learn: being_seen\n    why: It is read.\n"
    (finding,) = idle(Case(made(*gives, ("chooser.yaml", "rules:\n", rule), of="idle")[0]))
    assert finding.key == key_of("chooser.wait")
    (chat,) = finding.chats
    assert chat.said[0] == ("chooser.blood", "spots")
    assert [at for at, _ in chat.said] == ["chooser.blood", "chooser.pain"]
    assert [finding.key for finding in idle(Case(made(*gives, of="idle")[0]))] == [key_of("chooser.wait")]
    everybody = rule.replace(", blood: none", "")
    told = list(idle(Case(made(*gives, ("chooser.yaml", "rules:\n", everybody), of="idle")[0])))
    assert told == [], "a rule that waits for the answer may still give something"


# ---- two who differ in one answer


def unlike(seeds: range) -> Iterator[tuple[int, Library, Finding]]:
    for seed in seeds:
        library = Maker(seed).library()
        case = Case(library)
        if not case.explored.troubles and not case.explored.entangled:
            yield from ((seed, library, finding) for finding in monotone(case))


def had(library: Library, chat: Chat) -> Walker:
    """The conversation, had as a person would: each question must be the one that is open."""
    walker = Walker(library, BASE)
    walker.enter(chat.way_in)
    for at, option in chat.said:
        assert walker.at == at
        walker.take(option)
    assert walker.outcome, "it comes to an ending"
    return walker


@pytest.mark.parametrize("part", range(4))
def test_both_chats_of_a_worse_answer_can_be_had_and_the_worse_one_ends_lower(part: int) -> None:
    """They answer alike whatever both are asked, but for the one answer; what only one is asked is named."""
    tried = alone = 0
    for seed, library, finding in unlike(range(part * 50, part * 50 + 50)):
        mild, worse = finding.chats
        assert had(library, worse).floor < had(library, mild).floor, seed
        one, other = dict(mild.said), dict(worse.said)
        assert {at for at in one.keys() & other.keys() if one[at] != other[at]} == {".".join(map(str, finding.key[:2]))}
        single = [at for at, _ in (*worse.said, *mild.said) if (at in one) != (at in other)]
        passed = [field_of(key_of(at), "only_if") for at in dict.fromkeys(single)]
        assert list(finding.others[1:]) == passed[:MOST_PASSED], seed
        tried, alone = tried + 1, alone + bool(single)
    assert tried > 5
    assert alone
