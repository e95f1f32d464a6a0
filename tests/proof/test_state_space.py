"""The prover's parts on flows so small that the right answer can be worked out beside it, or read off."""

import random
from collections.abc import Iterator
from dataclasses import replace

import pytest

from bot.authoring.loader import Atlas, Shelf, home
from bot.authoring.parsing.source_file import sheet
from bot.engine.interpreter import walk
from bot.model.bundle import Library
from bot.model.content import RedFlag
from bot.model.guards import AtLeast, Is, Not, Reached, When
from bot.model.promises import Bound, Unsure
from bot.model.urgency import Floor, Urgency
from bot.proof.checks.lengths import known_by, measure, short
from bot.proof.checks.termination import loop, unreachable
from bot.proof.checks.uncertainty import unsure
from bot.proof.context import Case, needed
from bot.proof.finding import Chat, key_of
from bot.proof.max_weight import heaviest
from bot.proof.prover import prove
from bot.proof.report import NOWHERE, in_words, place_of
from bot.proof.state_space.explorer import Explorer
from bot.proof.state_space.formulas import NO, YES, Formulas
from bot.proof.state_space.pages import Giving
from bot.proof.state_space.ranks import EMERGENCY, height
from bot.proof.state_space.symbolic_step import End
from bot.proof.state_space.tracking import EVERYTHING
from tests.support.paths import DATA
from tests.support.random_flows import Maker

CLEAN = DATA / "proof" / "clean"
SEEDS = range(80)


def clean(*changes: tuple[str, str, str]) -> tuple[Library, Atlas]:
    """The clean example, with some of its words changed: file, before, after."""
    files = {path.name: path.read_text(encoding="utf-8") for path in CLEAN.glob("*.yaml")}
    for file, before, after in changes:
        assert before in files[file]
        files[file] = files[file].replace(before, after, 1)
    content = {name: (home() / "content" / name).read_bytes() for name in ("phrases.yaml", "being_seen.md")}
    sheets = [sheet(f"flows/{name}", text.encode()) for name, text in files.items()]
    shelf = Shelf((*sheets, *(sheet(f"content/{name}", data) for name, data in content.items())))
    assert shelf.problems() == []
    return shelf.library(""), shelf.atlas()


def whole(seeds: range = SEEDS) -> Iterator[tuple[int, Library, Case]]:
    """Small random libraries in which every conversation ends."""
    for seed in seeds:
        library = Maker(seed).library()
        case = Case(library)
        if not case.explored.troubles and not case.explored.entangled:
            yield seed, library, case


# ---- what is left of a guard


def test_what_is_left_of_a_guard_holds_when_the_guard_does() -> None:
    """Answered one after another in any order, some never asked, the floor risen on the way."""
    for seed in range(300):
        maker = Maker(seed)
        maker.asked = {f"chooser.q{number}": ("no", "mild", "bad") for number in range(3)}
        when, formulas = maker.guard(3), Formulas()
        floor = maker.random.choice(list(Urgency))
        answers = {at: maker.random.choice(options) for at, options in maker.asked.items() if maker.some(0.7)}
        left, settled = formulas.of(when), formulas.of(when)
        for at, option in answers.items():
            left = formulas.answered(left, formulas.bit(at), option)
            settled = formulas.answered(settled, formulas.bit(at), option)
        holds = when.holds(answers, Floor(floor))
        assert formulas.now(left, floor) == holds, seed
        assert formulas.now(formulas.settled(settled, 0, Urgency.SELF_CARE), floor) == holds, seed
        assert formulas.now(formulas.settled(settled, 0, floor), floor) == holds, seed


def test_what_cannot_change_any_more_is_known() -> None:
    formulas = Formulas()
    high = formulas.of(Reached(frozenset({Urgency.SAME_DAY, Urgency.EMERGENCY})))
    assert formulas.settled(high, 0, Urgency.SAME_DAY) == YES, "the floor never falls"
    low = formulas.of(Reached(frozenset({Urgency.SELF_CARE, Urgency.ROUTINE})))
    assert formulas.settled(low, 0, Urgency.SOON) == NO, "and never comes back to where it was"
    asked = formulas.of(Is("a.b", frozenset({"yes"})))
    assert formulas.settled(asked, 0, Urgency.SELF_CARE) == NO, "what is never asked is never answered"
    assert formulas.settled(asked, formulas.bit("a.b"), Urgency.SELF_CARE) == asked
    assert formulas.of(Reached(frozenset(Urgency))) == YES
    assert formulas.of(Not(Not(Is("a.b", frozenset({"yes"}))))) == asked


