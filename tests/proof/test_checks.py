"""Every promise broken once, and what its author is then told; and the shipped flows, in which all of them hold.

A folder of tests/data/proof holds what differs from tests/data/proof/clean, and `told.txt`.
REWRITE=1 writes what is told today.
"""

import os
import re
from collections.abc import Iterator
from functools import cache
from time import process_time
from types import MappingProxyType

import pytest

from bot.authoring.loader import BundleBuilder, content_root, load_bundle
from bot.authoring.parsing.content_folder import ContentFolder
from bot.authoring.parsing.source_file import SourceFile, decode_source_file
from bot.engine.interpreter import replay
from bot.engine.session import ButtonPress, Message, MessageKind, Session, Start
from bot.engine.step import step
from bot.model.bundle import ContentBundle
from bot.model.diagnostics import SourceMap
from bot.model.urgency import Urgency
from bot.proof.check_table import CHECK_CODES, PROMISES
from bot.proof.checks.red_flags import check_red_flags_are_met
from bot.proof.context import ProofContext
from bot.proof.prover import Proof, prove
from bot.proof.report import finding_lines, location_of
from bot.proof.state_space.explorer import Explorer
from bot.proof.state_space.ranks import floor_of
from tests.support.paths import DATA

FOLDER = DATA / "proof"
EXAMPLES = sorted(folder.name for folder in FOLDER.iterdir() if folder.is_dir() and folder.name != "clean")
BUDGETS = {"too-entangled": 3}
FAULTS = {  # the file, and the line in it that breaks the promise
    "idle": ("chooser", "  wait:"),
    "loop": ("chooser", "      none: {text: No pain, goto: blood}"),
    "monotone": ("chooser", '      more: {text: "More, but I can bear it", button: More}'),
    "never": ("chooser", "      spots: Spots"),
    "overlap": ("chooser", "  - when: {blood: [spots, none], pain: strong}"),
    "recursion": ("chooser", "    run: chooser"),
    "red-flag": ("chooser", "      pouring: {text: Pouring, at_least: same_day}"),
    "short": ("promises", "    most: 1"),
    "stranded": ("chooser", "    return: somebody else will say what to do"),
    "unasked": ("chooser", "      brown: {text: Brown spots, at_least: soon 7 days, goto: visit}"),
    "unordered": ("chooser", "      not_sure: {}"),
    "unreachable": ("chooser", "  nowhere:"),
    "unsure": ("chooser", "      not_sure: {at_least: soon 7 days}"),
    "vacuous": ("red_flags", "    when: {chooser.blood: pouring, chooser.pain: strong}"),
}
WITHOUT_A_FAULT = {"too-entangled"}  # its budget is too small, nothing else
LINE = re.compile(r"(flows/\w+\.yaml):(\d+)")
ALSO = {  # where one fault breaks two promises
    "overlap": {"unreachable"},
    "red-flag": {"idle", "monotone", "unreachable", "short"},
    "unasked": {"monotone", "idle", "unreachable"},
    "unordered": {"idle"},
}


@cache
def shipped() -> tuple[ContentBundle, SourceMap]:
    return load_bundle(content_root())


@cache
def case() -> ProofContext:
    return ProofContext(shipped()[0])


def example(name: str) -> tuple[ContentBundle, SourceMap]:
    shelf = BundleBuilder(sheets(name))
    assert shelf.collect_diagnostics() == []
    return shelf.build(""), shelf.source_map()


def sheets(name: str) -> Iterator[SourceFile]:
    files = {path.name: path for folder in ("clean", name) for path in (FOLDER / folder).glob("*.yaml")}
    for file, path in files.items():
        yield decode_source_file(f"flows/{file}", path.read_bytes())
    yield decode_source_file("content/phrases.yaml", (content_root() / "content" / "phrases.yaml").read_bytes())
    yield decode_source_file("content/being_seen.md", (content_root() / "content" / "being_seen.md").read_bytes())


# ---- each promise, broken


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_broken_promise_is_shown_as_a_chat(name: str) -> None:
    library, atlas = example(name)
    proof = prove(library, max_states=BUDGETS.get(name, 200_000))
    lines = "\n\n".join(
        "\n".join(finding_lines(library, atlas, finding)) for finding in proof.findings if finding.code == name
    )
    golden = FOLDER / name / "told.txt"
    if os.environ.get("REWRITE"):
        assert not os.environ.get("CI")
        golden.write_text(f"{lines}\n", encoding="utf-8")
    assert f"{lines}\n" == golden.read_text(encoding="utf-8")


def test_the_chat_is_the_shortest_that_breaks_it() -> None:
    """Whatever else breaks it further on, or by another way in: no answer is shown that it could do without."""
    folder = ContentFolder(content_root())
    safety = folder.files["flows/safety.yaml"].decode()
    broken = re.sub(r"(\n      severe: .*), goto: call_now_pain", r"\1", safety, count=1)
    assert broken != safety
    files = folder.files | {"flows/safety.yaml": broken.encode()}
    library = BundleBuilder(decode_source_file(file, data) for file, data in files.items()).build("")
    chats = {finding.message[:4]: finding.chats[0] for finding in check_red_flags_are_met(ProofContext(library))}
    asked = [at for at, _ in chats["R04a"].answers[: chats["R04a"].turning_point]]
    assert asked == ["safety.signs", "safety.blood_now", "safety.pregnant", "safety.pain"]


