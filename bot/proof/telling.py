"""A finding as its reader gets it: the place, a sentence, and the chat that shows it in the words of the flow."""

from collections.abc import Iterator, Mapping

from bot.flow import Outcome, Question
from bot.library import Library
from bot.problem import Place, Problem
from bot.proof.finding import Chat, Finding, Key
from bot.walker import Stuck, Walker

NOWHERE = Place("flows", 1, 1)


def problem(finding: Finding, atlas: Mapping[Key, Place]) -> Problem:
    return Problem(place_of(finding.key, atlas), finding.slug, finding.message)


def place_of(key: Key, atlas: Mapping[Key, Place]) -> Place:
    """Where *key* is written, or the nearest thing around it that is."""
    while key and key not in atlas:
        key = key[:-1]
    return atlas.get(key, NOWHERE)


def told(library: Library, atlas: Mapping[Key, Place], finding: Finding) -> Iterator[str]:
    """The lines that are printed for a finding."""
    yield from str(problem(finding, atlas)).splitlines()
    for key in finding.others:
        place = place_of(key, atlas)
        yield f"  and {place.file}:{place.line}:{place.column}: {place.source.strip()}"
    for chat in finding.chats:
        yield ""
        yield from in_words(library, chat)


def in_words(library: Library, chat: Chat) -> Iterator[str]:
    """A chat as a transcript: `>` the person, `<` the bot."""
    if chat.note:
        yield f"  # {chat.note}"
    yield f"  > /start {chat.way_in}"
    walker = Walker(library, "en")
    try:
        walker.enter(chat.way_in)
        for number, (at, option) in enumerate(chat.said, 1):
            yield from _turn(library, at, option)
            if number == chat.mark and chat.holds:
                yield f"  # here {chat.holds}"
            walker.take(option)
        yield from _stands(walker)
    except (Stuck, IndexError):
        yield "  # and here it gets stuck"


def _turn(library: Library, at: str, answer: str) -> Iterator[str]:
    flow, _, name = at.partition(".")
    question = library.flow(flow).states[name]
    assert isinstance(question, Question)
    option = question.option(answer)
    yield f"  < {question.ask.splitlines()[0]}"
    yield f"  > {(option and option.text) or library.text(answer)}  ({flow}.{name}: {answer})"


def _stands(walker: Walker) -> Iterator[str]:
    match walker.here:
        case Outcome(say=say):
            yield f"  < [{walker.floor}] {say.splitlines()[0]}  ({walker.at})"
        case Question(ask=ask):
            yield f"  < {ask.splitlines()[0]}  ({walker.at})"
