"""Run the scenarios in flows/tests: each must meet its expectations, and together they must cover enough."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from bot.authoring.parsing.name_resolution import Names
from bot.authoring.parsing.parse_context import Reading
from bot.authoring.parsing.readers.scenarios import read_trials
from bot.authoring.parsing.source_file import MOST_BYTES, sheet
from bot.engine.input_matching import labels, plain
from bot.engine.interpreter import Walker
from bot.model.bundle import BASE, Library
from bot.model.diagnostics import Faulty, Place, Problem, guess
from bot.model.flow import Option, Outcome, Question
from bot.model.promises import Tried as Wanted
from bot.model.scenario import Trial, Word
from bot.proof.finding import Chat, Finding, Key, key_of

FOLDER = Path("flows", "tests")
# While some flows only inform, their scenarios are left out and cannot cover enough.
NOTHING = Wanted()
WHOLE = 100  # percent


@dataclass(frozen=True, slots=True)
class Played:
    """The result of one scenario: its answers as (question, option) in order, and the interpreter at its end."""

    said: tuple[tuple[str, str], ...]
    walker: Walker

    @property
    def asked(self) -> list[str]:
        return [question for question, _ in self.said]

    @property
    def pages(self) -> list[str]:
        return list(self.walker.learned)


@dataclass(frozen=True, slots=True)
class Tried:
    """The result of all scenarios. *locations* says where the scenarios in the findings are written.

    *untouched_options* and *untouched_endings* are those that no scenario touches; *coverage_percents* says how much
    of options and endings is touched.
    """

    findings: tuple[Finding, ...]
    places: Mapping[Key, Place]
    chats: int = 0
    options: tuple[Key, ...] = ()
    endings: tuple[Key, ...] = ()
    percents: tuple[int, int] = (WHOLE, WHOLE)


def read(home: Path, library: Library, atlas: Mapping[Key, Place]) -> tuple[Trial, ...]:
    """Read all scenarios below *root*, with option ids as answers. Raises DiagnosticsError with all their faults."""
    names = Names(atlas.keys(), library.flows[BASE])
    trials: list[Trial] = []
    problems: list[Problem] = []
    for path in sorted((home / FOLDER).glob("*.yaml")):
        with path.open("rb") as opened:
            reading = Reading(sheet((FOLDER / path.name).as_posix(), opened.read(MOST_BYTES + 1)))
        found = [trial for trial in read_trials(reading) if not _rests(library, trial)]
        names.check(reading)
        problems += reading.problems or [problem for trial in found for problem in _lost(library, trial)]
        trials += found
    if problems:
        raise Faulty(problems)
    return tuple(_resolved(library, trial) for trial in trials)


def _rests(library: Library, trial: Trial) -> bool:
    """Whether *scenario* names a flow that only informs: then it is left out until that flow asks again."""
    words = (*trial.taps, *trial.otherwise, *filter(None, (trial.begin, trial.hope.ends_at, trial.hope.right_after)))
    flows = {word.name.partition(".")[0] for word in words} & library.flows[BASE].keys()
    return any(library.flow(flow).information for flow in flows)


def _lost(library: Library, trial: Trial) -> Iterator[Problem]:
    """Yield a diagnostic for each answer that is not offered, and for a flow that cannot begin a conversation."""
    if trial.begin.name not in library.entrances:
        message = f"no conversation begins with '{trial.begin.name}'"
        yield Problem(trial.begin.place, "unknown-flow", message, guess(trial.begin.name, library.entrances))
    for word in (*trial.taps, *trial.otherwise):
        question = _question(library, word.name)
        if not _option(library, question, word.answer):
            message = f"'{question.name}' has no answer '{word.answer}'"
            known = [name for _, name in labels(question, library.phrases[BASE]) if name]
            yield Problem(word.place, "unknown-option", message, guess(word.answer, known))


def _question(library: Library, at: str) -> Question:
    """Return the question with the name `flow.state`."""
    flow, _, name = at.partition(".")
    question = library.flow(flow).states[name]
    assert isinstance(question, Question)
    return question


def _option(library: Library, question: Question, answer: str) -> Option | None:
    """Return the option whose id, button or full text is *answer*; None if there is none, or more than one."""
    if option := question.option(answer):
        return option
    heard = plain(answer)
    named = {id for id, label in labels(question, library.phrases[BASE]) if label and plain(label) == heard}
    return question.option(named.pop()) if len(named) == 1 else None


def _resolved(library: Library, trial: Trial) -> Trial:
    """Return *scenario* with each answer replaced by its option id."""

    def by_id(word: Word) -> Word:
        """Return *step* with its answer replaced by the option id."""
        option = _option(library, _question(library, word.name), word.answer)
        return replace(word, answer=option.id) if option else word

    return replace(trial, taps=tuple(map(by_id, trial.taps)), otherwise=tuple(map(by_id, trial.otherwise)))


# ---- running


def play(library: Library, trial: Trial) -> Played:
    """Run *scenario* to its ending."""
    answers = {word.name: word.answer for word in (*trial.otherwise, *trial.taps)}
    walker, said = Walker(library, BASE), []
    walker.enter(trial.begin.name)
    while question := walker.question:
        said.append((walker.at, answers.get(walker.at) or question.options[0].id))
        walker.take(said[-1][1])
    return Played(tuple(said), walker)


def broken(trial: Trial, played: Played) -> Iterator[tuple[Place, str]]:
    """Yield each expectation that *run* did not meet: its location, and the rest of a sentence on the scenario."""
    yield from _ended(trial, played)
    hope, brings = trial.hope, ", ".join(played.pages) or "none"
    for word in _unlike(hope.pages, hope.no_pages, played.pages):
        yield word.place, f"should {_not(word in hope.no_pages)}bring the page '{word.name}'; it brings: {brings}"
    for word in _unlike(hope.asked, hope.not_asked, played.asked):
        yield word.place, f"should {_not(word in hope.not_asked)}ask '{word.name}'"
    for word in _unlike(trial.taps, (), played.asked):
        yield word.place, f"answers '{word.name}', and that is never asked"


def _ended(trial: Trial, played: Played) -> Iterator[tuple[Place, str]]:
    """Yield each unmet expectation about how and where the scenario ends."""
    hope, walker = trial.hope, played.walker
    if hope.comes and walker.floor != hope.comes:
        yield trial.place, f"should come to {hope.comes}, and comes to {walker.floor}"
    if hope.ends_at and walker.at != hope.ends_at.name:
        yield hope.ends_at.place, f"should end at '{hope.ends_at.name}', and ends at '{walker.at}'"
    if hope.right_after and hope.right_after.name != played.asked[-1]:
        message = f"should end right after '{hope.right_after.name}', and the last question is '{played.asked[-1]}'"
        yield hope.right_after.place, message


def _unlike(wanted: tuple[Word, ...], unwanted: tuple[Word, ...], came: list[str]) -> Iterator[Word]:
    """Yield the expected steps that are missing from *actual*, then the unexpected ones in it."""
    yield from (word for word in wanted if word.name not in came)
    yield from (word for word in unwanted if word.name in came)


def _not(unwanted: bool) -> str:
    """Return "not " for something unexpected, else ""."""
    return "not " if unwanted else ""


def try_out(library: Library, trials: tuple[Trial, ...]) -> Tried:
    """Run all scenarios and report unmet expectations and what none of them touches."""
    findings: list[Finding] = []
    places: dict[Key, Place] = {}
    options, endings = set[Key](), set[Key]()
    for trial in trials:
        played = play(library, trial)
        if played.walker.flow.information:  # ends in a flow that only informs, so its expectations cannot be met
            continue
        options |= {key_of(at, option) for at, option in played.said}
        endings.add(key_of(played.walker.at))
        chats: tuple[Chat, ...] = (Chat(trial.begin.name, played.said),)
        for place, message in broken(trial, played):
            key = place.file, place.line, place.column
            places[key] = place
            findings.append(Finding("chat", key, f"'{trial.name}' {message}", chats))
            chats = ()  # show the chat with the first finding only
    return _covered(library, replace(Tried((), places, len(trials)), findings=tuple(findings)), options, endings)


def _covered(library: Library, tried: Tried, options: set[Key], endings: set[Key]) -> Tried:
    """Return *report* with its coverage, and with findings where coverage is below the target."""
    all_options, all_endings = list(_all_options(library)), list(_all_endings(library))
    bare_options = tuple(key for key in all_options if key not in options)
    bare_endings = tuple(key for key in all_endings if key not in endings)
    percents = _percent(bare_options, all_options), _percent(bare_endings, all_endings)
    wanted = NOTHING if library.resting else library.promises.tried
    findings = list(tried.findings)
    if percents[0] < wanted.options:
        findings += [Finding("untouched", key, f"no chat answers '{key[1]}' with '{key[2]}'") for key in bare_options]
    if percents[1] < wanted.endings:
        findings += [Finding("untouched", key, f"no chat comes to '{key[1]}'") for key in bare_endings]
    return Tried(tuple(findings), tried.places, tried.chats, bare_options, bare_endings, percents)


def _percent(bare: tuple[Key, ...], whole: list[Key]) -> int:
    """Return which part of *all_keys* is touched, in whole percent."""
    return WHOLE * (len(whole) - len(bare)) // len(whole) if whole else WHOLE


def _all_options(library: Library) -> Iterator[Key]:
    """Yield the key (flow, question, option) of every option."""
    for flow in library.flows[BASE].values():
        yield from (
            (flow.name, question.name, option.id) for question in flow.questions() for option in question.options
        )


def _all_endings(library: Library) -> Iterator[Key]:
    """Yield the key (flow, state) of every outcome."""
    for flow in library.flows[BASE].values():
        yield from ((flow.name, name) for name, state in flow.states.items() if isinstance(state, Outcome))
