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
from bot.model.guards import Is, When, in_words

logging.getLogger("transitions").setLevel(logging.WARNING)  # below that it writes every callback down

ANSWER, NEXT = "answer", "next"  # the two events: a person answered; no answer is waited for


class Arrow(Transition):
    """A transition of a flow, with a label that says in words why it is taken."""

    def __init__(self, *args: Any, label: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label = label


class RuleBook(Machine):
    """State machine of one flow, with labelled transitions."""

    transition_cls = Arrow


def rule_book(flow: f.Flow, machine: type[Machine] = RuleBook, **extra: Any) -> Machine:
    """Build the machine of *flow*. Its callbacks are methods of the Interpreter, named here and found there."""
    return machine(
        states=[State(f.BEGIN), *_states(flow)],
        transitions=list(arrows(flow)),
        initial=f.BEGIN,
        auto_transitions=False,  # else every state could jump to every other: n² transitions
        send_event=True,
        prepare_event="prepare",
        name=flow.name,
        **{"model": None, **extra},
    )


def _states(flow: f.Flow) -> Iterator[State]:
    """Yield every state of *flow* as `transitions` takes it."""
    for state in flow.states.values():
        yield State(state.name, on_enter="enter_state", final=isinstance(state, f.Return | f.Outcome))


def arrows(flow: f.Flow) -> Iterator[dict[str, Any]]:
    """Yield every transition of *flow* as `transitions` takes it, in the order in which they are tried."""
    yield {"trigger": NEXT, "source": f.BEGIN, "dest": flow.start}
    for state in flow.states.values():
        if isinstance(state, f.Question):
            yield from _answers(flow, state)
        elif isinstance(state, f.Statement | f.Call):
            yield {"trigger": NEXT, "source": state.name, "dest": state.goto, "label": "then"}
        if state.only_if is not None and not isinstance(state, f.Statement | f.Call):
            yield _passed_over(state.name, state.goto, state.only_if)


def _passed_over(source: str, dest: str, only_if: When) -> dict[str, Any]:
    """Return the transition that skips a state, open where the state's *only_if* guard does not hold."""
    return {
        "trigger": NEXT,
        "source": source,
        "dest": dest,
        "unless": guard(only_if),
        "label": f"passed over unless {in_words(only_if)}",
    }


def _answers(flow: f.Flow, question: f.Question) -> Iterator[dict[str, Any]]:
    """Yield the transitions that an answer to *question* can take: those of rules first, then one for each option."""
    asked = flow.at(question.name)
    common: dict[str, Any] = {"trigger": ANSWER, "source": question.name}
    for rule in f.arrows_of_rules(flow, question.name):
        yield {**common, "dest": rule.goto, "conditions": guard(rule.when), "label": f"rule {in_words(rule.when)}"}
    for option in question.options:
        chosen = Is(asked, frozenset({option.id}))
        yield {**common, "dest": option.goto, "conditions": guard(chosen), "label": option.id}


def guard(when: When) -> Callable[[EventData], bool]:
    """Return *guard* as a condition of `transitions`: a function of the event, whose model is an Interpreter."""

    def holds(event: EventData) -> bool:
        """Whether the guard holds for the interpreter of *event*."""
        return bool(event.model.holds(when))  # type: ignore[attr-defined]

    return holds
