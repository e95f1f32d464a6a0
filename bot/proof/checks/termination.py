"""Termination: every conversation ends. No loop, no dead end, no conflict between rules, nothing that is never used."""

from collections.abc import Iterator
from itertools import pairwise

from bot.model.bundle import BASE
from bot.model.flow import Call, Flow, Outcome, Question, Return, Rule, Statement
from bot.model.guards import Reached, atoms, in_words, questions
from bot.proof.context import Case
from bot.proof.finding import Chat, Finding, Key, field_of, key_of
from bot.proof.state_space.explorer import Trouble
from bot.proof.state_space.ranks import EMERGENCY
from bot.proof.state_space.reachability import ways_on
from bot.proof.state_space.symbolic_step import Place
from bot.proof.state_space.tracking import EVERYTHING


def entangled(case: Case) -> Iterator[Finding]:
    """Everything that can happen can be looked at."""
    if at := case.explored.entangled:
        flow, _, state = at.partition(".")
        message = (
            f"there are more than {case.budget:,} situations to tell apart, most of them at '{state}': "
            "let its answers be used sooner, or split the flow"
        )
        yield Finding("too-entangled", (flow, state), message)


def recursion(case: Case) -> Iterator[Finding]:
    """No flow runs itself, not even by way of others."""
    if circle := case.map.circle:
        first, *others = (_call(case, caller, called) for caller, called in pairwise(circle))
        yield Finding("recursion", first, f"this flow runs itself: {' runs '.join(circle)}", (), tuple(others))


def _call(case: Case, caller: str, called: str) -> Key:
    """Return the source key of the call by which one flow runs another."""
    states = case.flows[caller].states.items()
    name = next(name for name, state in states if isinstance(state, Call) and state.run == called)
    return field_of((caller, name), "run")


def loop(case: Case) -> Iterator[Finding]:
    """Every path comes to an ending: nothing is asked twice, and nothing is gone through without end."""
    yield from (_trouble(case, trouble) for trouble in case.explored.troubles if trouble.slug == "loop")


def stranded(case: Case) -> Iterator[Finding]:
    """Nobody is left without a word: what hands back has somebody to hand back to."""
    yield from (_trouble(case, trouble) for trouble in case.explored.troubles if trouble.slug == "stranded")


def _trouble(case: Case, trouble: Trouble) -> Finding:
    """Return the finding for a move that leads nowhere, with the shortest chat to it."""
    chat = chat_to(case, trouble.place, trouble.option)
    last = [key_of(*said) for said in chat.said[-1:]]  # it led there
    at = field_of(trouble.at, "return") if trouble.slug == "stranded" else trouble.at
    return Finding(
        trouble.slug, at, f"'{trouble.at[1]}' {trouble.message}", (chat,), (*last, *_unpassed(case, chat, trouble.at))
    )


def _unpassed(case: Case, chat: Chat, again: Key) -> Iterator[Key]:
    """Yield the `only_if` of the questions on the way that look at the repeated one: it should perhaps skip them."""
    for at, _ in chat.said:
        only_if = case.question(at).only_if
        if only_if is not None and ".".join(map(str, again)) in questions(only_if):
            yield field_of(key_of(at), "only_if")


def chat_to(case: Case, number: int, option: int | None = None) -> Chat:
    """Return the shortest chat to an explored state, and one answer more where *option* is given."""
    said = []
    step: tuple[int, int] | None = (number, option) if option is not None else case.explored.parents[number]
    while step and step[0] >= 0:
        number, taken = step
        place = case.explored.places[number]
        assert isinstance(place, Place)
        at = ".".join(place.stack[-1])
        said.append((at, case.question(at).options[taken].id))
        step = case.explored.parents[number]
    way_in = next((flow for flow, root in case.explored.roots.items() if root == number), case.library.entrances[0])
    return Chat(way_in, tuple(reversed(said)))


def overlap(case: Case) -> Iterator[Finding]:
    """Where one rule leads somewhere, no other rule would lead elsewhere."""
    for (flow, one, other), (number, option) in case.explored.rivals.items():
        rules = case.flows[flow].rules
        message = f"this rule leads to '{rules[other].goto}', and at once another leads to '{rules[one].goto}'"
        chat = chat_to(case, number, option)
        yield Finding("overlap", (flow, "rule", other), message, (chat,), ((flow, "rule", one),))


