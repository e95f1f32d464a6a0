"""The shortest way from each topic to each urgency, as a conversation to be read aloud: found by the proof, not by us.

Of several that are as short, it is the one whose answers stand first. After a change of flows or words:

    REWRITE=1 python -m pytest tests/proof/test_shortest_paths.py

Then read the difference as the person who is frightened, and as a nurse. It is refused on a build server.
"""

import os
from collections import deque
from functools import cache

import pytest

from bot.adapters.terminal.transcript import replay_transcript
from bot.authoring.loader import content_root, load_bundle
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.urgency import Urgency
from bot.proof.context import ProofContext
from bot.proof.state_space.ranks import urgency_of
from tests.support.paths import DATA

FOLDER = DATA / "shortest_paths"
TOPICS = {
    **{topic: (topic,) for topic in ("bleeding", "discharge", "pain", "pregnancy", "semen", "unwanted")},
    **{person: ("someone_else", person) for person in ("adult", "teenager", "child")},
}
Said = tuple[tuple[str, str], ...]
LIBRARY = load_bundle(content_root())[0]


@cache
def case() -> ProofContext:
    return ProofContext(LIBRARY)


@cache
def ways(topic: str) -> dict[str, Said]:
    """For each urgency that somebody with this topic can come to, the answers of a shortest way."""
    graph = case().graph
    number, said = graph.roots["chooser"], Said()
    for option in TOPICS[topic]:
        spot = graph.nodes[number]
        said += ((spot.question_id, option),)
        number = spot.successors[spot.options.index(option)]
    found: dict[str, Said] = {}
    way, todo = {number: said}, deque([number])
    while todo:
        spot = graph.nodes[number := todo.popleft()]
        if spot.ending:
            found.setdefault(Urgency(urgency_of(spot.ending.rank)).slug, way[number])
        for option_number, target in enumerate(spot.successors):
            if target not in way:
                way[target] = (*way[number], spot.answer_of(option_number))
                todo.append(target)
    return found


def script(library: ContentBundle, said: Said, urgency: str) -> list[str]:
    typed = []
    for at, answer in said:
        flow, _, name = at.partition(".")
        option = library.flow(flow).states[name].option(answer)  # type: ignore[union-attr]
        typed.append(f"> {option.text or library.text(answer)}")
    return [f"# The shortest way to this urgency: {urgency}.", "> /start", "> Go on", *typed]


@pytest.mark.parametrize("topic", TOPICS)
def test_the_shortest_way_to_each_urgency_goes_as_written(topic: str) -> None:
    for urgency, said in ways(topic).items():
        path = FOLDER / f"{topic}_{urgency}.txt"
        happens = replay_transcript(LIBRARY, script(LIBRARY, said, urgency))
        heading = urgency.upper() if urgency == "emergency" else urgency
        assert f"\n< [{heading}" in happens
        if os.environ.get("REWRITE"):
            assert not os.environ.get("CI"), "a build server may not decide what a conversation says"
            path.write_text(happens, encoding="utf-8")
        else:
            assert happens == path.read_text(encoding="utf-8"), path.name


def test_there_is_one_for_each_and_no_other() -> None:
    wanted = {f"{topic}_{urgency}" for topic in TOPICS for urgency in ways(topic)}
    assert {path.stem for path in FOLDER.glob("*.txt")} == wanted
    assert {f"bleeding_{urgency.slug}" for urgency in Urgency} <= wanted, "all five"


def test_none_is_longer_than_eighteen_answers() -> None:
    assert max(len(said) for topic in TOPICS for said in ways(topic).values()) <= 18
    assert LIBRARY.flows[BASE_LANGUAGE]
