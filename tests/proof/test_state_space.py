"""The prover's parts on flows so small that the right answer can be worked out beside it, or read off."""

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.authoring.loader import BundleBuilder, content_root
from bot.authoring.parsing.source_file import decode_source_file
from bot.engine.interpreter import replay
from bot.model.bundle import ContentBundle
from bot.model.content import RedFlag
from bot.model.diagnostics import SourceMap
from bot.model.guards import AnswerIs, AtLeast, Guard, Not, UrgencyIs
from bot.model.promises import LengthBound, UncertaintyFloors
from bot.model.urgency import Floor, Urgency
from bot.proof.checks.lengths import check_length_bounds, longest_until_known, measure_bound
from bot.proof.checks.termination import check_everything_is_used, check_no_loop
from bot.proof.checks.uncertainty import check_unsure_not_low
from bot.proof.context import ProofContext, red_flag_guard
from bot.proof.finding import ExampleChat, state_key
from bot.proof.max_weight import max_weight_by_outcome
from bot.proof.prover import prove
from bot.proof.report import UNKNOWN_LOCATION, location_of, transcript_lines
from bot.proof.state_space.explorer import Explorer
from bot.proof.state_space.formulas import FALSE, TRUE, Formulas
from bot.proof.state_space.page_explorer import PageExplorer
from bot.proof.state_space.ranks import EMERGENCY_RANK, rank_of
from bot.proof.state_space.symbolic_step import Ending
from bot.proof.state_space.tracking import ALL_QUESTIONS
from tests.support.paths import DATA
from tests.support.random_flows import RandomFlowMaker

CLEAN = DATA / "proof" / "clean"
SEEDS = range(80)


def clean(*changes: tuple[str, str, str]) -> tuple[ContentBundle, SourceMap]:
    """The clean example, with some of its words changed: file, before, after."""
    files = {path.name: path.read_text(encoding="utf-8") for path in CLEAN.glob("*.yaml")}
    for file, before, after in changes:
        assert before in files[file]
        files[file] = files[file].replace(before, after, 1)
    content = {name: (content_root() / "content" / name).read_bytes() for name in ("phrases.yaml", "being_seen.md")}
    sheets = [decode_source_file(f"flows/{name}", text.encode()) for name, text in files.items()]
    shelf = BundleBuilder((*sheets, *(decode_source_file(f"content/{name}", data) for name, data in content.items())))
    assert shelf.collect_diagnostics() == []
    return shelf.build(""), shelf.source_map()


def whole(seeds: range = SEEDS) -> Iterator[tuple[int, ContentBundle, ProofContext]]:
    """Small random libraries in which every conversation ends."""
    for seed in seeds:
        library = RandomFlowMaker(seed).library()
        case = ProofContext(library)
        if not case.exploration.stuck_moves and not case.exploration.too_entangled_at:
            yield seed, library, case


# ---- what is left of a guard


def test_what_is_left_of_a_guard_holds_when_the_guard_does() -> None:
    """Answered one after another in any order, some never asked, the floor risen on the way."""
    for seed in range(300):
        maker = RandomFlowMaker(seed)
        maker.asked = {f"chooser.q{number}": ("no", "mild", "bad") for number in range(3)}
        when, formulas = maker.guard(3), Formulas()
        floor = maker.random.choice(list(Urgency))
        answers = {at: maker.random.choice(options) for at, options in maker.asked.items() if maker.some(0.7)}
        left, settled = formulas.from_guard(when), formulas.from_guard(when)
        for at, option in answers.items():
            left = formulas.after_answer(left, formulas.bit(at), option)
            settled = formulas.after_answer(settled, formulas.bit(at), option)
        holds = when.holds(answers, Floor(floor))
        assert formulas.holds_now(left, floor) == holds, seed
        assert formulas.holds_now(formulas.with_only_ahead(settled, 0, Urgency.SELF_CARE), floor) == holds, seed
        assert formulas.holds_now(formulas.with_only_ahead(settled, 0, floor), floor) == holds, seed