@pytest.mark.parametrize(("name", "file", "line"), [(name, *fault) for name, fault in FAULTS.items()])
def test_who_reads_only_what_is_told_finds_the_line(name: str, file: str, line: str) -> None:
    """The very line that breaks the promise is named. Whoever read them cold wrote down what they found: README.md."""
    lines = (FOLDER / name / f"{file}.yaml").read_text(encoding="utf-8").splitlines()
    assert lines.count(line) == 1
    told = (FOLDER / name / "told.txt").read_text(encoding="utf-8")
    assert (f"flows/{file}.yaml", lines.index(line) + 1) in {(name, int(number)) for name, number in LINE.findall(told)}
    assert line.strip() not in (FOLDER / "clean" / f"{file}.yaml").read_text(encoding="utf-8")  # it is what differs


def test_every_example_says_which_line_is_faulty() -> None:
    assert FAULTS.keys() | WITHOUT_A_FAULT == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_nothing_else_is_made_of_it(name: str) -> None:
    """A fault is told by the promise that it breaks, and not by a crowd of others."""
    library, _ = example(name)
    slugs = {finding.code for finding in prove(library, max_states=BUDGETS.get(name, 200_000)).findings}
    assert slugs - ALSO.get(name, set()) == {name}


def test_what_is_not_broken_is_found_to_be_whole() -> None:
    library, _ = example("clean")
    assert prove(library).findings == ()


def test_every_promise_has_an_example() -> None:
    assert set(EXAMPLES) == set(CHECK_CODES.values())


def test_every_promise_says_what_it_promises() -> None:
    for check in CHECK_CODES:
        assert PROMISES[check].endswith(".")


def test_every_finding_has_a_place() -> None:
    for name in EXAMPLES:
        library, atlas = example(name)
        for finding in prove(library, max_states=BUDGETS.get(name, 200_000)).findings:
            for key in (finding.key, *finding.other_keys):
                assert location_of(key, atlas).line > 0
                assert location_of(key, atlas).source_line


# ---- the flows that are shipped


@cache
def proof() -> Proof:
    return prove(shipped()[0])


def test_every_promise_holds_in_the_shipped_flows() -> None:
    library, atlas = shipped()
    lines = ["\n".join(finding_lines(library, atlas, finding)) for finding in proof().findings]
    assert lines == []


def test_it_was_worth_looking() -> None:
    assert proof().conversation_count > 10**15
    assert 1000 < proof().state_count < 30_000  # more is no fault, but nobody would wait for it gladly


def test_every_red_flag_of_the_list_is_mapped() -> None:
    rows = {flag.id[:3] for flag in shipped()[0].red_flags}
    assert rows >= {f"R{number:02}" for number in range(1, 40) if number != 19}


def test_the_proof_takes_little_time() -> None:
    """The work is counted: most situations are alike, and only the first of their kind is worked out."""
    explorer = Explorer(ProofContext(shipped()[0]).flow_graph)
    began = process_time()
    seen = explorer.explore(shipped()[0].entry_flows)
    assert explorer.row_cache.computed_count < len(seen.states) / 3
    assert explorer.move_cache.computed_count < len(seen.states)
    prove(shipped()[0])
    assert process_time() - began < 6  # about 2.5 s on a quiet machine; a busy one is given more


# ---- the prover and the bot mean the same


def test_one_conversation_for_each_arrow_goes_as_the_prover_says() -> None:
    """For every answer that can be given anywhere, one conversation that gives it, had with the real engine."""
    library, graph = shipped()[0], case().graph
    seen = set()
    for number in range(len(graph.nodes) - 1, -1, -1):
        spot = graph.nodes[number]
        for option, target in enumerate(spot.successors):
            arrow = (*spot.answer_of(option), graph.nodes[target].question_id or graph.nodes[target].ending)
            if arrow in seen:
                continue
            seen.add(arrow)
            way_in, said = graph.shortest_way_to(number)
            walker = replay(library, way_in, dict((*said, spot.answer_of(option))))
            there = graph.nodes[target]
            assert walker.state_id == (there.ending.outcome if there.ending else there.question_id)
            if there.ending:
                assert floor_of(there.ending.rank) == walker.floor
    assert len(seen) > 500


def test_every_option_of_every_question_ends_well() -> None:
    """Through `step`, as a person would: an emergency screen, or an ending with urgency, pages and safety net."""
    library, graph = shipped()[0], case().graph
    fine: set[int] = set()  # spots from which the calmest answers were already seen to end well
    for spots in case().nodes_by_question.values():
        number = max(spots)
        way_in, said = graph.shortest_way_to(number)
        for option, target in enumerate(graph.nodes[number].successors):
            session = begun(library, way_in).with_changes(answers=MappingProxyType(dict(said)))
            session, messages = step(library, session, ButtonPress(graph.nodes[number].options[option]))
            while messages[-1].kind is MessageKind.QUESTION and target not in fine:
                fine.add(target)
                target = graph.nodes[target].successors[0]
                session, messages = step(library, session, ButtonPress(messages[-1].options[0].id))
            if messages[-1].kind is not MessageKind.QUESTION:
                assert ends_well(library, way_in, session, messages[-1]), graph.nodes[number].answer_of(option)


def begun(library: ContentBundle, way_in: str) -> Session:
    session, _ = step(library, Session(), Start(way_in))
    return step(library, session, ButtonPress(f"!go_on:{way_in}")).session


def ends_well(library: ContentBundle, way_in: str, session: Session, last: Message) -> bool:
    if last.kind is MessageKind.EMERGENCY:
        return True
    walker = replay(library, way_in, session.answers)
    told = last.floor is not None and last.floor.urgency < Urgency.EMERGENCY
    return told and bool(walker.collected_pages) and walker.outcome is not None and bool(walker.outcome.safety_net)
