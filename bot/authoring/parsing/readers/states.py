"""Reader of the states of a flow: one function for each of the five kinds."""

from collections.abc import Iterator

from bot.authoring.parsing.parse_context import Kind, Reading
from bot.authoring.parsing.readers.effects import effect, goto_of, learn, only_if
from bot.authoring.parsing.readers.guards import floor
from bot.authoring.parsing.readers.options import options
from bot.authoring.parsing.readers.suppressions import silences
from bot.authoring.parsing.table_reader import Fields
from bot.authoring.parsing.yaml_nodes import Node, Scalar, shortened
from bot.model.flow import Call, Effect, Outcome, Question, Return, State, Statement
from bot.model.urgency import Urgency

KINDS = ("ask", "run", "return", "outcome", "say")  # `say` is last: beside `outcome` it is its text
FILED = ("run", "return", "only_if")  # these have source keys, as findings may point at them
ASK = 200  # characters of a question's first line


def states(top: Fields) -> Iterator[State]:
    """Read all states of the flow that could be read."""
    if (node := top.need("states")) is None:
        return
    with Fields(top.reading, node, "'states'") as table:
        for key, value in table.rest():
            top.reading.declare(key, top.reading.id, key.value)
            if state := _state(top.reading, key, value):
                yield state
    if table.readable and not table.pairs:
        top.reading.fault(node, "empty", "'states' is empty")


def _state(reading: Reading, key: Scalar, value: Node) -> State | None:
    """Read one state by its kind; report one of no kind or of two, and return None."""
    name = reading.name(key, "a state's name")
    with Fields(reading, value, f"state '{shortened(key.value)}'", key) as it:
        silences(it, reading.id, key.value)
        for field in filter(it.pairs.__contains__, FILED):
            reading.declare(it.key(field), reading.id, key.value, "", field)
        match [kind for kind in KINDS if kind in it]:
            case ["ask"]:
                return _question(it, name)
            case ["say"]:
                return Statement(name, it.text("say"), goto_of(it, needed=True), effect(it), only_if(it))
            case ["run"]:
                return _call(it, name)
            case ["return"]:
                return Return(name, it.text("return"))
            case ["outcome"] | ["outcome", "say"]:
                return _outcome(it, name)
            case found:
                _no_kind(it, found)
                return None


def _no_kind(it: Fields, found: list[str]) -> None:
    """Report a state of no kind or of two; its other keys are not checked, as it is unknown which belong."""
    keys = [key for key, _ in it.rest()]
    if found:
        it.reading.fault(it.key(found[1]), "kind", f"{it.who} cannot be both '{found[0]}' and '{found[1]}'")
    elif it.readable:
        hints = ((key, it.reading.guess(key.value, KINDS)) for key in keys)
        key, hint = next(((key, hint) for key, hint in hints if hint.startswith("did")), (it.at, ""))
        it.reading.fault(key, "kind", f"{it.who} needs one of: ask, say, run, return, outcome", hint)


def _question(it: Fields, name: str) -> Question:
    """Read a question."""
    ask = it.text("ask")
    if len(ask.partition("\n")[0]) > ASK:
        message = f"the first line of {it.what('ask')} is longer than {ASK} characters"
        it.reading.fault(it.value("ask"), "too-long", message)
    return Question(
        name=name,
        ask=ask,
        options=tuple(options(it, name)),
        why=it.text("why"),
        explain=it.text("explain"),
        sensitive=it.flag("sensitive"),
        safety=it.flag("safety"),
        unordered=it.spare_text("unordered"),
        goto=goto_of(it),
        only_if=only_if(it),
    )


def _call(it: Fields, name: str) -> Call:
    """Read a call of another flow."""
    if run := it.name("run"):
        it.reading.mention(it.value("run"), Kind.FLOW, run)
    return Call(name, run, goto_of(it, needed=True), only_if(it))


def _outcome(it: Fields, name: str) -> Outcome:
    """Read an outcome; report an emergency with reading, a missing safety net, and a goto that is never taken."""
    ending = floor(it.reading, it.value("outcome"), it.what("outcome"))
    emergency = ending.urgency is Urgency.EMERGENCY
    if emergency and "learn" in it:
        it.reading.fault(it.key("learn"), "learn-emergency", f"{it.who} is an emergency: nobody should stay to read")
    if not emergency and "safety_net" not in it:
        hint = "when to come back, and when to call for help"
        it.miss("safety_net", f"{it.who} needs a 'safety_net'", hint, "no-safety-net")
    if "goto" in it and "only_if" not in it:
        message = f"{it.who} ends the chat, so that its 'goto' is never taken"
        it.reading.fault(it.key("goto"), "idle", message, "add an 'only_if', or delete it")
    return Outcome(
        name=name,
        floor=ending,
        say=it.text("say"),
        safety_net=it.spare_text("safety_net"),
        effect=Effect(learn=learn(it), advise=it.spare_text("advise")),
        goto=goto_of(it),
        only_if=only_if(it),
    )
