"""Names that lead nowhere: every name that is used, looked up once all has been read."""

from collections.abc import Collection, Mapping

from bot.flow import Flow, Outcome, Question, State
from bot.reading.nodes import shortened
from bot.reading.reading import Key, Kind, Mention, Reading

Lost = tuple[str, str, str, Collection[str]] | None  # slug, sentence, the name, the known ones; None when all is well


class Names:
    """All there is: what was declared, the flows it belongs to, and the flows that could not be read at all.

    What is there but could not be read is known by its name alone: its own fault was told, so no other is made up.
    """

    def __init__(self, declared: Collection[Key], flows: Mapping[str, Flow], unread: Collection[str] = ()) -> None:
        self.declared = declared
        self.flows = flows
        self.unread = unread
        self.below: dict[Key, list[str]] = {}
        for *above, last in declared:
            self.below.setdefault(tuple(above), []).append(str(last))

    def check(self, reading: Reading, only: str = "") -> None:
        """Tell *reading* which of the names it mentions are not there; *only* those of one flow."""
        for mention in reading.mentions:
            if reading.full:
                return
            if mention.key[0] in self.unread or only not in ("", mention.key[0]):
                continue
            if lost := self._look_up(mention):
                slug, message, name, known = lost
                reading.fault(mention.spot, slug, message, reading.guess(name, known))

    def _look_up(self, mention: Mention) -> Lost:
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
        if (file,) in self.declared:
            return None
        page = file.removesuffix(".md")
        pages = [str(key[0]).removesuffix(".md") for key in self.declared if str(key[0]).endswith(".md")]
        return "unknown-page", f"no page is called '{page}'", page, pages

    def _flow(self, flow: str) -> Lost:
        if flow in self.flows:
            return None
        return "unknown-flow", f"no flow is called '{shortened(flow)}'", flow, self.flows.keys()

    def _state(self, flow: str, name: str, ending: bool) -> Lost:
        state = self._states(flow).get(name)
        if (flow, name) not in self.declared:
            known = self._of_kind(flow, Outcome) if ending else self._under(flow)
            return "unknown-state", f"no state is called '{shortened(name)}'", name, known
        if ending and state and not isinstance(state, Outcome):
            message = f"a rule leads to an outcome, and '{name}' is none"
            return "not-an-outcome", message, name, self._of_kind(flow, Outcome)
        return None

    def _question(self, flow: str, name: str) -> Lost:
        if lost := self._flow(flow):
            return lost
        state = self._states(flow).get(name)
        if isinstance(state, Question) or (state is None and (flow, name) in self.declared):
            return None
        message = f"'{name}' asks nothing" if state else f"no question is called '{shortened(name)}'"
        return "unknown-question", message, name, self._of_kind(flow, Question)

    def _option(self, flow: str, question: str, option: str) -> Lost:
        asked = isinstance(self._states(flow).get(question), Question)  # else the question itself is lost
        if not asked or (flow, question, option) in self.declared:
            return None
        message = f"'{question}' has no answer '{shortened(option)}'"
        return "unknown-option", message, option, self._under(flow, question)

    def _entry(self, kind: Kind, file: str, name: str, *rest: str) -> Lost:
        """An entry of a list in *file*; *rest* is what the list, too, must say of it."""
        if (file, name) in self.declared:
            if not rest or (file, name, *rest) in self.declared:
                return None
            return "source-differs", f"content/{file} calls {name} {self._told(file, name)}", name, ()
        known = self._under(file)
        if kind is Kind.SOURCE and not known:  # no list to compare with: a flow that is read alone
            return None
        return f"unknown-{kind.value}", f"no {kind.value} is called '{shortened(name)}'", name, known

    def _told(self, file: str, name: str) -> str:
        """What the list itself says of *name*, as it could be copied from there."""
        return next((", ".join(map(str, key[2:])) for key in self.declared if key[:2] == (file, name) and key[2:]), "")

    def _states(self, flow: str) -> Mapping[str, State]:
        return self.flows[flow].states if flow in self.flows else {}

    def _of_kind(self, flow: str, kind: type[State]) -> list[str]:
        return [state.name for state in self._states(flow).values() if isinstance(state, kind)]

    def _under(self, *above: str) -> list[str]:
        """The names directly below *above*."""
        return self.below.get(above, [])