def test_what_cannot_change_any_more_is_known() -> None:
    formulas = Formulas()
    high = formulas.from_guard(UrgencyIs(frozenset({Urgency.SAME_DAY, Urgency.EMERGENCY})))
    assert formulas.with_only_ahead(high, 0, Urgency.SAME_DAY) == TRUE, "the floor never falls"
    low = formulas.from_guard(UrgencyIs(frozenset({Urgency.SELF_CARE, Urgency.ROUTINE})))
    assert formulas.with_only_ahead(low, 0, Urgency.SOON) == FALSE, "and never comes back to where it was"
    asked = formulas.from_guard(AnswerIs("a.b", frozenset({"yes"})))
    assert formulas.with_only_ahead(asked, 0, Urgency.SELF_CARE) == FALSE, "what is never asked is never answered"
    assert formulas.with_only_ahead(asked, formulas.bit("a.b"), Urgency.SELF_CARE) == asked
    assert formulas.from_guard(UrgencyIs(frozenset(Urgency))) == TRUE
    assert formulas.from_guard(Not(Not(AnswerIs("a.b", frozenset({"yes"}))))) == asked


# ---- exploring


def test_situations_that_are_alike_are_worked_out_once() -> None:
    ways = rows = places = arrows = 0
    for _, library, case in whole():
        explorer = Explorer(case.flow_graph)
        seen = explorer.explore(library.entry_flows)
        ways, rows = ways + explorer.move_cache.computed_count, rows + explorer.row_cache.computed_count
        places, arrows = places + len(seen.states), arrows + sum(map(len, seen.successors))
    assert rows < places * 0.65
    assert ways < arrows * 0.75


def test_a_moment_is_an_answer_that_leads_where_it_says() -> None:
    for seed, _, case in whole(range(30)):
        asked = next(iter(case.nodes_by_question), "")
        if not asked:
            continue
        track = case.make_tracker(
            AnswerIs(asked, frozenset({case.question(asked).options[0].id})), extra_questions=ALL_QUESTIONS
        )
        for moment in track.answers_making_true():
            spot = track.graph.nodes[moment.node]
            assert spot.successors[moment.option] == moment.target, seed


# ---- what is given, and how much it weighs


def test_what_is_given_to_read_is_what_the_walker_gives() -> None:
    """Rules that look at the floor as well, and those that give a page and raise it."""
    tried = 0
    for seed, library, _ in whole():
        giving, chance = PageExplorer(library), random.Random(seed)
        explored = giving.explore_bundle()
        for _ in range(12):
            way_in = chance.choice(library.entry_flows)
            number, pages, answers = explored.roots[way_in], giving.pages_at_start(way_in), {}
            while not isinstance(place := explored.states[number], Ending):
                options = place.question(giving.flows).options
                option = chance.randrange(len(options))
                answers[".".join(place.stack[-1])] = options[option].id
                pages |= giving.pages_by_option(number)[option]
                number = explored.successors[number][option]
            walker = replay(library, way_in, answers)
            assert rank_of(walker.floor) == place.rank, seed
            if place.rank < EMERGENCY_RANK:
                assert pages | giving.pages_at_ending(place) == walker.collected_pages.keys(), seed
                tried += bool(pages)
    assert tried > 50


def test_the_heaviest_conversation_is_the_heaviest_of_all() -> None:
    def answer(at: str, option: str) -> int:
        return len(at) * 3 + len(option)

    def last(at: str, option: str) -> int:
        return 7 * len(option)

    for seed, _, case in whole():
        graph, found = case.graph, dict[str, int]()

        def walked(number: int, weight: int, graph=graph, found=found) -> None:  # type: ignore[no-untyped-def]
            spot = graph.nodes[number]
            if spot.ending:
                found[spot.ending.outcome] = max(found.get(spot.ending.outcome, 0), weight)
            for at, target in enumerate(spot.successors):
                more = answer(spot.question_id, spot.options[at]) + (
                    5 * len(spot.statements[at]) if spot.statements[at] else 0
                )
                if graph.nodes[target].ending:
                    more += last(spot.question_id, spot.options[at]) + 2 * len(spot.statements[at])
                walked(target, weight + more)

        for root in graph.roots.values():
            walked(root, 0)
        assert max_weight_by_outcome(case, answer, lambda h: 5 * len(h), last, lambda h: 2 * len(h)) == found, seed


