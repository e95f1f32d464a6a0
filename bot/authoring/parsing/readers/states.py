"""Reader of the states of a flow: one function for each of the five kinds."""

from collections.abc import Iterator

from bot.authoring.parsing.parse_context import NameKind, ParseContext
from bot.authoring.parsing.readers.annotations import read_suppressions
from bot.authoring.parsing.readers.guards import read_floor
from bot.authoring.parsing.readers.options import read_options
from bot.authoring.parsing.readers.shared_fields import read_effect, read_goto, read_learn_pages, read_only_if
from bot.authoring.parsing.table_reader import TableReader
from bot.authoring.parsing.yaml_nodes import YamlNode, YamlScalar, shorten
from bot.model.flow import COUNTED_THINGS, Call, Effect, Outcome, Question, Return, State, Statement
from bot.model.urgency import Urgency

STATE_KIND_KEYS = ("ask", "run", "return", "outcome", "say")  # `say` is last: beside `outcome` it is its text
KEYS_WITH_LOCATION = ("run", "return", "only_if")  # these have source keys, as findings may point at them
MAX_QUESTION_LINE_LENGTH = 200  # characters of a question's first line


def read_states(top: TableReader) -> Iterator[State]:
    """Read all states of the flow that could be read."""
    if (node := top.require("states")) is None:
        return
    with TableReader(top.context, node, "'states'") as table:
        for key, value in table.take_remaining():
            top.context.declare(key, top.context.file_stem, key.value)
            if state := _read_state(top.context, key, value):
                yield state
    if table.is_table and not table.pairs:
        top.context.report(node, "empty", "'states' is empty")


def _read_state(context: ParseContext, key: YamlScalar, value: YamlNode) -> State | None:
    """Read one state by its kind; report one of no kind or of two, and return None."""
    name = context.read_name(key, "a state's name")
    with TableReader(context, value, f"state '{shorten(key.value)}'", key) as table:
        read_suppressions(table, context.file_stem, key.value)
        for field in filter(table.pairs.__contains__, KEYS_WITH_LOCATION):
            context.declare(table.key_position(field), context.file_stem, key.value, "", field)
        match [kind for kind in STATE_KIND_KEYS if kind in table]:
            case ["ask"]:
                return _read_question(table, name)
            case ["say"]:
                return Statement(
                    name,
                    table.read_text("say"),
                    read_goto(table, required=True),
                    read_effect(table),
                    read_only_if(table),
                )
            case ["run"]:
                return _read_call(table, name)
            case ["return"]:
                return Return(name, table.read_text("return"))
            case ["outcome"] | ["outcome", "say"]:
                return _read_outcome(table, name)
            case found:
                _report_unclear_kind(table, found)
                return None


def _report_unclear_kind(table: TableReader, found: list[str]) -> None:
    """Report a state of no kind or of two; its other keys are not checked, as it is unknown which belong."""
    keys = [key for key, _ in table.take_remaining()]
    if found:
        table.context.report(
            table.key_position(found[1]), "kind", f"{table.display_name} cannot be both '{found[0]}' and '{found[1]}'"
        )
    elif table.is_table:
        hints = ((key, table.context.suggest(key.value, STATE_KIND_KEYS)) for key in keys)
        key, hint = next(((key, hint) for key, hint in hints if hint.startswith("did")), (table.position, ""))
        table.context.report(key, "kind", f"{table.display_name} needs one of: ask, say, run, return, outcome", hint)


def _read_question(table: TableReader, name: str) -> Question:
    """Read a question."""
    ask = table.read_text("ask")
    if len(ask.partition("\n")[0]) > MAX_QUESTION_LINE_LENGTH:
        message = (
            f"the first line of {table.display_name_of('ask')} is longer than {MAX_QUESTION_LINE_LENGTH} characters"
        )
        table.context.report(table.value_of("ask"), "too-long", message)
    counted = table.read_choice("counts", COUNTED_THINGS) if "counts" in table else ""
    return Question(
        name=name,
        ask=ask,
        options=tuple(read_options(table, name, counted)),
        counts=counted,
        why=table.read_text("why"),
        explain=table.read_text("explain"),
        sensitive=table.read_flag("sensitive"),
        safety=table.read_flag("safety"),
        unordered=table.read_optional_text("unordered"),
        goto=read_goto(table),
        only_if=read_only_if(table),
    )


def _read_call(table: TableReader, name: str) -> Call:
    """Read a call of another flow."""
    if run := table.read_name("run"):
        table.context.refer(table.value_of("run"), NameKind.FLOW, run)
    return Call(name, run, read_goto(table, required=True), read_only_if(table))


def _read_outcome(table: TableReader, name: str) -> Outcome:
    """Read an outcome; report an emergency with reading, a missing safety net, and a goto that is never taken."""
    outcome_floor = read_floor(table.context, table.value_of("outcome"), table.display_name_of("outcome"))
    is_emergency = outcome_floor.urgency is Urgency.EMERGENCY
    if is_emergency and "learn" in table:
        table.context.report(
            table.key_position("learn"),
            "learn-emergency",
            f"{table.display_name} is an emergency: nobody should stay to read",
        )
    if not is_emergency and "safety_net" not in table:
        hint = "when to come back, and when to call for help"
        table.report_missing("safety_net", f"{table.display_name} needs a 'safety_net'", hint, "no-safety-net")
    if "goto" in table and "only_if" not in table:
        message = f"{table.display_name} ends the chat, so that its 'goto' is never taken"
        table.context.report(table.key_position("goto"), "idle", message, "add an 'only_if', or delete it")
    return Outcome(
        name=name,
        floor=outcome_floor,
        say=table.read_text("say"),
        safety_net=table.read_optional_text("safety_net"),
        effect=Effect(learn=read_learn_pages(table), advise=table.read_optional_text("advise")),
        goto=read_goto(table),
        only_if=read_only_if(table),
    )
