"""Reader of the body of a page: paragraphs, lists and four sections, with source codes at the end of every fact."""

import re
from collections.abc import Collection, Mapping, Sequence

from bot.authoring.parsing.parse_context import BRACES, Reading
from bot.authoring.parsing.yaml_nodes import Mark, Spot, shortened

SECTIONS = ("What helps", "What to leave", "Who to see, and how soon", "Get help now if")
SIGNS = "{warning_signs}"
PLACEHOLDERS = (SIGNS, "{emergency_number}")
OWN_KNOWLEDGE = "GK"
CODES = re.compile(r"\[((?:S\d{2,3}|GK)(?:,\s*(?:S\d{2,3}|GK))*)\]$")
STRAY = re.compile(r"\[\s*(?:S\d|GK)[^\]]*\]?")
LONGEST = 3400


class Prose:
    """Reader of a page's lines from *first_line* on.

    *cited_codes* collects the source codes, each with its first position, as they are taken out of the text.
    """

    def __init__(self, reading: Reading, first: int) -> None:
        self.reading = reading
        self.first = first
        self.lines = [line.rstrip() for line in reading.sheet.lines[first - 1 :]]
        self.cited: dict[str, Spot] = {}

    def text(self) -> str:
        """Return the text that people read, without source codes and with its placeholders; report its faults."""
        if sum(map(len, self.lines)) > 3 * LONGEST:  # too long even without its codes
            return self._fitting("\n".join(self.lines))
        self._sections()
        text = "\n".join(self._said(line, at) for at, line in enumerate(self.lines, self.first)).strip()
        begin = next((at for at, line in enumerate(self.lines, self.first) if line), self.first)
        self.reading.texts[text] = [Mark(begin, 1)]
        return self._fitting(text)

    def _fitting(self, text: str) -> str:
        """Report a text that is too long for a page, and return it."""
        if len(text) > LONGEST:
            message = f"the page has {len(text)} characters; there is room for {LONGEST}"
            self.reading.fault(Mark(self.first, 1), "too-long", message)
        return text

    def check_codes(self, listed: Collection[str], at: Spot, unverified: bool) -> None:
        """Report source codes that are used but not *listed*, and those that are listed but not used."""
        for code, spot in self.cited.items():
            if code == OWN_KNOWLEDGE and not unverified:
                message = "a fact from general knowledge needs 'unverified' in the page's head"
                self.reading.fault(spot, "unverified", message, "say what stayed general")
            elif code not in listed and code != OWN_KNOWLEDGE:
                hint = self.reading.guess(code, listed)
                self.reading.fault(spot, "unlisted-source", f"{code} is not among the page's sources", hint)
        for code in sorted(set(listed) - self.cited.keys() - {""}):
            self.reading.fault(at, "unused-source", f"{code} is listed, but no fact on the page comes from it")

    def _said(self, line: str, number: int) -> str:
        """Return a line without its source codes; headings and the line of warning signs have none."""
        if not line or line == SIGNS or line.startswith("#"):
            return line
        return self._fact(line, number)

    def _fact(self, line: str, number: int) -> str:
        """Return *line* without its source codes; report missing or misplaced codes and unknown placeholders."""
        match = CODES.search(line)
        said = line[: match.start()].rstrip() if match else line
        if match:
            for code in re.split(r",\s*", match[1]):
                self.cited.setdefault(code, Mark(number, match.start() + 1, len(match[0])))
        elif not STRAY.search(line):
            hint = "such as [S30], or [GK] for general knowledge"
            self.reading.fault(Mark(number, 1, len(line)), "no-source", "this does not say where it comes from", hint)
        if stray := STRAY.search(said):
            message = f"'{shortened(stray[0])}' would be shown to people"
            hint = "a code such as [S30] belongs at the very end of its line"
            self.reading.fault(Mark(number, stray.start() + 1, len(stray[0])), "no-source", message, hint)
        for brace in BRACES.finditer(said):
            if brace[0] not in PLACEHOLDERS:
                message = f"nobody fills in '{shortened(brace[0])}' on a page"
                hint = self.reading.guess(brace[0], PLACEHOLDERS)
                self.reading.fault(Mark(number, brace.start() + 1, len(brace[0])), "unknown-placeholder", message, hint)
        return said

    def _sections(self) -> None:
        """Report sections that are unknown, missing or out of order."""
        wanted = [f"## {title}" for title in SECTIONS]
        headings = {number: line for number, line in enumerate(self.lines, self.first) if line.startswith("#")}
        missing = [line for line in wanted if line not in headings.values()]
        for number, line in headings.items():
            if line not in wanted:
                message = f"a page has no section '{shortened(line)}'"
                self.reading.fault(Mark(number, 1, len(line)), "section", message, self.reading.guess(line, missing))
        for line in missing:
            self.reading.fault(Mark(self.first + len(self.lines) - 1, 1), "section", f"the page lacks '{line}'")
        if not missing:
            self._order({number: line for number, line in headings.items() if line in wanted}, wanted)
        if wanted[-1] in self.lines:
            self._signs(self.lines.index(wanted[-1]) + 1)

    def _order(self, found: Mapping[int, str], wanted: Sequence[str]) -> None:
        """Report the first heading that is out of order."""
        due = iter(wanted)
        for number, line in found.items():
            if line != next(due, ""):
                hint = f"the order is: {', '.join(SECTIONS)}"
                self.reading.fault(Mark(number, 1, len(line)), "section", "this is out of order", hint)
                break

    def _signs(self, below: int) -> None:
        """Report a last section that does not begin with the warning signs that all pages share."""
        if next(filter(None, self.lines[below:]), "") != SIGNS:
            message = f"'{SECTIONS[-1]}' begins with the line {SIGNS}"
            self.reading.fault(Mark(self.first + below - 1, 1), "warning-signs", message)
