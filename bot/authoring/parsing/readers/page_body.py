"""Reader of the body of a page: paragraphs, lists and four sections, with source codes at the end of every fact."""

import re
from collections.abc import Collection, Mapping, Sequence

from bot.authoring.parsing.parse_context import BRACES_PATTERN, ParseContext
from bot.authoring.parsing.yaml_nodes import Position, SourceSpan, shorten

SECTION_TITLES = ("What helps", "What to leave", "Who to see, and how soon", "Get help now if")
WARNING_SIGNS_LINE = "{warning_signs}"
PAGE_PLACEHOLDERS = (WARNING_SIGNS_LINE, "{emergency_number}")
GENERAL_KNOWLEDGE_CODE = "GK"
SOURCE_CODES_PATTERN = re.compile(r"\[((?:S\d{2,3}|GK)(?:,\s*(?:S\d{2,3}|GK))*)\]$")
STRAY_CODE_PATTERN = re.compile(r"\[\s*(?:S\d|GK)[^\]]*\]?")
MAX_PAGE_LENGTH = 3400


class PageBodyReader:
    """Reader of a page's lines from *first_line* on.

    *cited_codes* collects the source codes, each with its first position, as they are taken out of the text.
    """

    def __init__(self, context: ParseContext, first_line: int) -> None:
        self.context = context
        self.first_line = first_line
        self.lines = [line.rstrip() for line in context.source_file.lines[first_line - 1 :]]
        self.cited_codes: dict[str, Position] = {}

    def read_text(self) -> str:
        """Return the text that people read, without source codes and with its placeholders; report its faults."""
        if sum(map(len, self.lines)) > 3 * MAX_PAGE_LENGTH:  # too long even without its codes
            return self._check_length("\n".join(self.lines))
        self._check_sections()
        text = "\n".join(
            self._read_line(line, number) for number, line in enumerate(self.lines, self.first_line)
        ).strip()
        begin = next((number for number, line in enumerate(self.lines, self.first_line) if line), self.first_line)
        self.context.text_positions[text] = [SourceSpan(begin, 1)]
        return self._check_length(text)

    def _check_length(self, text: str) -> str:
        """Report a text that is too long for a page, and return it."""
        if len(text) > MAX_PAGE_LENGTH:
            message = f"the page has {len(text)} characters; there is room for {MAX_PAGE_LENGTH}"
            self.context.report(SourceSpan(self.first_line, 1), "too-long", message)
        return text

    def check_source_codes(
        self, listed: Collection[str], sources_position: Position, has_unverified_note: bool
    ) -> None:
        """Report source codes that are used but not *listed*, and those that are listed but not used."""
        for code, position in self.cited_codes.items():
            if code == GENERAL_KNOWLEDGE_CODE and not has_unverified_note:
                message = "a fact from general knowledge needs 'unverified' in the page's head"
                self.context.report(position, "unverified", message, "say what stayed general")
            elif code not in listed and code != GENERAL_KNOWLEDGE_CODE:
                hint = self.context.suggest(code, listed)
                self.context.report(position, "unlisted-source", f"{code} is not among the page's sources", hint)
        for code in sorted(set(listed) - self.cited_codes.keys() - {""}):
            self.context.report(
                sources_position, "unused-source", f"{code} is listed, but no fact on the page comes from it"
            )

    def _read_line(self, line: str, number: int) -> str:
        """Return a line without its source codes; headings and the line of warning signs have none."""
        if not line or line == WARNING_SIGNS_LINE or line.startswith("#"):
            return line
        return self._read_fact(line, number)

    def _read_fact(self, line: str, number: int) -> str:
        """Return *line* without its source codes; report missing or misplaced codes and unknown placeholders."""
        match = SOURCE_CODES_PATTERN.search(line)
        fact = line[: match.start()].rstrip() if match else line
        if match:
            for code in re.split(r",\s*", match[1]):
                self.cited_codes.setdefault(code, SourceSpan(number, match.start() + 1, len(match[0])))
        elif not STRAY_CODE_PATTERN.search(line):
            hint = "such as [S30], or [GK] for general knowledge"
            self.context.report(
                SourceSpan(number, 1, len(line)), "no-source", "this does not say where it comes from", hint
            )
        if stray := STRAY_CODE_PATTERN.search(fact):
            message = f"'{shorten(stray[0])}' would be shown to people"
            hint = "a code such as [S30] belongs at the very end of its line"
            self.context.report(SourceSpan(number, stray.start() + 1, len(stray[0])), "no-source", message, hint)
        for brace in BRACES_PATTERN.finditer(fact):
            if brace[0] not in PAGE_PLACEHOLDERS:
                message = f"nobody fills in '{shorten(brace[0])}' on a page"
                hint = self.context.suggest(brace[0], PAGE_PLACEHOLDERS)
                self.context.report(
                    SourceSpan(number, brace.start() + 1, len(brace[0])), "unknown-placeholder", message, hint
                )
        return fact

    def _check_sections(self) -> None:
        """Report sections that are unknown, missing or out of order."""
        required_headings = [f"## {title}" for title in SECTION_TITLES]
        headings = {number: line for number, line in enumerate(self.lines, self.first_line) if line.startswith("#")}
        missing = [line for line in required_headings if line not in headings.values()]
        for number, line in headings.items():
            if line not in required_headings:
                message = f"a page has no section '{shorten(line)}'"
                self.context.report(
                    SourceSpan(number, 1, len(line)), "section", message, self.context.suggest(line, missing)
                )
        for line in missing:
            self.context.report(
                SourceSpan(self.first_line + len(self.lines) - 1, 1), "section", f"the page lacks '{line}'"
            )
        if not missing:
            self._check_order(
                {number: line for number, line in headings.items() if line in required_headings}, required_headings
            )
        if required_headings[-1] in self.lines:
            self._check_warning_signs(self.lines.index(required_headings[-1]) + 1)

    def _check_order(self, found: Mapping[int, str], required_headings: Sequence[str]) -> None:
        """Report the first heading that is out of order."""
        expected = iter(required_headings)
        for number, line in found.items():
            if line != next(expected, ""):
                hint = f"the order is: {', '.join(SECTION_TITLES)}"
                self.context.report(SourceSpan(number, 1, len(line)), "section", "this is out of order", hint)
                break

    def _check_warning_signs(self, lines_to_skip: int) -> None:
        """Report a last section that does not begin with the warning signs that all pages share."""
        if next(filter(None, self.lines[lines_to_skip:]), "") != WARNING_SIGNS_LINE:
            message = f"'{SECTION_TITLES[-1]}' begins with the line {WARNING_SIGNS_LINE}"
            self.context.report(SourceSpan(self.first_line + lines_to_skip - 1, 1), "warning-signs", message)