# ---- exploring


def test_situations_that_are_alike_are_worked_out_once() -> None:
    ways = rows = places = arrows = 0
    for _, library, case in whole():
        explorer = Explorer(case.map)
        seen = explorer.explore(library.entrances)
        ways, rows = ways + explorer.ways.made, rows + explorer.rows.made
        places, arrows = places + len(seen.places), arrows + sum(map(len, seen.next))
    assert rows < places * 0.65
    assert ways < arrows * 0.75


def test_a_moment_is_an_answer_that_leads_where_it_says() -> None:
    for seed, _, case in whole(range(30)):
        asked = next(iter(case.asked), "")
        if not asked:
            continue
        track = case.track(Is(asked, frozenset({case.question(asked).options[0].id})), met=EVERYTHING)
        for moment in track.rising():
            spot = track.graph.spots[moment.spot]
            assert spot.next[moment.option] == moment.target, seed


# ---- what is given, and how much it weighs


def test_what_is_given_to_read_is_what_the_walker_gives() -> None:
    """Rules that look at the floor as well, and those that give a page and raise it."""
    tried = 0
    for seed, library, _ in whole():
        giving, chance = Giving(library), random.Random(seed)
        explored = giving.explored()
        for _ in range(12):
            way_in = chance.choice(library.entrances)
            number, pages, answers = explored.roots[way_in], giving.at_first(way_in), {}
            while not isinstance(place := explored.places[number], End):
                options = place.question(giving.flows).options
                option = chance.randrange(len(options))
                answers[".".join(place.stack[-1])] = options[option].id
                pages |= giving.given(number)[option]
                number = explored.next[number][option]
            walker = walk(library, way_in, answers)
            assert height(walker.floor) == place.height, seed
            if place.height < EMERGENCY:
                assert pages | giving.at_last(place) == walker.learned.keys(), seed
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
            spot = graph.spots[number]
            if spot.end:
                found[spot.end.outcome] = max(found.get(spot.end.outcome, 0), weight)
            for at, target in enumerate(spot.next):
                more = answer(spot.asks, spot.options[at]) + (5 * len(spot.heard[at]) if spot.heard[at] else 0)
                if graph.spots[target].end:
                    more += last(spot.asks, spot.options[at]) + 2 * len(spot.heard[at])
                walked(target, weight + more)

        for root in graph.roots.values():
            walked(root, 0)
        assert heaviest(case, answer, lambda h: 5 * len(h), last, lambda h: 2 * len(h)) == found, seed


# ---- how long it takes


def test_how_long_it_takes_until_a_red_flag_is_known() -> None:
    library, _ = clean()
    case, bound = Case(library), Bound("b", 9, "x", "red_flags")
    heavy, both = library.red_flags
    assert known_by(case, bound, heavy).most == 1
    known = known_by(case, bound, both)
    assert known.most == 2
    assert known.chat.way_in == "chooser"
    assert [at for at, _ in known.chat.said] == ["chooser.blood", "chooser.pain"]
    assert dict(known.chat.said)["chooser.blood"] != "none", "who has no blood is known after one"
    assert measure(case, bound).most == 2
    without = replace(bound, given={"chooser.blood": frozenset({"none"})})
    assert known_by(case, without, both).most == 1
    assert measure(case, without).most == 1


def test_a_bound_for_answers_that_nobody_can_give_is_told() -> None:
    library, _ = clean()
    bound = Bound("nobody", 9, "x", given={"chooser.blood": frozenset()})
    promises = replace(library.promises, bounds=(bound,))
    (finding,) = short(Case(replace(library, promises=promises)))
    assert (finding.slug, finding.key) == ("short", ("promises.yaml", "nobody"))
    assert finding.message == "nobody can answer as 'nobody' supposes"


# ---- findings and their places


def test_a_red_flag_that_is_lifted_needs_nothing() -> None:
    up: When = Is("a.b", frozenset({"yes"}))
    flag = RedFlag("R01", "x", Urgency.EMERGENCY, up, Is("a.c", frozenset({"no"})))
    lowest = Floor(Urgency.SELF_CARE)
    assert needed(flag).holds({"a.b": "yes", "a.c": "yes"}, lowest)
    assert not needed(flag).holds({"a.b": "yes", "a.c": "no"}, lowest)
    assert not needed(flag).holds({"a.b": "no"}, lowest)
    assert needed(replace(flag, unless=None)) == up


