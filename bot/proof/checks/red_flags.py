"""Red flags: when one goes up help is the very next thing, and no ending reassures before it was asked for."""

from collections.abc import Iterator
from itertools import count

from bot.model.content import RedFlag
from bot.model.guards import AtLeast, describe, guard_questions
from bot.model.urgency import Urgency
from bot.proof.context import ProofContext, red_flag_guard
from bot.proof.finding import ExampleChat, Finding, field_key, state_key
from bot.proof.state_space.formulas import FALSE, TRUE
from bot.proof.state_space.graph import ConversationGraph
from bot.proof.state_space.ranks import EMERGENCY_RANK, lowest_rank_of
from bot.proof.state_space.tracking import FormulaTracker, ResidualTuple, TrackedAnswer


def check_promises_can_apply(context: ProofContext) -> Iterator[Finding]:
    """Yield a finding for each red flag and each promise whose condition no answers can make true."""
    for flag in context.bundle.red_flags:
        tracker = red_flag_tracker(context, flag)
        can_go_up = next(tracker.answers_making_true(), None) is not None or tracker.holds_now(tracker.residuals[0][0])
        if not can_go_up and not context.concerns_suspended_flow(flag.when):
            message = f"nobody can answer so that {flag.id} ({flag.title}) is up: {describe(flag.when)}"
            yield Finding("vacuous", field_key((flag.id,), "when"), message)
    supposed = [(p.name, p.when) for p in context.promises.forbidden_endings] + [
        (p.name, p.when) for p in context.promises.exemptions
    ]
    for name, guard in supposed:
        if not context.concerns_suspended_flow(guard) and not _can_hold_at_ending(
            context, context.formulas.from_guard(guard)
        ):
            message = f"nobody can answer as '{name}' supposes: {describe(guard)}"
            yield Finding("vacuous", field_key(("promises.yaml", name), "when"), message)


def _can_hold_at_ending(context: ProofContext, formula: int) -> bool:
    """Return whether any conversation makes a formula true at its ending. The first one found is enough."""
    formulas, graph = context.formulas, context.same_day_graph
    todo = [(root, formula) for root in graph.roots.values()]
    seen = set(todo)
    while todo:
        number, residual = todo.pop()
        node = graph.nodes[number]
        if residual == TRUE or (node.ending and formulas.holds_now(residual, Urgency.SELF_CARE)):
            return True
        is_relevant = node.question_bit & formulas.masks[residual]
        for target, option in zip(node.successors, count()) if is_relevant else node.distinct_edges:
            after = formulas.after_answer(residual, node.question_bit, node.options[option])
            successor = target, formulas.with_only_ahead(after, graph.questions_ahead[target], Urgency.SELF_CARE)
            if successor[1] != FALSE and successor not in seen:
                seen.add(successor)
                todo.append(successor)
    return False


def check_red_flags_are_met(context: ProofContext) -> Iterator[Finding]:
    """Yield a finding for each red flag that can be up without the urgency it needs.

    An emergency must be the very next thing; for any other row, every ending must be at least what the row needs.
    """
    for flag in context.bundle.red_flags:
        tracker = red_flag_tracker(context, flag)
        if tracker.holds_now(tracker.residuals[0][0]) and not _is_met_at_start(tracker.graph, flag):
            message = f"{flag.id} ({flag.title}) holds for somebody who has not answered anything yet"
            yield Finding("red-flag", (flag.id,), message)
        elif unmet_answers := [
            answer for answer in tracker.answers_making_true() if not _meets_need(tracker.graph, flag, answer.target)
        ]:
            yield _unmet_need_finding(flag, tracker, unmet_answers)


def red_flag_tracker(context: ProofContext, flag: RedFlag, *, raise_information: bool = False) -> FormulaTracker:
    """Return the tracker of a red flag's need, and of the two kinds of exemption from asking for it.

    The first kind lets the ending show every warning sign, the second needs an ending of same day at least.
    *raise_information*: see `ProofContext.with_raised_information`."""
    name = f"{flag.id} spared" if raise_information and context.bundle.partly_unreachable_flows else flag.id
    if name not in context.red_flag_trackers:
        exemptions = [exemption for exemption in context.promises.exemptions if exemption.covers(flag.id)]
        shows_signs = AtLeast(1, tuple(exemption.when for exemption in exemptions if exemption.shows_warning_signs))
        others_exempt = AtLeast(
            1, tuple(exemption.when for exemption in exemptions if not exemption.shows_warning_signs)
        )
        graph = context.same_day_graph if flag.required_urgency >= Urgency.SAME_DAY else context.urgency_graph
        graph = context.with_raised_information(graph) if raise_information else graph
        context.red_flag_trackers[name] = context.make_tracker(
            red_flag_guard(flag), shows_signs, others_exempt, graph=graph
        )
    return context.red_flag_trackers[name]


