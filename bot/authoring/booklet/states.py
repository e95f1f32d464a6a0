"""The states of a flow for the booklet: what each says, what can be answered, and where each answer leads."""

from collections.abc import Iterator

from bot.authoring.booklet.guard_text import describe_ending, describe_urgency, first_line, guard_lines, option_text
from bot.authoring.documents.document_model import Paragraph, ParagraphGroup, ParagraphStyle
from bot.authoring.documents.flowchart import (
    DEFAULT_COLOR,
    LOW_URGENCY_COLOR,
    MUTED_COLOR,
    URGENCY_COLORS,
    FlowchartNode,
)
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.flow import Call, Effect, Flow, Option, Outcome, Question, Return, Rule, State, Statement
from bot.model.signoff import content_hash
from bot.model.urgency import Urgency

RULES_NODE_LABEL = "R"  # stands in place of a number at the flowchart's node for the rules
MAX_ANSWERS_LISTED = 3  # answers with the same target: up to so many are named, more are "every other answer"


class NumberedStates:
    """A flow with its states numbered: the start state first, the others as they stand in the file."""

    def __init__(self, bundle: ContentBundle, flow: Flow) -> None:
        self.bundle, self.flow = bundle, flow
        names = [flow.start, *(name for name in flow.states if name != flow.start)]
        self.numbers = {name: number for number, name in enumerate(names, 1)}

    def state_groups(self) -> Iterator[ParagraphGroup]:
        """Return one group of lines for each state, in the order of the numbers."""
        return (tuple(self._state_lines(self.flow.states[name])) for name in self.numbers)

    def rule_groups(self) -> Iterator[ParagraphGroup]:
        """Return one group of lines for each rule."""
        return (tuple(self._rule_lines(number, rule)) for number, rule in enumerate(self.flow.rules, 1))

    def flowchart_nodes(self) -> list[FlowchartNode]:
        """Return the flowchart's nodes in order: one for the rules that lead to a state, then each state."""
        rules_by_target: dict[str, list[str]] = {}
        for number, rule in enumerate(self.flow.rules, 1):
            if rule.goto:
                rules_by_target.setdefault(rule.goto, []).append(str(number))
        offset = 1 if rules_by_target else 0
        positions = {name: number - 1 + offset for name, number in self.numbers.items()}
        nodes = [self._flowchart_node(self.flow.states[name], positions) for name in self.numbers]
        if rules_by_target:
            transitions = tuple(
                (f"Rule {', '.join(numbers)}", positions[target]) for target, numbers in rules_by_target.items()
            )
            nodes.insert(
                0,
                FlowchartNode(
                    RULES_NODE_LABEL, "After every answer: the rules that lead away at once", MUTED_COLOR, transitions
                ),
            )
        return nodes

    # ---- one state

    def _state_lines(self, state: State) -> Iterator[Paragraph]:
        """Yield the lines that describe one state."""
        yield Paragraph(f"{self.numbers[state.name]}. {state_caption(self.bundle, state)}", ParagraphStyle.HEADING)
        match state:
            case Question():
                yield from self._question_lines(state)
            case Statement():
                yield from self._guard_lines(state, "It says this only if all of this is so:")
                yield from _text_lines(state.say)
                yield from self._effect_lines(state.effect, 0)
            case Call(run=run):
                called = self.bundle.flows[BASE_LANGUAGE][run]
                yield from self._guard_lines(state, "It is run only if all of this is so:")
                yield Paragraph(
                    f"The questions of “{called.title}” are asked here ({run}, words {content_hash(called)})."
                )
            case Return(why=why):
                yield Paragraph(why or "Goes on in the flow that ran this one.")
            case Outcome():
                yield from self._outcome_lines(state)
        if not isinstance(state, Return | Outcome | Question):
            yield self._next_line(state.goto)

    def _question_lines(self, question: Question) -> Iterator[Paragraph]:
        """Yield the lines that describe a question and its options."""
        yield from _text_lines("\n".join(question.ask.splitlines()[1:]))
        if question.safety:
            yield Paragraph("A safety question: it is asked before anybody may be told to wait.", ParagraphStyle.SMALL)
        if question.sensitive:
            yield Paragraph(
                "Sensitive: hidden until it is tapped, and left out of what is shown to staff.", ParagraphStyle.SMALL
            )
        yield from self._guard_lines(question, "It is asked only if all of this is so:")
        if question.why:
            yield Paragraph(f"Why we ask: {question.why}", ParagraphStyle.SMALL)
        if question.explain:
            yield from _text_lines(f"What it means: {question.explain}", ParagraphStyle.SMALL)
        if question.unordered:
            yield Paragraph(
                f"Its answers have no order from calm to worrying: {question.unordered}", ParagraphStyle.SMALL
            )
        if question.counts:
            counted = question.counts.replace("_", " ")
            yield Paragraph(f"A typed number may mean {counted}, so the answers have letters.", ParagraphStyle.SMALL)
        for option in question.options:
            yield from self._option_lines(option)

    def _option_lines(self, option: Option) -> Iterator[Paragraph]:
        """Yield the lines that describe an option: text, button, next state, typed numbers, effect."""
        text = option_text(self.bundle, option)
        button = f" (on its button: {option.button})" if option.button and option.button != text else ""
        yield Paragraph(f"{text}{button} {self.describe_target(option.goto)}", ParagraphStyle.OPTION)
        if option.numbers:
            lowest, highest = option.numbers.start, option.numbers.stop - 1
            yield Paragraph(f"a typed number from {lowest} to {highest} means this answer", ParagraphStyle.SMALL, 1)
        if option.also:
            yield Paragraph(f"also typed: {'; '.join(option.also)}", ParagraphStyle.SMALL, 1)
        yield from (
            Paragraph(f"it says at once: {line.text}", ParagraphStyle.SMALL, 1) for line in _text_lines(option.say)
        )
        yield from self._effect_lines(option.effect, 1)

    def _outcome_lines(self, state: Outcome) -> Iterator[Paragraph]:
        """Yield the lines that describe an outcome: how the ending begins, its text, safety net, effect."""
        yield Paragraph(f"Ending: {describe_ending(self.bundle, state.floor)}", ParagraphStyle.STRONG)
        yield from self._guard_lines(state, "It ends here only if all of this is so:")
        yield from _text_lines(state.say)
        if state.safety_net:
            yield Paragraph("Safety net:", ParagraphStyle.SMALL)
            yield from _text_lines(state.safety_net)
        yield from self._effect_lines(state.effect, 0)

    def _guard_lines(self, state: State, intro: str) -> Iterator[Paragraph]:
        """Yield the guard of *state* below the line *intro*, then where it goes otherwise; nothing if unguarded."""
        if state.only_if:
            yield Paragraph(intro, ParagraphStyle.SMALL)
            yield from guard_lines(self.bundle, state.only_if)
            if not isinstance(state, Return | Statement | Call):
                yield Paragraph(f"Otherwise {self.describe_target(state.goto)}", ParagraphStyle.SMALL)

    def _effect_lines(self, effect: Effect, depth: int) -> Iterator[Paragraph]:
        """Yield the lines that describe an effect: floor, pages to read, advice."""
        if effect.at_least:
            words = describe_urgency(self.bundle, effect.at_least)
            yield Paragraph(f"from here on the ending is at least: {words}", ParagraphStyle.SMALL, depth)
        if effect.learn:
            titles = ", ".join(f"“{self.bundle.page(page).title}”" for page in effect.learn)
            yield Paragraph(f"to read at the end: {titles}", ParagraphStyle.SMALL, depth)
        yield from (
            Paragraph(f"advice at the end: {line.text}", ParagraphStyle.SMALL, depth)
            for line in _text_lines(effect.advise)
        )

    def _next_line(self, goto: str) -> Paragraph:
        """Return the line that says which state comes next."""
        return Paragraph(f"Then {self.describe_target(goto)}", ParagraphStyle.SMALL)

    def describe_target(self, goto: str) -> str:
        """Return the state that *goto* leads to, by number and caption."""
        return f"→ {self.numbers[goto]}. {state_caption(self.bundle, self.flow.states[goto])}"

    def _rule_lines(self, number: int, rule: Rule) -> Iterator[Paragraph]:
        """Yield the lines that describe one rule."""
        yield Paragraph(f"Rule {number}", ParagraphStyle.HEADING)
        yield Paragraph("When all of this is so:", ParagraphStyle.SMALL)
        yield from guard_lines(self.bundle, rule.when)
        if rule.goto:
            yield Paragraph(f"then at once {self.describe_target(rule.goto)}", ParagraphStyle.STRONG)
        yield from self._effect_lines(rule.effect, 0)
        if rule.why:
            yield Paragraph(f"Why: {rule.why}", ParagraphStyle.SMALL)

    # ---- the flowchart

    def _flowchart_node(self, state: State, positions: dict[str, int]) -> FlowchartNode:
        """Return the flowchart's node for *state*; *positions* says where each state stands in the flowchart."""
        fill = DEFAULT_COLOR
        match state:
            case Outcome(floor=floor):
                fill = URGENCY_COLORS.get(floor.urgency, LOW_URGENCY_COLOR)
            case Call() | Return():
                fill = MUTED_COLOR
        transitions = tuple((label, positions[target]) for label, target in self._labelled_transitions(state))
        return FlowchartNode(str(self.numbers[state.name]), state_caption(self.bundle, state), fill, transitions)

    def _labelled_transitions(self, state: State) -> Iterator[tuple[str, str]]:
        """Yield each transition out of *state* as (label, target state)."""
        match state:
            case Question():
                yield from self._answer_transitions(state)
            case Outcome(only_if=guard, goto=goto) if guard:
                yield "if it does not fit", goto
            case Statement() | Call():
                yield "", state.goto

    def _answer_transitions(self, question: Question) -> Iterator[tuple[str, str]]:
        """Yield the transitions out of a question: those to one target are joined, many answers are summarized."""
        labels_by_target: dict[str, list[str]] = {}
        for option in question.options:
            labels_by_target.setdefault(option.goto, []).append(option.button or option_text(self.bundle, option))
        if question.only_if and question.goto:
            labels_by_target.setdefault(question.goto, []).append("if it is not asked")
        usual_target = max(labels_by_target, key=lambda target: len(labels_by_target[target]))
        for target, labels in labels_by_target.items():
            is_summarized = len(labels_by_target) == 1 or (target == usual_target and len(labels) > MAX_ANSWERS_LISTED)
            yield (
                ("every other answer" if len(labels_by_target) > 1 else "every answer")
                if is_summarized
                else "; ".join(labels),
                target,
            )


def state_caption(bundle: ContentBundle, state: State) -> str:
    """Return a state described in one line."""
    match state:
        case Question(ask=ask):
            return first_line(ask)
        case Statement(say=say):
            return f"It says: {first_line(say)}"
        case Call(run=run):
            return f"Questions of “{bundle.flows[BASE_LANGUAGE][run].title}”"
        case Return():
            return "Back to the flow that ran this one"
        case Outcome(floor=floor) if floor.urgency is Urgency.EMERGENCY:
            return f"Emergency ({state.name})"
        case Outcome(floor=floor):
            return f"Ending: {describe_urgency(bundle, floor)} ({state.name})"


def _text_lines(text: str, style: ParagraphStyle = ParagraphStyle.BODY) -> Iterator[Paragraph]:
    """Yield each nonempty line of *text*; list items become bullets."""
    for line in text.splitlines():
        if line.startswith("- "):
            yield Paragraph(line.removeprefix("- "), ParagraphStyle.BULLET, 0)
        elif line.strip():
            yield Paragraph(line.strip(), style)
