"""Termination: every conversation ends. No loop, no dead end, no conflict between rules, nothing that is never used."""

from collections.abc import Iterator
from itertools import pairwise

from bot.model.bundle import BASE_LANGUAGE
from bot.model.diagnostics import SourceKey
from bot.model.flow import Call, Flow, Outcome, Question, Return, Rule, Statement
from bot.model.guards import UrgencyIs, atoms, describe, guard_questions
from bot.proof.context import ProofContext
from bot.proof.finding import ExampleChat, Finding, field_key, state_key
from bot.proof.state_space.explorer import StuckMove
from bot.proof.state_space.ranks import EMERGENCY_RANK
from bot.proof.state_space.reachability import next_states
from bot.proof.state_space.symbolic_step import SymbolicState
from bot.proof.state_space.tracking import ALL_QUESTIONS


def check_can_be_explored(context: ProofContext) -> Iterator[Finding]:
    """Yield a finding where there are more states than can be explored."""
    if question_id := context.exploration.too_entangled_at:
        flow, _, state = question_id.partition(".")
        message = (
            f"there are more than {context.max_states:,} situations to tell apart, most of them at '{state}': "
            "let its answers be used sooner, or split the flow"
        )
        yield Finding("too-entangled", (flow, state), message)


def check_no_recursion(context: ProofContext) -> Iterator[Finding]:
    """Yield a finding where a flow runs itself, directly or by way of others."""
    if cycle := context.flow_graph.call_cycle:
        first, *others = (_call_key(context, caller, called) for caller, called in pairwise(cycle))
        yield Finding("recursion", first, f"this flow runs itself: {' runs '.join(cycle)}", (), tuple(others))


def _call_key(context: ProofContext, caller: str, called: str) -> SourceKey:
    """Return the source key of the call by which one flow runs another."""
    states = context.flows[caller].states.items()
    name = next(name for name, state in states if isinstance(state, Call) and state.run == called)
    return field_key((caller, name), "run")


def check_no_loop(context: ProofContext) -> Iterator[Finding]:
    """Yield a finding for each question that is asked twice and each cycle of states without a question."""
    yield from (
        _stuck_move_finding(context, stuck_move)
        for stuck_move in context.exploration.stuck_moves
        if stuck_move.code == "loop"
    )


def check_no_dead_end(context: ProofContext) -> Iterator[Finding]:
    """Yield a finding for each return that has no flow to return to."""
    yield from (
        _stuck_move_finding(context, stuck_move)
        for stuck_move in context.exploration.stuck_moves
        if stuck_move.code == "stranded"
    )


def _stuck_move_finding(context: ProofContext, stuck_move: StuckMove) -> Finding:
    """Return the finding for a move that leads nowhere, with the shortest chat to it."""
    chat = shortest_chat_to(context, stuck_move.state_number, stuck_move.option)
    last = [state_key(*answer) for answer in chat.answers[-1:]]  # it led there
    key = field_key(stuck_move.state_ref, "return") if stuck_move.code == "stranded" else stuck_move.state_ref
    return Finding(
        stuck_move.code,
        key,
        f"'{stuck_move.state_ref[1]}' {stuck_move.message}",
        (chat,),
        (*last, *_skip_conditions_about(context, chat, stuck_move.state_ref)),
    )


def _skip_conditions_about(context: ProofContext, chat: ExampleChat, repeated_key: SourceKey) -> Iterator[SourceKey]:
    """Yield the `only_if` of the questions on the way that look at the repeated one: it should perhaps skip them."""
    for question_id, _ in chat.answers:
        only_if = context.question(question_id).only_if
        if only_if is not None and ".".join(map(str, repeated_key)) in guard_questions(only_if):
            yield field_key(state_key(question_id), "only_if")


def shortest_chat_to(context: ProofContext, number: int, option: int | None = None) -> ExampleChat:
    """Return the shortest chat to an explored state, and one answer more where *option* is given."""
    answers = []
    parent: tuple[int, int] | None = (number, option) if option is not None else context.exploration.parents[number]
    while parent and parent[0] >= 0:
        number, option_number = parent
        state = context.exploration.states[number]
        assert isinstance(state, SymbolicState)
        question_id = ".".join(state.stack[-1])
        answers.append((question_id, context.question(question_id).options[option_number].id))
        parent = context.exploration.parents[number]
    entry_flow = next(
        (flow for flow, root in context.exploration.roots.items() if root == number), context.bundle.entry_flows[0]
    )
    return ExampleChat(entry_flow, tuple(reversed(answers)))


def check_no_rule_conflict(context: ProofContext) -> Iterator[Finding]:
    """Yield a finding for each two rules that hold at once and lead to different states."""
    for (flow, one, other), (number, option) in context.exploration.rule_conflicts.items():
        rules = context.flows[flow].rules
        message = f"this rule leads to '{rules[other].goto}', and at once another leads to '{rules[one].goto}'"
        chat = shortest_chat_to(context, number, option)
        yield Finding("overlap", (flow, "rule", other), message, (chat,), ((flow, "rule", one),))


