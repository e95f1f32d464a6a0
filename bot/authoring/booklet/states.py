"""The states of a flow for the booklet: what each says, what can be answered, and where each answer leads."""

from collections.abc import Iterator

from bot.authoring.booklet.guard_text import answer, ending_in_words, first, guard, urgency_in_words
from bot.authoring.documents.flowchart import CALM, FILLS, PLAIN, QUIET, Stop
from bot.authoring.documents.model import Group, Line, Style
from bot.model.bundle import BASE, Library
from bot.model.flow import Call, Effect, Flow, Option, Outcome, Question, Return, Rule, State, Statement
from bot.model.signoff import words_of
from bot.model.urgency import Urgency

RULES = "R"  # stands in place of a number at the flowchart's node for the rules
MANY = 3  # answers with the same target: up to so many are named, more are "every other answer"


class States:
    """A flow with its states numbered: the start state first, the others as they stand in the file."""

    def __init__(self, library: Library, flow: Flow) -> None:
        self.library, self.flow = library, flow
        names = [flow.start, *(name for name in flow.states if name != flow.start)]
        self.numbers = {name: number for number, name in enumerate(names, 1)}

    def told(self) -> Iterator[Group]:
        """Return one group of lines for each state, in the order of the numbers."""
        return (tuple(self._told(self.flow.states[name])) for name in self.numbers)

    def rules(self) -> Iterator[Group]:
        """Return one group of lines for each rule."""
        return (tuple(self._rule(number, rule)) for number, rule in enumerate(self.flow.rules, 1))

    def stops(self) -> list[Stop]:
        """Return the flowchart's nodes in order: one for the rules that lead to a state, then each state."""
        leading: dict[str, list[str]] = {}
        for number, rule in enumerate(self.flow.rules, 1):
            if rule.goto:
                leading.setdefault(rule.goto, []).append(str(number))
        offset = 1 if leading else 0
        at = {name: number - 1 + offset for name, number in self.numbers.items()}
        found = [self._stop(self.flow.states[name], at) for name in self.numbers]
        if leading:
            ways = tuple((f"Rule {', '.join(numbers)}", at[to]) for to, numbers in leading.items())
            found.insert(0, Stop(RULES, "After every answer: the rules that lead away at once", QUIET, ways))
        return found

    # ---- one state

    def _told(self, state: State) -> Iterator[Line]:
        """Yield the lines that describe one state."""
        yield Line(f"{self.numbers[state.name]}. {caption(self.library, state)}", Style.HEADING)
        match state:
            case Question():
                yield from self._question(state)
            case Statement():
                yield from self._only_if(state, "It says this only if all of this is so:")
                yield from _lines(state.say)
                yield from self._effect(state.effect, 0)
            case Call(run=run):
                called = self.library.flows[BASE][run]
                yield from self._only_if(state, "It is run only if all of this is so:")
                yield Line(f"The questions of “{called.title}” are asked here ({run}, words {words_of(called)}).")
            case Return(why=why):
                yield Line(why or "Goes on in the flow that ran this one.")
            case Outcome():
                yield from self._outcome(state)
        if not isinstance(state, Return | Outcome | Question):
            yield self._then(state.goto)

    def _question(self, asked: Question) -> Iterator[Line]:
        """Yield the lines that describe a question and its options."""
        yield from _lines("\n".join(asked.ask.splitlines()[1:]))
        if asked.safety:
            yield Line("A safety question: it is asked before anybody may be told to wait.", Style.SMALL)
        if asked.sensitive:
            yield Line("Sensitive: hidden until it is tapped, and left out of what is shown to staff.", Style.SMALL)
        yield from self._only_if(asked, "It is asked only if all of this is so:")
        if asked.why:
            yield Line(f"Why we ask: {asked.why}", Style.SMALL)
        if asked.explain:
            yield from _lines(f"What it means: {asked.explain}", Style.SMALL)
        if asked.unordered:
            yield Line(f"Its answers have no order from calm to worrying: {asked.unordered}", Style.SMALL)
        for option in asked.options:
            yield from self._option(option)

    def _option(self, option: Option) -> Iterator[Line]:
        """Yield the lines that describe an option: text, button, next state, typed numbers, effect."""
        said = answer(self.library, option)
        button = f" (on its button: {option.button})" if option.button and option.button != said else ""
        yield Line(f"{said}{button} {self.way(option.goto)}", Style.OPTION)
        if option.numbers:
            few, most = option.numbers.start, option.numbers.stop - 1
            yield Line(f"a typed number from {few} to {most} means this answer", Style.SMALL, 1)
        yield from (Line(f"it says at once: {line.text}", Style.SMALL, 1) for line in _lines(option.say))
        yield from self._effect(option.effect, 1)

    def _outcome(self, state: Outcome) -> Iterator[Line]:
        """Yield the lines that describe an outcome: how the ending begins, its text, safety net, effect."""
        yield Line(f"Ending: {ending_in_words(self.library, state.floor)}", Style.STRONG)
        yield from self._only_if(state, "It ends here only if all of this is so:")
        yield from _lines(state.say)
        if state.safety_net:
            yield Line("Safety net:", Style.SMALL)
            yield from _lines(state.safety_net)
        yield from self._effect(state.effect, 0)

    def _only_if(self, state: State, says: str) -> Iterator[Line]:
        """Yield the guard of *state* below the line *intro*, then where it goes otherwise; nothing if unguarded."""
        if state.only_if:
            yield Line(says, Style.SMALL)
            yield from guard(self.library, state.only_if)
            if not isinstance(state, Return | Statement | Call):
                yield Line(f"Otherwise {self.way(state.goto)}", Style.SMALL)

    def _effect(self, effect: Effect, deep: int) -> Iterator[Line]:
        """Yield the lines that describe an effect: floor, pages to read, advice."""
        if effect.at_least:
            words = urgency_in_words(self.library, effect.at_least)
            yield Line(f"from here on the ending is at least: {words}", Style.SMALL, deep)
        if effect.learn:
            titles = ", ".join(f"“{self.library.page(page).title}”" for page in effect.learn)
            yield Line(f"to read at the end: {titles}", Style.SMALL, deep)
        yield from (Line(f"advice at the end: {line.text}", Style.SMALL, deep) for line in _lines(effect.advise))

    def _then(self, goto: str) -> Line:
        """Return the line that says which state comes next."""
        return Line(f"Then {self.way(goto)}", Style.SMALL)

    def way(self, goto: str) -> str:
        """Return the state that *goto* leads to, by number and caption."""
        return f"→ {self.numbers[goto]}. {caption(self.library, self.flow.states[goto])}"

    def _rule(self, number: int, rule: Rule) -> Iterator[Line]:
        """Yield the lines that describe one rule."""
        yield Line(f"Rule {number}", Style.HEADING)
        yield Line("When all of this is so:", Style.SMALL)
        yield from guard(self.library, rule.when)
        if rule.goto:
            yield Line(f"then at once {self.way(rule.goto)}", Style.STRONG)
        yield from self._effect(rule.effect, 0)
        if rule.why:
            yield Line(f"Why: {rule.why}", Style.SMALL)

    # ---- the flowchart

    def _stop(self, state: State, at: dict[str, int]) -> Stop:
        """Return the flowchart's node for *state*; *positions* says where each state stands in the flowchart."""
        fill = PLAIN
        match state:
            case Outcome(floor=floor):
                fill = FILLS.get(floor.urgency, CALM)
            case Call() | Return():
                fill = QUIET
        ways = tuple((label, at[to]) for label, to in self._ways(state))
        return Stop(str(self.numbers[state.name]), caption(self.library, state), fill, ways)

    def _ways(self, state: State) -> Iterator[tuple[str, str]]:
        """Yield each transition out of *state* as (label, target state)."""
        match state:
            case Question():
                yield from self._answers(state)
            case Outcome(only_if=when, goto=goto) if when:
                yield "if it does not fit", goto
            case Statement() | Call():
                yield "", state.goto

    def _answers(self, asked: Question) -> Iterator[tuple[str, str]]:
        """Yield the transitions out of a question: those to one target are joined, many answers are summarized."""
        ways: dict[str, list[str]] = {}
        for option in asked.options:
            ways.setdefault(option.goto, []).append(option.button or answer(self.library, option))
        if asked.only_if and asked.goto:
            ways.setdefault(asked.goto, []).append("if it is not asked")
        most = max(ways, key=lambda to: len(ways[to]))
        for to, labels in ways.items():
            whole = len(ways) == 1 or (to == most and len(labels) > MANY)
            yield ("every other answer" if len(ways) > 1 else "every answer") if whole else "; ".join(labels), to


def caption(library: Library, state: State) -> str:
    """Return a state described in one line."""
    match state:
        case Question(ask=ask):
            return first(ask)
        case Statement(say=say):
            return f"It says: {first(say)}"
        case Call(run=run):
            return f"Questions of “{library.flows[BASE][run].title}”"
        case Return():
            return "Back to the flow that ran this one"
        case Outcome(floor=floor) if floor.urgency is Urgency.EMERGENCY:
            return f"Emergency ({state.name})"
        case Outcome(floor=floor):
            return f"Ending: {urgency_in_words(library, floor)} ({state.name})"


def _lines(text: str, style: Style = Style.BODY) -> Iterator[Line]:
    """Yield each nonempty line of *text*; list items become bullets."""
    for line in text.splitlines():
        if line.startswith("- "):
            yield Line(line.removeprefix("- "), Style.BULLET, 0)
        elif line.strip():
            yield Line(line.strip(), style)
