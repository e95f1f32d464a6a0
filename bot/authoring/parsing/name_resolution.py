"""Resolution of names: look up every name that is used, once all files have been read, and report the unknown ones."""

from collections.abc import Collection, Mapping

from bot.authoring.parsing.parse_context import NameKind, NameReference, ParseContext
from bot.authoring.parsing.yaml_nodes import shorten
from bot.model.diagnostics import SourceKey
from bot.model.flow import Flow, Outcome, Question, State

ResolutionFailure = tuple[str, str, str, Collection[str]] | None  # code, message, name, known names


class NameResolver:
    """Resolver of names: knows what was declared, the flows, and the flows that could not be read at all.

    What is there but could not be read is known by its name alone: its own fault was reported, so no other is made up.
    """

    def __init__(
        self, declared: Collection[SourceKey], flows: Mapping[str, Flow], unreadable_flows: Collection[str] = ()
    ) -> None:
        self.declared = declared
        self.flows = flows
        self.unreadable_flows = unreadable_flows
        self.names_below: dict[SourceKey, list[str]] = {}
        for *above, last in declared:
            self.names_below.setdefault(tuple(above), []).append(str(last))

    def check_references(self, context: ParseContext, only_flow: str = "") -> None:
        """Report to *context* which of its references are unknown; with *only_flow* only those to that flow."""
        for reference in context.references:
            if context.has_too_many_diagnostics:
                return
            if reference.key[0] in self.unreadable_flows or only_flow not in ("", reference.key[0]):
                continue
            if failure := self._resolve(reference):
                code, message, name, known = failure
                context.report(reference.position, code, message, context.suggest(name, known))

    def _resolve(self, reference: NameReference) -> ResolutionFailure:
        """Return why *reference* cannot be resolved, or None when it can."""
        first, *rest = map(str, reference.key)
        match reference.kind:
            case NameKind.PAGE:
                return self._resolve_page(first)
            case NameKind.FLOW:
                return self._resolve_flow(first)
            case NameKind.STATE | NameKind.OUTCOME:
                return self._resolve_state(first, rest[0], reference.kind is NameKind.OUTCOME)
            case NameKind.QUESTION:
                return self._resolve_question(first, rest[0])
            case NameKind.OPTION:
                return self._resolve_option(first, *rest)
            case NameKind.TERM | NameKind.PHRASE | NameKind.SOURCE:
                return self._resolve_list_entry(reference.kind, first, *rest)

    def _resolve_page(self, file: str) -> ResolutionFailure:
        """Return why no page has this file name, or None."""
        if (file,) in self.declared:
            return None
        page = file.removesuffix(".md")
        pages = [str(key[0]).removesuffix(".md") for key in self.declared if str(key[0]).endswith(".md")]
        return "unknown-page", f"no page is called '{page}'", page, pages

    def _resolve_flow(self, flow: str) -> ResolutionFailure:
        """Return why no flow has this name, or None."""
        if flow in self.flows:
            return None
        return "unknown-flow", f"no flow is called '{shorten(flow)}'", flow, self.flows.keys()

    def _resolve_state(self, flow: str, name: str, must_be_outcome: bool) -> ResolutionFailure:
        """Return why *name* is no state of *flow*, or no outcome where one is needed, or None."""
        state = self._states_of(flow).get(name)
        if (flow, name) not in self.declared:
            known = self._state_names_of_type(flow, Outcome) if must_be_outcome else self._known_names_below(flow)
            return "unknown-state", f"no state is called '{shorten(name)}'", name, known
        if must_be_outcome and state and not isinstance(state, Outcome):
            message = f"a rule leads to an outcome, and '{name}' is none"
            return "not-an-outcome", message, name, self._state_names_of_type(flow, Outcome)
        return None

    def _resolve_question(self, flow: str, name: str) -> ResolutionFailure:
        """Return why *name* is no question of *flow*, or None."""
        if failure := self._resolve_flow(flow):
            return failure
        state = self._states_of(flow).get(name)
        if isinstance(state, Question) or (state is None and (flow, name) in self.declared):
            return None
        message = f"'{name}' asks nothing" if state else f"no question is called '{shorten(name)}'"
        return "unknown-question", message, name, self._state_names_of_type(flow, Question)

    def _resolve_option(self, flow: str, question: str, option: str) -> ResolutionFailure:
        """Return why *option* is no option of *question*, or None; also None when the question itself is unknown."""
        is_known_question = isinstance(self._states_of(flow).get(question), Question)  # else the question is unknown
        if not is_known_question or (flow, question, option) in self.declared:
            return None
        message = f"'{question}' has no answer '{shorten(option)}'"
        return "unknown-option", message, option, self._known_names_below(flow, question)

    def _resolve_list_entry(self, kind: NameKind, file: str, name: str, *details: str) -> ResolutionFailure:
        """Return why a list in *file* lacks *name*, or has other *details* for it, or None."""
        if (file, name) in self.declared:
            if not details or (file, name, *details) in self.declared:
                return None
            return "source-differs", f"content/{file} calls {name} {self._listed_details(file, name)}", name, ()
        known = self._known_names_below(file)
        if kind is NameKind.SOURCE and not known:  # no list to compare with: a flow that is read alone
            return None
        return f"unknown-{kind.value}", f"no {kind.value} is called '{shorten(name)}'", name, known

    def _listed_details(self, file: str, name: str) -> str:
        """Return the details that the list in *file* itself gives of *name*, ready to be copied."""
        return next((", ".join(map(str, key[2:])) for key in self.declared if key[:2] == (file, name) and key[2:]), "")

    def _states_of(self, flow: str) -> Mapping[str, State]:
        """Return the states of *flow*, or none if it could not be read."""
        return self.flows[flow].states if flow in self.flows else {}

    def _state_names_of_type(self, flow: str, state_type: type[State]) -> list[str]:
        """Return the names of the flow's states of one type."""
        return [state.name for state in self._states_of(flow).values() if isinstance(state, state_type)]

    def _known_names_below(self, *above: str) -> list[str]:
        """Return the names declared directly below *above*."""
        return self.names_below.get(above, [])