# ---- how long it takes


def test_how_long_it_takes_until_a_red_flag_is_known() -> None:
    library, _ = clean()
    case, bound = ProofContext(library), LengthBound("b", 9, "x", "red_flags")
    heavy, both = library.red_flags
    assert longest_until_known(case, bound, heavy).question_count == 1
    known = longest_until_known(case, bound, both)
    assert known.question_count == 2
    assert known.chat.entry_flow == "chooser"
    assert [at for at, _ in known.chat.answers] == ["chooser.blood", "chooser.pain"]
    assert dict(known.chat.answers)["chooser.blood"] != "none", "who has no blood is known after one"
    assert measure_bound(case, bound).question_count == 2
    without = replace(bound, given_answers={"chooser.blood": frozenset({"none"})})
    assert longest_until_known(case, without, both).question_count == 1
    assert measure_bound(case, without).question_count == 1


def test_a_bound_for_answers_that_nobody_can_give_is_told() -> None:
    library, _ = clean()
    bound = LengthBound("nobody", 9, "x", given_answers={"chooser.blood": frozenset()})
    promises = replace(library.promises, length_bounds=(bound,))
    (finding,) = check_length_bounds(ProofContext(replace(library, promises=promises)))
    assert (finding.code, finding.key) == ("short", ("promises.yaml", "nobody"))
    assert finding.message == "nobody can answer as 'nobody' supposes"


# ---- findings and their places


def test_a_red_flag_that_is_lifted_needs_nothing() -> None:
    up: Guard = AnswerIs("a.b", frozenset({"yes"}))
    flag = RedFlag("R01", "x", Urgency.EMERGENCY, up, AnswerIs("a.c", frozenset({"no"})))
    lowest = Floor(Urgency.SELF_CARE)
    assert red_flag_guard(flag).holds({"a.b": "yes", "a.c": "yes"}, lowest)
    assert not red_flag_guard(flag).holds({"a.b": "yes", "a.c": "no"}, lowest)
    assert not red_flag_guard(flag).holds({"a.b": "no"}, lowest)
    assert red_flag_guard(replace(flag, unless=None)) == up


def test_a_question_that_is_never_passed_over_is_told_at_its_place() -> None:
    asked = "    ask: How bad is"
    sometimes = f"    only_if: {{blood: [spots, not_sure, prefer_not_to_say]}}\n{asked}"
    library, _ = clean(("chooser.yaml", asked, sometimes))
    assert not [
        finding for finding in check_everything_is_used(ProofContext(library)) if "passed over" in finding.message
    ]
    always = f"    only_if: {{blood: [none, spots, prefer_not_to_say, not_sure]}}\n{asked}"
    library, atlas = clean(("chooser.yaml", asked, always))
    (finding,) = check_everything_is_used(ProofContext(library))
    assert finding.message == "'pain' is never passed over: its 'only_if' holds whenever it is come to"
    assert finding.key[:2] == ("chooser", "pain")
    assert "only_if" in location_of(finding.key, atlas).source_line


def test_a_loop_before_the_first_question_is_shown_from_its_way_in() -> None:
    library, atlas = clean(
        ("chooser.yaml", "start: blood", "start: hello"),
        ("chooser.yaml", "states:\n", "states:\n  hello:\n    say: Hello.\n    goto: hello\n"),
    )
    (finding,) = check_no_loop(ProofContext(library))
    (chat,) = finding.chats
    assert (chat.entry_flow, chat.answers) == ("chooser", ())
    assert list(transcript_lines(library, atlas, chat))[-1] == "  # and here it gets stuck"


