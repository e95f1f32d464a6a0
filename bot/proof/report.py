"""The report of a finding: its location, a sentence, and the example chat in the words of the flow."""

from collections.abc import Iterator, Mapping

from bot.engine.interpreter import Stuck, Walker
from bot.model.bundle import BASE, Library
from bot.model.diagnostics import Place, Problem
from bot.model.flow import Flow, Outcome, Question, arrows_of_rules
from bot.model.guards import AtLeast, When, questions
from bot.model.guards import in_words as as_said
from bot.proof.finding import Chat, Finding, Key, key_of

NOWHERE = Place("flows", 1, 1)
MOST_MISSED = 4
WIDE = 100


def problem(finding: Finding, atlas: Mapping[Key, Place]) -> Problem:
    """Return *finding* as a diagnostic."""
    return Problem(place_of(finding.key, atlas), finding.slug, finding.message)


def place_of(key: Key, atlas: Mapping[Key, Place]) -> Place:
    """Return where *key* is written, or the nearest thing around it that is."""
    while key and key not in atlas:
        key = key[:-1]
    return atlas.get(key, NOWHERE)


def told(library: Library, atlas: Mapping[Key, Place], finding: Finding) -> Iterator[str]:
    """Yield the lines that are printed for a finding."""
    yield from str(problem(finding, atlas)).splitlines()
    for key in finding.others:
        place = place_of(key, atlas)
        yield f"  and {place.file}:{place.line}:{place.column}: {place.source.strip()}"
    for chat in finding.chats:
        yield ""
        yield from in_words(library, atlas, chat)


def in_words(library: Library, atlas: Mapping[Key, Place], chat: Chat) -> Iterator[str]:
    """Yield a chat as a transcript, each line with the file and line that causes it.

    `>` is the person, `<` the bot, `#` an explanation."""
    if chat.note:
        yield f"  # {chat.note}"
    yield f"  > /start {chat.way_in}"
    walker = Walker(library, BASE)
    try:
        walker.enter(chat.way_in)
        for number, (at, option) in enumerate(chat.said, 1):
            yield from _turn(library, atlas, at, option)
            if number == chat.mark and chat.holds:
                yield f"  # here {chat.holds}"
            yield from _taken(atlas, walker, option)
        yield from _missed(atlas, walker, chat.about)
        yield from _stands(atlas, walker)
    except (Stuck, IndexError):
        yield "  # and here it gets stuck"


def _turn(library: Library, atlas: Mapping[Key, Place], at: str, answer: str) -> Iterator[str]:
    """Yield the lines of one question and its answer."""
    flow, _, name = at.partition(".")
    question = library.flow(flow).states[name]
    assert isinstance(question, Question)
    option = question.option(answer)
    yield f"  < {question.ask.splitlines()[0]}"
    said = (option and option.text) or library.text(answer)
    yield f"  > {said}  ({flow}.{name}: {answer}, {_line(atlas, key_of(at, answer))})"


def _taken(atlas: Mapping[Key, Place], walker: Walker, answer: str) -> Iterator[str]:
    """Give one answer to the interpreter, and yield which rule led on and what raised the floor."""
    flow, asked, floor, fired = walker.flow, walker.state, walker.floor, walker.fired
    walker.take(answer)
    for rule in arrows_of_rules(flow, asked):
        if walker.holds(rule.when) and rule.goto != _own(flow, asked, answer):
            key = flow.name, "rule", flow.rules.index(rule)
            yield f"  # the rule of {_line(atlas, key)} leads to '{rule.goto}'"
            break
    for name, number in sorted(walker.fired - fired):
        lifted = walker.library.flow(name).rules[number].effect.at_least
        if lifted and lifted > floor:
            yield f"  # the rule of {_line(atlas, (name, 'rule', number))} holds: {lifted} or sooner"


def _missed(atlas: Mapping[Key, Place], walker: Walker, about: frozenset[str]) -> Iterator[str]:
    """Yield the rules about these questions that would lead to more and fail by one line: one may be wrong."""
    near = []
    for flow in walker.library.flows[BASE].values():
        for number, rule in enumerate(flow.rules):
            asked = questions(rule.when)
            if not rule.goto and (rule.effect.at_least or walker.floor) <= walker.floor:
                continue
            if asked & about and asked <= walker.answers.keys() and _lacks(walker, rule.when) == 1:
                near.append((-len(asked & about), (flow.name, "rule", number), rule.when))
    for _, key, when in sorted(near, key=lambda one: one[0])[:MOST_MISSED]:
        words = as_said(when)
        words = words if len(words) <= WIDE else f"{words[: WIDE - 1]}…"
        yield f"  # the rule of {_line(atlas, key)} does not hold: {words}"


def _lacks(walker: Walker, when: When) -> int:
    """Return how many lines of a guard do not hold."""
    every = isinstance(when, AtLeast) and when.count == len(when.parts)
    parts = when.parts if every else (when,)  # type: ignore[union-attr]
    return sum(not walker.holds(part) for part in parts)


def _own(flow: Flow, asked: str, answer: str) -> str:
    """Return where an answer leads when no rule does."""
    question = flow.states[asked]
    option = question.option(answer) if isinstance(question, Question) else None
    return option.goto if option else ""


def _line(atlas: Mapping[Key, Place], key: Key) -> str:
    """Return the file and line of *key*."""
    place = place_of(key, atlas)
    return f"{place.file}:{place.line}"


def _stands(atlas: Mapping[Key, Place], walker: Walker) -> Iterator[str]:
    """Yield the line for the ending or question that the interpreter has reached."""
    at, line = walker.at, _line(atlas, key_of(walker.at))
    match walker.here:
        case Outcome(say=say):
            yield f"  < [{walker.floor}] {say.splitlines()[0]}  ({at}, {line})"
        case Question(ask=ask):
            yield f"  < {ask.splitlines()[0]}  ({at}, {line})"