def test_a_question_that_is_never_passed_over_is_told_at_its_place() -> None:
    asked = "    ask: How bad is"
    sometimes = f"    only_if: {{blood: [spots, not_sure, prefer_not_to_say]}}\n{asked}"
    library, _ = clean(("chooser.yaml", asked, sometimes))
    assert not [finding for finding in unreachable(Case(library)) if "passed over" in finding.message]
    always = f"    only_if: {{blood: [none, spots, prefer_not_to_say, not_sure]}}\n{asked}"
    library, atlas = clean(("chooser.yaml", asked, always))
    (finding,) = unreachable(Case(library))
    assert finding.message == "'pain' is never passed over: its 'only_if' holds whenever it is come to"
    assert finding.key[:2] == ("chooser", "pain")
    assert "only_if" in place_of(finding.key, atlas).source


def test_a_loop_before_the_first_question_is_shown_from_its_way_in() -> None:
    library, atlas = clean(
        ("chooser.yaml", "start: blood", "start: hello"),
        ("chooser.yaml", "states:\n", "states:\n  hello:\n    say: Hello.\n    goto: hello\n"),
    )
    (finding,) = loop(Case(library))
    (chat,) = finding.chats
    assert (chat.way_in, chat.said) == ("chooser", ())
    assert list(in_words(library, atlas, chat))[-1] == "  # and here it gets stuck"


def test_each_rule_that_raises_the_floor_is_told_with_its_line() -> None:
    rule = "rules:\n  - when: {blood: spots}\n    at_least: soon 7 days\n    why: It is looked at.\n"
    library, atlas = clean(("chooser.yaml", "rules:\n", rule), ("chooser.yaml", ", at_least: soon 7 days}", "}"))
    chat = Chat("chooser", (("chooser.blood", "spots"), ("chooser.pain", "strong")))
    lines = list(in_words(library, atlas, chat))
    first = atlas["chooser", "rule", 0].line
    second = atlas["chooser", "rule", 1].line
    assert f"  # the rule of flows/chooser.yaml:{first} holds: soon 7 days or sooner" in lines
    assert f"  # the rule of flows/chooser.yaml:{second} leads to 'help_now'" in lines
    own = list(in_words(library, atlas, Chat("chooser", (("chooser.blood", "pouring"),))))
    assert not [line for line in own if "rule" in line], "an option's own arrow is no rule"


def test_a_place_that_nobody_wrote_is_the_folder() -> None:
    _, atlas = clean()
    assert place_of(("nothing", "at all"), atlas) == NOWHERE
    assert place_of(("chooser", "pain", "nothing"), atlas) == atlas["chooser", "pain"]


def test_not_sure_may_be_promised_lower_for_one_question_alone() -> None:
    library, _ = clean(("chooser.yaml", "not_sure: {at_least: same_day}", "not_sure: {at_least: soon 7 days}"))
    strict = Unsure(Floor(Urgency.SAME_DAY), Floor(Urgency.SELF_CARE))
    (finding,) = unsure(Case(replace(library, promises=replace(library.promises, unsure=strict))))
    assert finding.key == key_of("chooser.blood", "not_sure")
    (chat,) = finding.chats
    assert chat.said[chat.mark - 1] == ("chooser.blood", "not_sure")
    lax = replace(strict, instead={("chooser.blood", "not_sure"): Floor(Urgency.SOON, 7)})
    assert list(unsure(Case(replace(library, promises=replace(library.promises, unsure=lax))))) == []


def test_a_question_that_shows_a_red_flag_unmarked_names_the_flag() -> None:
    library, _ = clean(
        (
            "chooser.yaml",
            "    explain: If several fit, choose the worst.\n    safety: yes\n",
            "    explain: If several fit, choose the worst.\n",
        )
    )
    findings = [finding for finding in unsure(Case(library)) if "not marked" in finding.message]
    (finding,) = findings
    assert (finding.slug, finding.key, finding.others) == ("unsure", key_of("chooser.pain"), (("R02",),))


def test_two_rules_of_one_place_are_counted_apart() -> None:
    """At least two of three hold where two do, whichever they are."""
    parts = tuple(Is(f"a.q{number}", frozenset({"yes"})) for number in range(3))
    formulas = Formulas()
    f = formulas.of(AtLeast(2, parts))
    for first in range(3):
        for second in range(3):
            left = formulas.answered(f, formulas.bit(f"a.q{first}"), "yes")
            left = formulas.answered(left, formulas.bit(f"a.q{second}"), "yes")
            assert (left == YES) == (first != second)


@pytest.mark.parametrize("seed", range(5))
def test_the_same_library_is_proved_in_the_same_words(seed: int) -> None:
    assert prove(Maker(seed).library()) == prove(Maker(seed).library())
