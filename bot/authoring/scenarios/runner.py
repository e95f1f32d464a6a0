"""Run the scenarios in flows/tests: each must meet its expectations, and together they must cover enough."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from bot.authoring.parsing.name_resolution import NameResolver
from bot.authoring.parsing.parse_context import ParseContext
from bot.authoring.parsing.readers.scenarios import read_scenarios
from bot.authoring.parsing.source_file import read_source_file
from bot.engine.interpreter import Interpreter
from bot.engine.understanding.folding import fold_authored
from bot.engine.understanding.option_matching import option_names
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.diagnostics import Diagnostic, DiagnosticsError, SourceKey, SourceLocation, SourceMap, suggest
from bot.model.flow import Option, Outcome, Question
from bot.model.promises import CoverageTarget
from bot.model.scenario import LocatedName, Scenario
from bot.proof.finding import ExampleChat, Finding, state_key

SCENARIO_FOLDER = Path("flows", "tests")
# While some flows only inform, their scenarios are left out and cannot cover enough.
NO_COVERAGE_TARGET = CoverageTarget()
FULL_PERCENT = 100  # percent


@dataclass(frozen=True, slots=True)
class ScenarioRun:
    """The result of one scenario: its answers as (question, option) in order, and the interpreter at its end."""

    answers: tuple[tuple[str, str], ...]
    interpreter: Interpreter

    @property
    def asked(self) -> list[str]:
        return [question for question, _ in self.answers]

    @property
    def pages(self) -> list[str]:
        return list(self.interpreter.collected_pages)


@dataclass(frozen=True, slots=True)
class ScenarioReport:
    """The result of all scenarios. *locations* says where the scenarios in the findings are written.

    *untouched_options* and *untouched_endings* are those that no scenario touches; *coverage_percents* says how much
    of options and endings is touched.
    """

    findings: tuple[Finding, ...]
    locations: SourceMap
    scenario_count: int = 0
    untouched_options: tuple[SourceKey, ...] = ()
    untouched_endings: tuple[SourceKey, ...] = ()
    coverage_percents: tuple[int, int] = (FULL_PERCENT, FULL_PERCENT)


def load_scenarios(root: Path, bundle: ContentBundle, source_map: SourceMap) -> tuple[Scenario, ...]:
    """Read all scenarios below *root*, with option ids as answers. Raises DiagnosticsError with all their faults."""
    resolver = NameResolver(source_map.keys(), bundle.flows[BASE_LANGUAGE])
    scenarios: list[Scenario] = []
    diagnostics: list[Diagnostic] = []
    for path in sorted((root / SCENARIO_FOLDER).glob("*.yaml")):
        context = ParseContext(read_source_file(root, SCENARIO_FOLDER / path.name))
        in_file = [scenario for scenario in read_scenarios(context) if not _is_suspended(bundle, scenario)]
        resolver.check_references(context)
        diagnostics += context.diagnostics or [
            diagnostic for scenario in in_file for diagnostic in _reference_diagnostics(bundle, scenario)
        ]
        scenarios += in_file
    if diagnostics:
        raise DiagnosticsError(diagnostics)
    return tuple(_with_option_ids(bundle, scenario) for scenario in scenarios)


def _is_suspended(bundle: ContentBundle, scenario: Scenario) -> bool:
    """Whether *scenario* names a flow that only informs: then it is left out until that flow asks again."""
    steps = (
        *scenario.answers,
        *scenario.default_answers,
        *filter(None, (scenario.entry_flow, scenario.expectation.ends_at, scenario.expectation.ends_right_after)),
    )
    flows = {step.name.partition(".")[0] for step in steps} & bundle.flows[BASE_LANGUAGE].keys()
    return any(bundle.flow(flow).information for flow in flows)


def _reference_diagnostics(bundle: ContentBundle, scenario: Scenario) -> Iterator[Diagnostic]:
    """Yield a diagnostic for each answer that is not offered, and for a flow that cannot begin a conversation."""
    if scenario.entry_flow.name not in bundle.entry_flows:
        message = f"no conversation begins with '{scenario.entry_flow.name}'"
        yield Diagnostic(
            scenario.entry_flow.location, "unknown-flow", message, suggest(scenario.entry_flow.name, bundle.entry_flows)
        )
    for step in (*scenario.answers, *scenario.default_answers):
        question = _find_question(bundle, step.name)
        if not _find_option(bundle, question, step.answer):
            message = f"'{question.name}' has no answer '{step.answer}'"
            known_answers = [name for _, name in option_names(question, bundle.phrases[BASE_LANGUAGE]) if name]
            yield Diagnostic(step.location, "unknown-option", message, suggest(step.answer, known_answers))


def _find_question(bundle: ContentBundle, qualified_name: str) -> Question:
    """Return the question with the name `flow.state`."""
    flow, _, name = qualified_name.partition(".")
    question = bundle.flow(flow).states[name]
    assert isinstance(question, Question)
    return question


def _find_option(bundle: ContentBundle, question: Question, answer: str) -> Option | None:
    """Return the option whose id, button or full text is *answer*; None if there is none, or more than one."""
    if option := question.option(answer):
        return option
    folded = fold_authored(answer)
    option_ids = {
        option_id
        for option_id, label in option_names(question, bundle.phrases[BASE_LANGUAGE])
        if label and fold_authored(label) == folded
    }
    return question.option(option_ids.pop()) if len(option_ids) == 1 else None


def _with_option_ids(bundle: ContentBundle, scenario: Scenario) -> Scenario:
    """Return *scenario* with each answer replaced by its option id."""

    def with_option_id(step: LocatedName) -> LocatedName:
        """Return *step* with its answer replaced by the option id."""
        option = _find_option(bundle, _find_question(bundle, step.name), step.answer)
        return replace(step, answer=option.id) if option else step

    return replace(
        scenario,
        answers=tuple(map(with_option_id, scenario.answers)),
        default_answers=tuple(map(with_option_id, scenario.default_answers)),
    )


# ---- running


def run_scenario(bundle: ContentBundle, scenario: Scenario) -> ScenarioRun:
    """Run *scenario* to its ending."""
    scripted = {step.name: step.answer for step in (*scenario.default_answers, *scenario.answers)}
    interpreter, given = Interpreter(bundle, BASE_LANGUAGE), []
    interpreter.start(scenario.entry_flow.name)
    while question := interpreter.question:
        given.append((interpreter.state_id, scripted.get(interpreter.state_id) or question.options[0].id))
        interpreter.answer(given[-1][1])
    return ScenarioRun(tuple(given), interpreter)


def unmet_expectations(scenario: Scenario, run: ScenarioRun) -> Iterator[tuple[SourceLocation, str]]:
    """Yield each expectation that *run* did not meet: its location, and the rest of a sentence on the scenario."""
    yield from _unmet_ending(scenario, run)
    expectation, page_list = scenario.expectation, ", ".join(run.pages) or "none"
    for step in _mismatched(expectation.offered_pages, expectation.absent_pages, run.pages):
        yield (
            step.location,
            f"should {_not_prefix(step in expectation.absent_pages)}bring the page '{step.name}'; "
            f"it brings: {page_list}",
        )
    for step in _mismatched(expectation.asked_questions, expectation.skipped_questions, run.asked):
        yield step.location, f"should {_not_prefix(step in expectation.skipped_questions)}ask '{step.name}'"
    for step in _mismatched(scenario.answers, (), run.asked):
        yield step.location, f"answers '{step.name}', and that is never asked"


def _unmet_ending(scenario: Scenario, run: ScenarioRun) -> Iterator[tuple[SourceLocation, str]]:
    """Yield each unmet expectation about how and where the scenario ends."""
    expectation, interpreter = scenario.expectation, run.interpreter
    if expectation.floor and interpreter.floor != expectation.floor:
        yield scenario.location, f"should come to {expectation.floor}, and comes to {interpreter.floor}"
    if expectation.ends_at and interpreter.state_id != expectation.ends_at.name:
        yield (
            expectation.ends_at.location,
            f"should end at '{expectation.ends_at.name}', and ends at '{interpreter.state_id}'",
        )
    if expectation.ends_right_after and expectation.ends_right_after.name != run.asked[-1]:
        message = (
            f"should end right after '{expectation.ends_right_after.name}', and the last question is '{run.asked[-1]}'"
        )
        yield expectation.ends_right_after.location, message


def _mismatched(
    expected: tuple[LocatedName, ...], unexpected: tuple[LocatedName, ...], actual: list[str]
) -> Iterator[LocatedName]:
    """Yield the expected steps that are missing from *actual*, then the unexpected ones in it."""
    yield from (step for step in expected if step.name not in actual)
    yield from (step for step in unexpected if step.name in actual)


def _not_prefix(is_unexpected: bool) -> str:
    """Return "not " for something unexpected, else ""."""
    return "not " if is_unexpected else ""


def run_scenarios(bundle: ContentBundle, scenarios: tuple[Scenario, ...]) -> ScenarioReport:
    """Run all scenarios and report unmet expectations and what none of them touches."""
    findings: list[Finding] = []
    locations: dict[SourceKey, SourceLocation] = {}
    touched_options, touched_endings = set[SourceKey](), set[SourceKey]()
    for scenario in scenarios:
        run = run_scenario(bundle, scenario)
        if (
            run.interpreter.current_flow.information
        ):  # ends in a flow that only informs, so its expectations cannot be met
            continue
        touched_options |= {state_key(question, option) for question, option in run.answers}
        touched_endings.add(state_key(run.interpreter.state_id))
        example_chats: tuple[ExampleChat, ...] = (ExampleChat(scenario.entry_flow.name, run.answers),)
        for location, message in unmet_expectations(scenario, run):
            key = location.file, location.line, location.column
            locations[key] = location
            findings.append(Finding("chat", key, f"'{scenario.name}' {message}", example_chats))
            example_chats = ()  # show the chat with the first finding only
    return _with_coverage(
        bundle,
        replace(ScenarioReport((), locations, len(scenarios)), findings=tuple(findings)),
        touched_options,
        touched_endings,
    )


def _with_coverage(
    bundle: ContentBundle, report: ScenarioReport, touched_options: set[SourceKey], touched_endings: set[SourceKey]
) -> ScenarioReport:
    """Return *report* with its coverage, and with findings where coverage is below the target."""
    all_options, all_endings = list(_all_option_keys(bundle)), list(_all_ending_keys(bundle))
    untouched_options = tuple(key for key in all_options if key not in touched_options)
    untouched_endings = tuple(key for key in all_endings if key not in touched_endings)
    percents = _coverage_percent(untouched_options, all_options), _coverage_percent(untouched_endings, all_endings)
    target = NO_COVERAGE_TARGET if bundle.partly_unreachable_flows else bundle.promises.coverage_target
    findings = list(report.findings)
    if percents[0] < target.options_percent:
        findings += [
            Finding("untouched", key, f"no chat answers '{key[1]}' with '{key[2]}'") for key in untouched_options
        ]
    if percents[1] < target.endings_percent:
        findings += [Finding("untouched", key, f"no chat comes to '{key[1]}'") for key in untouched_endings]
    return ScenarioReport(
        tuple(findings), report.locations, report.scenario_count, untouched_options, untouched_endings, percents
    )


def _coverage_percent(untouched: tuple[SourceKey, ...], all_keys: list[SourceKey]) -> int:
    """Return which part of *all_keys* is touched, in whole percent."""
    return FULL_PERCENT * (len(all_keys) - len(untouched)) // len(all_keys) if all_keys else FULL_PERCENT


def _all_option_keys(bundle: ContentBundle) -> Iterator[SourceKey]:
    """Yield the key (flow, question, option) of every option."""
    for flow in bundle.flows[BASE_LANGUAGE].values():
        yield from (
            (flow.name, question.name, option.id) for question in flow.questions() for option in question.options
        )


def _all_ending_keys(bundle: ContentBundle) -> Iterator[SourceKey]:
    """Yield the key (flow, state) of every outcome."""
    for flow in bundle.flows[BASE_LANGUAGE].values():
        yield from ((flow.name, name) for name, state in flow.states.items() if isinstance(state, Outcome))