def check_everything_is_used(context: ProofContext) -> Iterator[Finding]:
    """Yield a finding for each flow, state, option, rule and page that never comes up or never matters."""
    for flow in context.flows.values():
        if (
            flow.name in context.bundle.partly_unreachable_flows
        ):  # in information mode, or run by such a flow: it may be used again later
            continue
        if not any(name == flow.name for name, _ in context.exploration.reached_states):
            yield Finding("unreachable", (flow.name,), f"no conversation ever comes to the flow '{flow.name}'")
            continue
        yield from _unused_states(context, flow)
        yield from _unused_rules(context, flow)
    if not context.bundle.partly_unreachable_flows:
        yield from _unused_pages(context)


def _unused_states(context: ProofContext, flow: Flow) -> Iterator[Finding]:
    """Yield a finding for each state, `only_if` and option of *flow* that no conversation uses."""
    exploration = context.exploration
    for name, state in flow.states.items():
        if (flow.name, name) not in exploration.reached_states:
            if isinstance(state, Return) and _is_formal_return(context, flow, name):
                continue
            message = f"no conversation ever comes to '{name}'"
            yield Finding("unreachable", (flow.name, name), message, (), tuple(_blocking_conditions(flow, name)))
            continue
        if state.only_if is not None and (flow.name, name) not in exploration.skipped_states:
            message = f"'{name}' is never passed over: its 'only_if' holds whenever it is come to"
            yield Finding("unreachable", field_key((flow.name, name), "only_if"), message)
        if isinstance(state, Question):
            for option in state.options:
                if (flow.name, name, option.id) not in exploration.used_options:
                    message = f"'{option.id}' never leads to '{option.goto}': a rule always leads elsewhere first"
                    yield Finding("unreachable", (flow.name, name, option.id), message)


def _blocking_conditions(flow: Flow, name: str) -> Iterator[SourceKey]:
    """Yield the conditions that keep a state unreached: its `only_if`, and those of the questions it looks at."""
    if (only_if := flow.states[name].only_if) is not None:
        yield field_key((flow.name, name), "only_if")
        yield from (field_key(state_key(question_id), "only_if") for question_id in sorted(guard_questions(only_if)))


def _is_formal_return(context: ProofContext, flow: Flow, name: str) -> bool:
    """Return whether a return is there only because a `run` needs a `goto`: the flows it runs never return."""
    predecessors = [state for state in flow.states.values() if name in next_states(flow, state)]
    calls = [state for state in predecessors if isinstance(state, Call)]
    return calls == predecessors and not any(
        context.flow_graph.can_return(call.run, context.flows[call.run].start) for call in calls
    )


def _unused_rules(context: ProofContext, flow: Flow) -> Iterator[Finding]:
    """Yield a finding for each rule of *flow* with an effect that never happens."""
    for number, rule in enumerate(flow.rules):
        unused_effects = [word for word, used in _effects_with_use(context, flow, number, rule) if not used]
        if unused_effects:
            message = f"this rule's {' and '.join(unused_effects)} can never do anything: when {describe(rule.when)}"
            yield Finding("unreachable", (flow.name, "rule", number), message)


def _effects_with_use(context: ProofContext, flow: Flow, number: int, rule: Rule) -> Iterator[tuple[str, bool]]:
    """Yield each effect of a rule, and whether it ever happens."""
    if rule.goto:
        yield "goto", (flow.name, number) in context.exploration.leading_rules
    if rule.effect.at_least:
        yield "at_least", (flow.name, number) in context.exploration.floor_raising_rules
    if rule.effect.learn or rule.effect.advise:
        yield "page or advice", _can_hold(context, rule)


def _can_hold(context: ProofContext, rule: Rule) -> bool:
    """Return whether *rule* can hold after some answer that is not yet an emergency.

    A rule that looks at the floor is compared with the floor at the time when the next question comes."""
    by_floor = any(isinstance(atom, UrgencyIs) for atom in atoms(rule.when))
    graph = context.unmerged_graph if by_floor else context.same_day_graph  # only there has each node one floor
    tracker, nodes = (
        context.make_tracker(rule.when, graph=graph, extra_questions=ALL_QUESTIONS if by_floor else 0),
        graph.nodes,
    )
    for target, residual in tracker.arrivals():
        node = nodes[target]
        if not (node.ending and node.rank >= EMERGENCY_RANK) and tracker.holds_now(residual, node.rank):
            return True
    return False


def _unused_pages(context: ProofContext) -> Iterator[Finding]:
    """Yield a finding for each page that no conversation adds."""
    used = set(_reachable_pages(context))
    for page_id in context.bundle.pages.get(BASE_LANGUAGE, {}):
        if page_id not in used:
            yield Finding("unreachable", (f"{page_id}.md",), f"no conversation ever brings up the page '{page_id}'")


def _reachable_pages(context: ProofContext) -> Iterator[str]:
    """Yield the pages that reachable states and rules add."""
    for flow in context.flows.values():
        for name, state in flow.states.items():
            if (flow.name, name) in context.exploration.reached_states:
                match state:
                    case Question(options=options):
                        yield from (page for option in options for page in option.effect.learn)
                    case Statement(effect=effect) | Outcome(effect=effect):
                        yield from effect.learn
        yield from (page for rule in flow.rules for page in rule.effect.learn)
