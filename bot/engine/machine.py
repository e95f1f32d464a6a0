"""A flow as a `transitions` Machine, which all chats share and no chat owns.

Relied on in `transitions` 0.9.3: the first transition whose conditions hold is taken, in the order they were added; an
event that a state does not know is refused; `prepare_event` runs once, before any condition; the initial state's own
entry action does not run, hence the pseudo-state INITIAL_STATE. Guards are closures over tables and callbacks are our
names: a string from a flow file never becomes a callback, which `transitions` would import and run.
"""

import logging
from collections.abc import Callable, Iterator
from typing import Any

from transitions import EventData, Machine, State, Transition

from bot.model import flow as f
from bot.model.guards import AnswerIs, Guard, describe

logging.getLogger("transitions").setLevel(logging.WARNING)  # below that it writes every callback down

ANSWER_EVENT, NEXT_EVENT = "answer", "next"  # the two events: a person answered; no answer is waited for


class FlowTransition(Transition):
    """A transition of a flow, with a label that says in words why it is taken."""

    def __init__(self, *args: Any, label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label = label


class FlowMachine(Machine):
    """State machine of one flow, with labelled transitions."""

    transition_cls = FlowTransition


def build_machine(flow: f.Flow, machine_class: type[Machine] = FlowMachine, **extra: Any) -> Machine:
    """Build the machine of *flow*. Its callbacks are methods of the Interpreter, named here and found there."""
    return machine_class(
        states=[State(f.INITIAL_STATE), *_machine_states(flow)],
        transitions=list(flow_transitions(flow)),
        initial=f.INITIAL_STATE,
        auto_transitions=False,  # else every state could jump to every other: n² transitions
        send_event=True,
        prepare_event="prepare",
        name=flow.name,
        **{"model": None, **extra},
    )


def _machine_states(flow: f.Flow) -> Iterator[State]:
    """Yield every state of *flow* as `transitions` takes it."""
    for state in flow.states.values():
        yield State(state.name, on_enter="enter_state", final=isinstance(state, f.Return | f.Outcome))


def flow_transitions(flow: f.Flow) -> Iterator[dict[str, Any]]:
    """Yield every transition of *flow* as `transitions` takes it, in the order in which they are tried."""
    yield {"trigger": NEXT_EVENT, "source": f.INITIAL_STATE, "dest": flow.start}
    for state in flow.states.values():
        if isinstance(state, f.Question):
            yield from _answer_transitions(flow, state)
        elif isinstance(state, f.Statement | f.Call):
            yield {"trigger": NEXT_EVENT, "source": state.name, "dest": state.goto, "label": "then"}
        if state.only_if is not None and not isinstance(state, f.Statement | f.Call):
            yield _skip_transition(state.name, state.goto, state.only_if)


def _skip_transition(source: str, dest: str, only_if: Guard) -> dict[str, Any]:
    """Return the transition that skips a state, open where the state's *only_if* guard does not hold."""
    return {
        "trigger": NEXT_EVENT,
        "source": source,
        "dest": dest,
        "unless": guard_condition(only_if),
        "label": f"passed over unless {describe(only_if)}",
    }


def _answer_transitions(flow: f.Flow, question: f.Question) -> Iterator[dict[str, Any]]:
    """Yield the transitions that an answer to *question* can take: those of rules first, then one for each option."""
    question_id = flow.full_name(question.name)
    common: dict[str, Any] = {"trigger": ANSWER_EVENT, "source": question.name}
    for rule in f.rules_triggered_by(flow, question.name):
        yield {
            **common,
            "dest": rule.goto,
            "conditions": guard_condition(rule.when),
            "label": f"rule {describe(rule.when)}",
        }
    for option in question.options:
        chosen = AnswerIs(question_id, frozenset({option.id}))
        yield {**common, "dest": option.goto, "conditions": guard_condition(chosen), "label": option.id}


def guard_condition(guard: Guard) -> Callable[[EventData], bool]:
    """Return *guard* as a condition of `transitions`: a function of the event, whose model is an Interpreter."""

    def holds(event: EventData) -> bool:
        """Whether the guard holds for the interpreter of *event*."""
        return bool(event.model.holds(guard))  # type: ignore[attr-defined]

    return holds
