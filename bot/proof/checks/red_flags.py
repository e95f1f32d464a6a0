"""Red flags: when one goes up help is the very next thing, and no ending reassures before it was asked for."""

from collections.abc import Iterator
from itertools import count

from bot.model.content import RedFlag
from bot.model.guards import AtLeast, in_words, questions
from bot.model.urgency import Urgency
from bot.proof.context import Case, needed
from bot.proof.finding import Chat, Finding, field_of, key_of
from bot.proof.state_space.formulas import NO, YES
from bot.proof.state_space.graph import Graph
from bot.proof.state_space.ranks import EMERGENCY, least
from bot.proof.state_space.tracking import Left, Moment, Track


def vacuous(case: Case) -> Iterator[Finding]:
    """Every red flag can go up, and whatever is promised or excused for some answers can be answered so: no promise
    holds for want of a case."""
    for flag in case.library.red_flags:
        track = watched(case, flag)
        up = next(track.rising(), None) is not None or track.holds(track.lefts[0][0])
        if not up and not case.rests(flag.when):
            message = f"nobody can answer so that {flag.id} ({flag.title}) is up: {in_words(flag.when)}"
            yield Finding("vacuous", field_of((flag.id,), "when"), message)
    supposed = [(p.name, p.when) for p in case.promises.never] + [(p.name, p.when) for p in case.promises.excuses]
    for name, when in supposed:
        if not case.rests(when) and not _can_be_said(case, case.formulas.of(when)):
            message = f"nobody can answer as '{name}' supposes: {in_words(when)}"
            yield Finding("vacuous", field_of(("promises.yaml", name), "when"), message)


def _can_be_said(case: Case, start: int) -> bool:
    """Return whether any conversation makes a formula true at its ending. The first one found is enough."""
    formulas, graph = case.formulas, case.urgent
    todo = [(root, start) for root in graph.roots.values()]
    seen = set(todo)
    while todo:
        number, left = todo.pop()
        spot = graph.spots[number]
        if left == YES or (spot.end and formulas.now(left, Urgency.SELF_CARE)):
            return True
        told_apart = spot.bit & formulas.masks[left]
        for target, option in zip(spot.next, count()) if told_apart else spot.ways:
            after = formulas.answered(left, spot.bit, spot.options[option])
            step = target, formulas.settled(after, graph.ahead[target], Urgency.SELF_CARE)
            if step[1] != NO and step not in seen:
                seen.add(step)
                todo.append(step)
    return False


def red_flag(case: Case) -> Iterator[Finding]:
    """When the condition of an emergency row becomes true, the emergency screen is the very next thing; of any other
    row, every ending is at least what the row needs."""
    for flag in case.library.red_flags:
        track = watched(case, flag)
        if track.holds(track.lefts[0][0]) and not _helped_at_once(track.graph, flag):
            message = f"{flag.id} ({flag.title}) holds for somebody who has not answered anything yet"
            yield Finding("red-flag", (flag.id,), message)
        elif wrong := [moment for moment in track.rising() if not _helps(track.graph, flag, moment.target)]:
            yield _unhelped(flag, track, wrong)


def watched(case: Case, flag: RedFlag, *, spared: bool = False) -> Track:
    """Return the tracker of a red flag's need, and of the two kinds of exemption from asking for it.

    The first kind lets the ending show every warning sign, the second needs an ending of same day at least.
    *raise_information*: see `ProofContext.with_raised_information`."""
    name = f"{flag.id} spared" if spared and case.library.resting else flag.id
    if name not in case.watched:
        excuses = [excuse for excuse in case.promises.excuses if excuse.covers(flag.id)]
        signs = AtLeast(1, tuple(excuse.when for excuse in excuses if excuse.shows_signs))
        seen = AtLeast(1, tuple(excuse.when for excuse in excuses if not excuse.shows_signs))
        graph = case.urgent if flag.needs >= Urgency.SAME_DAY else case.urgencies
        graph = case.spared(graph) if spared else graph
        case.watched[name] = case.track(needed(flag), signs, seen, graph=graph)
    return case.watched[name]


def _helped_at_once(graph: Graph, flag: RedFlag) -> bool:
    """Return whether the flag's need is met before any answer was given."""
    return all(_helps(graph, flag, root) for root in graph.roots.values())


def _helps(graph: Graph, flag: RedFlag, number: int) -> bool:
    """Return whether a node gives what the flag needs: the emergency screen now, or no lower ending later."""
    end = graph.spots[number].end
    if flag.needs is Urgency.EMERGENCY:
        return end is not None and end.height >= EMERGENCY
    return graph.lowest[number] >= least(flag.needs)


def _unhelped(flag: RedFlag, track: Track, wrong: list[Moment]) -> Finding:
    """Return the finding that a red flag goes up and its need is not met, with the shortest chat."""
    number, left, way_in, before = track.nearest((moment.spot, moment.before) for moment in wrong)
    moment = next(moment for moment in wrong if (moment.spot, moment.before) == (number, left))
    at, option = track.graph.spots[moment.spot].said(moment.option)
    said = (*before, (at, option))
    rest = track.graph.way_on(moment.target, track.graph.lowest[moment.target])
    chat = Chat(way_in, said + rest, "", len(said), f"{flag.id} holds: {flag.title}", questions(flag.when))
    what = "the next thing is not an emergency screen" if flag.needs is Urgency.EMERGENCY else "an ending can be lower"
    message = f"{flag.id} needs {flag.needs.word}, and after '{option}' {what}"
    return Finding("red-flag", key_of(at, option), message, (chat,), ((flag.id,),))


def unasked(case: Case) -> Iterator[Finding]:
    """No ending is below what a red flag needs while it is open whether that flag is up. Who is excused, and why, is
    written down; the ending is then same day or sooner, or it shows every warning sign."""
    known = {flag.id for flag in case.library.red_flags}
    for excuse in case.promises.excuses:
        for id in sorted((excuse.flags | excuse.still) - known):
            yield Finding("unasked", ("promises.yaml", excuse.name), f"no red flag is called '{id}'")
    for flag in case.library.red_flags:
        track = watched(case, flag, spared=True)
        if open_ := [closed for closed in track.closed() if _open(flag, track, *closed)]:
            yield _not_asked(case, flag, track, open_)


def _open(flag: RedFlag, track: Track, number: int, left: Left) -> bool:
    """Return whether a flag may be up, nothing exempts from asking for it, and the lowest ending is too low for it."""
    lowest = track.graph.lowest[number]
    up, signs, seen = left
    if lowest >= least(flag.needs) or up == NO or track.holds(up):
        return False
    return not track.holds(signs) and not (track.holds(seen) and lowest >= least(Urgency.SAME_DAY))


def _not_asked(case: Case, flag: RedFlag, track: Track, open_: list[tuple[int, Left]]) -> Finding:
    """Return the finding that an ending can be reached while a red flag is open, with the shortest chat."""
    number, left, way_in, said = track.nearest(open_)
    chat = Chat(way_in, said + track.graph.way_on(number, track.graph.lowest[number]))
    outcome = case.end_of(chat).outcome
    missing = sorted(case.formulas.questions(left[0]))
    message = (
        f"'{outcome.rpartition('.')[2]}' can be come to while {flag.id} ({flag.title}) is open: {', '.join(missing)}"
    )
    last = (key_of(*said) for said in chat.said[-1:])  # it led past the question; or the question passed by itself
    passed = (field_of(key_of(at), "only_if") for at in missing if at in case.asked)
    return Finding("unasked", key_of(outcome), message, (chat,), (*last, *passed, (flag.id,)))