def unreachable(case: Case) -> Iterator[Finding]:
    """Every flow, state, option, rule and page that is written can come up, and can matter."""
    for flow in case.flows.values():
        if flow.name in case.library.resting:  # in information mode, or run by such a flow: it may be used again later
            continue
        if not any(name == flow.name for name, _ in case.explored.shown):
            yield Finding("unreachable", (flow.name,), f"no conversation ever comes to the flow '{flow.name}'")
            continue
        yield from _states(case, flow)
        yield from _rules(case, flow)
    if not case.library.resting:
        yield from _pages(case)


def _states(case: Case, flow: Flow) -> Iterator[Finding]:
    """Yield a finding for each state, `only_if` and option of *flow* that no conversation uses."""
    seen = case.explored
    for name, state in flow.states.items():
        if (flow.name, name) not in seen.shown:
            if isinstance(state, Return) and _only_for_the_form(case, flow, name):
                continue
            message = f"no conversation ever comes to '{name}'"
            yield Finding("unreachable", (flow.name, name), message, (), tuple(_wanted(flow, name)))
            continue
        if state.only_if is not None and (flow.name, name) not in seen.passed:
            message = f"'{name}' is never passed over: its 'only_if' holds whenever it is come to"
            yield Finding("unreachable", field_of((flow.name, name), "only_if"), message)
        if isinstance(state, Question):
            for option in state.options:
                if (flow.name, name, option.id) not in seen.taken:
                    message = f"'{option.id}' never leads to '{option.goto}': a rule always leads elsewhere first"
                    yield Finding("unreachable", (flow.name, name, option.id), message)


def _wanted(flow: Flow, name: str) -> Iterator[Key]:
    """Yield the conditions that keep a state unreached: its `only_if`, and those of the questions it looks at."""
    if (only_if := flow.states[name].only_if) is not None:
        yield field_of((flow.name, name), "only_if")
        yield from (field_of(key_of(at), "only_if") for at in sorted(questions(only_if)))


def _only_for_the_form(case: Case, flow: Flow, name: str) -> bool:
    """Return whether a return is there only because a `run` needs a `goto`: the flows it runs never return."""
    leading = [state for state in flow.states.values() if name in ways_on(flow, state)]
    calls = [state for state in leading if isinstance(state, Call)]
    return calls == leading and not any(case.map.returns(call.run, case.flows[call.run].start) for call in calls)


def _rules(case: Case, flow: Flow) -> Iterator[Finding]:
    """Yield a finding for each rule of *flow* with an effect that never happens."""
    for number, rule in enumerate(flow.rules):
        effects = [word for word, used in _uses(case, flow, number, rule) if not used]
        if effects:
            message = f"this rule's {' and '.join(effects)} can never do anything: when {in_words(rule.when)}"
            yield Finding("unreachable", (flow.name, "rule", number), message)


def _uses(case: Case, flow: Flow, number: int, rule: Rule) -> Iterator[tuple[str, bool]]:
    """Yield each effect of a rule, and whether it ever happens."""
    if rule.goto:
        yield "goto", (flow.name, number) in case.explored.led
    if rule.effect.at_least:
        yield "at_least", (flow.name, number) in case.explored.lifted
    if rule.effect.learn or rule.effect.advise:
        yield "page or advice", _holds(case, rule)


def _holds(case: Case, rule: Rule) -> bool:
    """Return whether *rule* can hold after some answer that is not yet an emergency.

    A rule that looks at the floor is compared with the floor at the time when the next question comes."""
    by_floor = any(isinstance(atom, Reached) for atom in atoms(rule.when))
    graph = case.unfolded if by_floor else case.urgent  # only there has each node one floor
    track, spots = case.track(rule.when, graph=graph, met=EVERYTHING if by_floor else 0), graph.spots
    for target, left in track.arrivals():
        spot = spots[target]
        if not (spot.end and spot.height >= EMERGENCY) and track.holds(left, spot.height):
            return True
    return False


def _pages(case: Case) -> Iterator[Finding]:
    """Yield a finding for each page that no conversation adds."""
    used = set(_learned(case))
    for id in case.library.pages.get(BASE, {}):
        if id not in used:
            yield Finding("unreachable", (f"{id}.md",), f"no conversation ever brings up the page '{id}'")


def _learned(case: Case) -> Iterator[str]:
    """Yield the pages that reachable states and rules add."""
    for flow in case.flows.values():
        for name, state in flow.states.items():
            if (flow.name, name) in case.explored.shown:
                match state:
                    case Question(options=options):
                        yield from (page for option in options for page in option.effect.learn)
                    case Statement(effect=effect) | Outcome(effect=effect):
                        yield from effect.learn
        yield from (page for rule in flow.rules for page in rule.effect.learn)