def _is_met_at_start(graph: ConversationGraph, flag: RedFlag) -> bool:
    """Return whether the flag's need is met before any answer was given."""
    return all(_meets_need(graph, flag, root) for root in graph.roots.values())


def _meets_need(graph: ConversationGraph, flag: RedFlag, number: int) -> bool:
    """Return whether a node gives what the flag needs: the emergency screen now, or no lower ending later."""
    ending = graph.nodes[number].ending
    if flag.required_urgency is Urgency.EMERGENCY:
        return ending is not None and ending.rank >= EMERGENCY_RANK
    return graph.lowest_ranks[number] >= lowest_rank_of(flag.required_urgency)


def _unmet_need_finding(flag: RedFlag, tracker: FormulaTracker, unmet_answers: list[TrackedAnswer]) -> Finding:
    """Return the finding that a red flag goes up and its need is not met, with the shortest chat."""
    number, residuals, entry_flow, answers_before = tracker.shortest_way_to_any(
        (answer.node, answer.before) for answer in unmet_answers
    )
    answer = next(answer for answer in unmet_answers if (answer.node, answer.before) == (number, residuals))
    question_id, option = tracker.graph.nodes[answer.node].answer_of(answer.option)
    answers = (*answers_before, (question_id, option))
    answers_after = tracker.graph.shortest_way_to_rank(answer.target, tracker.graph.lowest_ranks[answer.target])
    chat = ExampleChat(
        entry_flow,
        answers + answers_after,
        "",
        len(answers),
        f"{flag.id} holds: {flag.title}",
        guard_questions(flag.when),
    )
    consequence = (
        "the next thing is not an emergency screen"
        if flag.required_urgency is Urgency.EMERGENCY
        else "an ending can be lower"
    )
    message = f"{flag.id} needs {flag.required_urgency.slug}, and after '{option}' {consequence}"
    return Finding("red-flag", state_key(question_id, option), message, (chat,), ((flag.id,),))


def check_red_flags_are_asked(context: ProofContext) -> Iterator[Finding]:
    """Yield a finding for each ending below what a red flag needs, while it is open whether that flag is up.

    Exempted answers may end so if the ending is same day or sooner, or shows every warning sign.
    """
    known = {flag.id for flag in context.bundle.red_flags}
    for exemption in context.promises.exemptions:
        for flag_id in sorted((exemption.flags | exemption.required_flags) - known):
            yield Finding("unasked", ("promises.yaml", exemption.name), f"no red flag is called '{flag_id}'")
    for flag in context.bundle.red_flags:
        tracker = red_flag_tracker(context, flag, raise_information=True)
        if open_nodes := [
            exhausted for exhausted in tracker.exhausted_nodes() if _is_open_and_too_low(flag, tracker, *exhausted)
        ]:
            yield _unasked_finding(context, flag, tracker, open_nodes)


def _is_open_and_too_low(flag: RedFlag, tracker: FormulaTracker, number: int, residuals: ResidualTuple) -> bool:
    """Return whether a flag may be up, nothing exempts from asking for it, and the lowest ending is too low for it."""
    lowest = tracker.graph.lowest_ranks[number]
    flag_residual, shows_signs, others_exempt = residuals
    if lowest >= lowest_rank_of(flag.required_urgency) or flag_residual == FALSE or tracker.holds_now(flag_residual):
        return False
    return not tracker.holds_now(shows_signs) and not (
        tracker.holds_now(others_exempt) and lowest >= lowest_rank_of(Urgency.SAME_DAY)
    )


def _unasked_finding(
    context: ProofContext, flag: RedFlag, tracker: FormulaTracker, open_nodes: list[tuple[int, ResidualTuple]]
) -> Finding:
    """Return the finding that an ending can be reached while a red flag is open, with the shortest chat."""
    number, residuals, entry_flow, answers = tracker.shortest_way_to_any(open_nodes)
    chat = ExampleChat(
        entry_flow, answers + tracker.graph.shortest_way_to_rank(number, tracker.graph.lowest_ranks[number])
    )
    outcome = context.ending_of(chat).outcome
    missing = sorted(context.formulas.questions_in(residuals[0]))
    message = (
        f"'{outcome.rpartition('.')[2]}' can be come to while {flag.id} ({flag.title}) is open: {', '.join(missing)}"
    )
    last_answer_key = (
        state_key(*answers) for answers in chat.answers[-1:]
    )  # it led past the question; or the question passed by itself
    skip_conditions = (
        field_key(state_key(question_id), "only_if")
        for question_id in missing
        if question_id in context.nodes_by_question
    )
    return Finding("unasked", state_key(outcome), message, (chat,), (*last_answer_key, *skip_conditions, (flag.id,)))
