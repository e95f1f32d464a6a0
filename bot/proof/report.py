"""The report of a finding: its location, a sentence, and the example chat in the words of the flow."""

from collections.abc import Iterator, Mapping

from bot.engine.interpreter import Interpreter, NoTransitionError
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.diagnostics import Diagnostic, SourceKey, SourceLocation
from bot.model.flow import Flow, Outcome, Question, rules_triggered_by
from bot.model.guards import AtLeast, Guard, guard_questions
from bot.model.guards import describe as describe_guard
from bot.proof.finding import ExampleChat, Finding, state_key

UNKNOWN_LOCATION = SourceLocation("flows", 1, 1)
MAX_RULES_NAMED = 4
MAX_GUARD_CHARACTERS = 100


def to_diagnostic(finding: Finding, source_map: Mapping[SourceKey, SourceLocation]) -> Diagnostic:
    """Return *finding* as a diagnostic."""
    return Diagnostic(location_of(finding.key, source_map), finding.code, finding.message)


def location_of(key: SourceKey, source_map: Mapping[SourceKey, SourceLocation]) -> SourceLocation:
    """Return where *key* is written, or the nearest thing around it that is."""
    while key and key not in source_map:
        key = key[:-1]
    return source_map.get(key, UNKNOWN_LOCATION)


def finding_lines(
    bundle: ContentBundle, source_map: Mapping[SourceKey, SourceLocation], finding: Finding
) -> Iterator[str]:
    """Yield the lines that are printed for a finding."""
    yield from str(to_diagnostic(finding, source_map)).splitlines()
    for key in finding.other_keys:
        location = location_of(key, source_map)
        yield f"  and {location.file}:{location.line}:{location.column}: {location.source_line.strip()}"
    for chat in finding.chats:
        yield ""
        yield from transcript_lines(bundle, source_map, chat)


def transcript_lines(
    bundle: ContentBundle, source_map: Mapping[SourceKey, SourceLocation], chat: ExampleChat
) -> Iterator[str]:
    """Yield a chat as a transcript, each line with the file and line that causes it.

    `>` is the person, `<` the bot, `#` an explanation."""
    if chat.note:
        yield f"  # {chat.note}"
    yield f"  > /start {chat.entry_flow}"
    interpreter = Interpreter(bundle, BASE_LANGUAGE)
    try:
        interpreter.start(chat.entry_flow)
        for number, (question_id, option) in enumerate(chat.answers, 1):
            yield from _exchange_lines(bundle, source_map, question_id, option)
            if number == chat.turning_point and chat.turning_point_note:
                yield f"  # here {chat.turning_point_note}"
            yield from _apply_answer(source_map, interpreter, option)
        yield from _near_miss_lines(source_map, interpreter, chat.about_questions)
        yield from _current_state_lines(source_map, interpreter)
    except (NoTransitionError, IndexError):
        yield "  # and here it gets stuck"


def _exchange_lines(
    bundle: ContentBundle, source_map: Mapping[SourceKey, SourceLocation], question_id: str, answer: str
) -> Iterator[str]:
    """Yield the lines of one question and its answer."""
    flow, _, name = question_id.partition(".")
    question = bundle.flow(flow).states[name]
    assert isinstance(question, Question)
    option = question.option(answer)
    yield f"  < {question.ask.splitlines()[0]}"
    answer_text = (option and option.text) or bundle.text(answer)
    yield f"  > {answer_text}  ({flow}.{name}: {answer}, {_file_and_line(source_map, state_key(question_id, answer))})"


def _apply_answer(
    source_map: Mapping[SourceKey, SourceLocation], interpreter: Interpreter, answer: str
) -> Iterator[str]:
    """Give one answer to the interpreter, and yield which rule led on and what raised the floor."""
    flow, state_name, floor, fired = (
        interpreter.current_flow,
        interpreter.state,
        interpreter.floor,
        interpreter.fired_rules,
    )
    interpreter.answer(answer)
    for rule in rules_triggered_by(flow, state_name):
        if interpreter.holds(rule.when) and rule.goto != _default_target(flow, state_name, answer):
            key = flow.name, "rule", flow.rules.index(rule)
            yield f"  # the rule of {_file_and_line(source_map, key)} leads to '{rule.goto}'"
            break
    for name, number in sorted(interpreter.fired_rules - fired):
        raised_to = interpreter.bundle.flow(name).rules[number].effect.at_least
        if raised_to and raised_to > floor:
            yield f"  # the rule of {_file_and_line(source_map, (name, 'rule', number))} holds: {raised_to} or sooner"


def _near_miss_lines(
    source_map: Mapping[SourceKey, SourceLocation], interpreter: Interpreter, about_questions: frozenset[str]
) -> Iterator[str]:
    """Yield the rules about these questions that would lead to more and fail by one line: one may be wrong."""
    near_misses = []
    for flow in interpreter.bundle.flows[BASE_LANGUAGE].values():
        for number, rule in enumerate(flow.rules):
            looked_at = guard_questions(rule.when)
            if not rule.goto and (rule.effect.at_least or interpreter.floor) <= interpreter.floor:
                continue
            if (
                looked_at & about_questions
                and looked_at <= interpreter.answers.keys()
                and _count_unmet(interpreter, rule.when) == 1
            ):
                near_misses.append((-len(looked_at & about_questions), (flow.name, "rule", number), rule.when))
    for _, key, guard in sorted(near_misses, key=lambda one: one[0])[:MAX_RULES_NAMED]:
        words = describe_guard(guard)
        words = words if len(words) <= MAX_GUARD_CHARACTERS else f"{words[: MAX_GUARD_CHARACTERS - 1]}…"
        yield f"  # the rule of {_file_and_line(source_map, key)} does not hold: {words}"


def _count_unmet(interpreter: Interpreter, guard: Guard) -> int:
    """Return how many lines of a guard do not hold."""
    is_all_of = isinstance(guard, AtLeast) and guard.count == len(guard.parts)
    parts = guard.parts if is_all_of else (guard,)  # type: ignore[union-attr]
    return sum(not interpreter.holds(part) for part in parts)


def _default_target(flow: Flow, state_name: str, answer: str) -> str:
    """Return where an answer leads when no rule does."""
    question = flow.states[state_name]
    option = question.option(answer) if isinstance(question, Question) else None
    return option.goto if option else ""


def _file_and_line(source_map: Mapping[SourceKey, SourceLocation], key: SourceKey) -> str:
    """Return the file and line of *key*."""
    location = location_of(key, source_map)
    return f"{location.file}:{location.line}"


def _current_state_lines(source_map: Mapping[SourceKey, SourceLocation], interpreter: Interpreter) -> Iterator[str]:
    """Yield the line for the ending or question that the interpreter has reached."""
    state_id, line = interpreter.state_id, _file_and_line(source_map, state_key(interpreter.state_id))
    match interpreter.current_state:
        case Outcome(say=say):
            yield f"  < [{interpreter.floor}] {say.splitlines()[0]}  ({state_id}, {line})"
        case Question(ask=ask):
            yield f"  < {ask.splitlines()[0]}  ({state_id}, {line})"
