"""Resolution of names: look up every name that is used, once all files have been read, and report the unknown ones."""

from collections.abc import Collection, Mapping

from bot.authoring.parsing.parse_context import Key, Kind, Mention, Reading
from bot.authoring.parsing.yaml_nodes import shortened
from bot.model.flow import Flow, Outcome, Question, State

Lost = tuple[str, str, str, Collection[str]] | None  # code, message, name, known names


class Names:
    """Resolver of names: knows what was declared, the flows, and the flows that could not be read at all.

    What is there but could not be read is known by its name alone: its own fault was reported, so no other is made up.
    """

    def __init__(self, declared: Collection[Key], flows: Mapping[str, Flow], unread: Collection[str] = ()) -> None:
        self.declared = declared
        self.flows = flows
        self.unread = unread
        self.below: dict[Key, list[str]] = {}
        for *above, last in declared:
            self.below.setdefault(tuple(above), []).append(str(last))

    def check(self, reading: Reading, only: str = "") -> None:
        """Report to *context* which of its references are unknown; with *only_flow* only those to that flow."""
        for mention in reading.mentions:
            if reading.full:
                return
            if mention.key[0] in self.unread or only not in ("", mention.key[0]):
                continue
            if lost := self._look_up(mention):
                slug, message, name, known = lost
                reading.fault(mention.spot, slug, message, reading.guess(name, known))

    def _look_up(self, mention: Mention) -> Lost:
        """Return why *reference* cannot be resolved, or None when it can."""
        first, *rest = map(str, mention.key)
        match mention.kind:
            case Kind.PAGE:
                return self._page(first)
            case Kind.FLOW:
                return self._flow(first)
            case Kind.STATE | Kind.ENDING:
                return self._state(first, rest[0], mention.kind is Kind.ENDING)
            case Kind.QUESTION:
                return self._question(first, rest[0])
            case Kind.OPTION:
                return self._option(first, *rest)
            case Kind.TERM | Kind.PHRASE | Kind.SOURCE:
                return self._entry(mention.kind, first, *rest)

    def _page(self, file: str) -> Lost:
        """Return why no page has this file name, or None."""
        if (file,) in self.declared:
            return None
        page = file.removesuffix(".md")
        pages = [str(key[0]).removesuffix(".md") for key in self.declared if str(key[0]).endswith(".md")]
        return "unknown-page", f"no page is called '{page}'", page, pages

    def _flow(self, flow: str) -> Lost:
        """Return why no flow has this name, or None."""
        if flow in self.flows:
            return None
        return "unknown-flow", f"no flow is called '{shortened(flow)}'", flow, self.flows.keys()

    def _state(self, flow: str, name: str, ending: bool) -> Lost:
        """Return why *name* is no state of *flow*, or no outcome where one is needed, or None."""
        state = self._states(flow).get(name)
        if (flow, name) not in self.declared:
            known = self._of_kind(flow, Outcome) if ending else self._under(flow)
            return "unknown-state", f"no state is called '{shortened(name)}'", name, known
        if ending and state and not isinstance(state, Outcome):
            message = f"a rule leads to an outcome, and '{name}' is none"
            return "not-an-outcome", message, name, self._of_kind(flow, Outcome)
        return None

    def _question(self, flow: str, name: str) -> Lost:
        """Return why *name* is no question of *flow*, or None."""
        if lost := self._flow(flow):
            return lost
        state = self._states(flow).get(name)
        if isinstance(state, Question) or (state is None and (flow, name) in self.declared):
            return None
        message = f"'{name}' asks nothing" if state else f"no question is called '{shortened(name)}'"
        return "unknown-question", message, name, self._of_kind(flow, Question)

    def _option(self, flow: str, question: str, option: str) -> Lost:
        """Return why *option* is no option of *question*, or None; also None when the question itself is unknown."""
        asked = isinstance(self._states(flow).get(question), Question)  # else the question is unknown
        if not asked or (flow, question, option) in self.declared:
            return None
        message = f"'{question}' has no answer '{shortened(option)}'"
        return "unknown-option", message, option, self._under(flow, question)

    def _entry(self, kind: Kind, file: str, name: str, *rest: str) -> Lost:
        """Return why a list in *file* lacks *name*, or has other *details* for it, or None."""
        if (file, name) in self.declared:
            if not rest or (file, name, *rest) in self.declared:
                return None
            return "source-differs", f"content/{file} calls {name} {self._told(file, name)}", name, ()
        known = self._under(file)
        if kind is Kind.SOURCE and not known:  # no list to compare with: a flow that is read alone
            return None
        return f"unknown-{kind.value}", f"no {kind.value} is called '{shortened(name)}'", name, known

    def _told(self, file: str, name: str) -> str:
        """Return the details that the list in *file* itself gives of *name*, ready to be copied."""
        return next((", ".join(map(str, key[2:])) for key in self.declared if key[:2] == (file, name) and key[2:]), "")

    def _states(self, flow: str) -> Mapping[str, State]:
        """Return the states of *flow*, or none if it could not be read."""
        return self.flows[flow].states if flow in self.flows else {}

    def _of_kind(self, flow: str, kind: type[State]) -> list[str]:
        """Return the names of the flow's states of one type."""
        return [state.name for state in self._states(flow).values() if isinstance(state, kind)]

    def _under(self, *above: str) -> list[str]:
        """Return the names declared directly below *above*."""
        return self.below.get(above, [])