def test_each_rule_that_raises_the_floor_is_told_with_its_line() -> None:
    rule = "rules:\n  - when: {blood: spots}\n    at_least: soon 7 days\n    why: It is looked at.\n"
    library, atlas = clean(("chooser.yaml", "rules:\n", rule), ("chooser.yaml", ", at_least: soon 7 days}", "}"))
    chat = ExampleChat("chooser", (("chooser.blood", "spots"), ("chooser.pain", "strong")))
    lines = list(transcript_lines(library, atlas, chat))
    first = atlas["chooser", "rule", 0].line
    second = atlas["chooser", "rule", 1].line
    assert f"  # the rule of flows/chooser.yaml:{first} holds: soon 7 days or sooner" in lines
    assert f"  # the rule of flows/chooser.yaml:{second} leads to 'help_now'" in lines
    own = list(transcript_lines(library, atlas, ExampleChat("chooser", (("chooser.blood", "pouring"),))))
    assert not [line for line in own if "rule" in line], "an option's own arrow is no rule"


def test_a_place_that_nobody_wrote_is_the_folder() -> None:
    _, atlas = clean()
    assert location_of(("nothing", "at all"), atlas) == UNKNOWN_LOCATION
    assert location_of(("chooser", "pain", "nothing"), atlas) == atlas["chooser", "pain"]


def test_not_sure_may_be_promised_lower_for_one_question_alone() -> None:
    library, _ = clean(("chooser.yaml", "not_sure: {at_least: same_day}", "not_sure: {at_least: soon 7 days}"))
    strict = UncertaintyFloors(Floor(Urgency.SAME_DAY), Floor(Urgency.SELF_CARE))
    (finding,) = check_unsure_not_low(
        ProofContext(replace(library, promises=replace(library.promises, uncertainty_floors=strict)))
    )
    assert finding.key == state_key("chooser.blood", "not_sure")
    (chat,) = finding.chats
    assert chat.answers[chat.turning_point - 1] == ("chooser.blood", "not_sure")
    lax = replace(strict, exceptions={("chooser.blood", "not_sure"): Floor(Urgency.SOON, 7)})
    assert (
        list(
            check_unsure_not_low(
                ProofContext(replace(library, promises=replace(library.promises, uncertainty_floors=lax)))
            )
        )
        == []
    )


def test_a_question_that_shows_a_red_flag_unmarked_names_the_flag() -> None:
    library, _ = clean(
        (
            "chooser.yaml",
            "    explain: If several fit, choose the worst.\n    safety: yes\n",
            "    explain: If several fit, choose the worst.\n",
        )
    )
    findings = [finding for finding in check_unsure_not_low(ProofContext(library)) if "not marked" in finding.message]
    (finding,) = findings
    assert (finding.code, finding.key, finding.other_keys) == ("unsure", state_key("chooser.pain"), (("R02",),))


def test_two_rules_of_one_place_are_counted_apart() -> None:
    """At least two of three hold where two do, whichever they are."""
    parts = tuple(AnswerIs(f"a.q{number}", frozenset({"yes"})) for number in range(3))
    formulas = Formulas()
    f = formulas.from_guard(AtLeast(2, parts))
    for first in range(3):
        for second in range(3):
            left = formulas.after_answer(f, formulas.bit(f"a.q{first}"), "yes")
            left = formulas.after_answer(left, formulas.bit(f"a.q{second}"), "yes")
            assert (left == TRUE) == (first != second)


@pytest.mark.parametrize("seed", range(5))
def test_the_same_library_is_proved_in_the_same_words(seed: int) -> None:
    assert prove(RandomFlowMaker(seed).library()) == prove(RandomFlowMaker(seed).library())
