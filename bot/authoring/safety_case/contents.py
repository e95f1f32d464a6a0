"""The safety case as a document: sections of paragraphs, lists and tables, in Markdown or HTML."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from html import escape

from bot import __version__
from bot.authoring.loader import Atlas
from bot.model.bundle import BASE, Library
from bot.model.hazard_log import Hazard, HazardLog, Risk
from bot.model.signoff import statement
from bot.proof.prover import Proof

TITLE = "Safety case"
HEAD = ("No.", "Hazard, cause and harm", "Before", "Controls, and what holds them", "After", "What is left")
MORE = (
    "table{border-collapse:collapse}body{padding:0 1em}td,li{overflow-wrap:anywhere}"
    "td:first-child{white-space:nowrap}th{text-align:left}"
    "@media(max-width:50em){table{display:block;overflow-x:auto}td:last-child{min-width:12em}"
    "td:nth-child(2):not(:nth-last-child(-n+3)),td:nth-child(4):not(:last-child){min-width:14em}}"
    "@media print{body{font-size:11px;margin:0}tr{break-inside:avoid}}"
)
STYLE = (
    "body{font:16px sans-serif;max-width:70em;margin:2em auto}td,th{border:1px solid;padding:.4em;vertical-align:top}"
)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with an introduction, a list of *items* and a table whose first row is its head; all optional."""

    title: str
    says: str = ""
    lines: tuple[str, ...] = ()
    table: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Today:
    """What was found today: the bundle, its proof, the number of scenarios and of controls that are not held."""

    library: Library
    atlas: Atlas
    proof: Proof
    chats: int
    unheld: int
    day: date


def sections(log: HazardLog, today: Today) -> Iterator[Section]:
    """Yield all sections that a safety officer needs, in reading order."""
    yield Section("What this is", _about(today))
    yield _proved(today)
    yield _bounds(today)
    yield Section("Hazard log", _scale(log), table=(HEAD, *map(_row, log.hazards)))
    decisions = tuple(f"{name}: {one.what} Open: {one.asks}" for name, one in log.decisions.items())
    yield Section("Loosened, and awaiting a clinician's decision", "Applied as the question bank has them.", decisions)
    yield Section("Where the flows are stricter than the question bank", "", log.stricter)
    yield Section("Known limits", "", log.limits)
    signed = tuple(statement(today.library, today.atlas, today.day.isoformat()))
    yield Section("Signatures", "Who has signed exactly these words, and how much nobody has.", signed)
    yield _flags(today.library)
    yield _sources(today.library)
    yield Section("To adopt it in a clinic", "", log.adopting)


def _about(today: Today) -> str:
    """Return the sentences on what the document is and from which content it was made."""
    return (
        f"Confidante {__version__}, on {today.day}. Written by a program from the hazard log, the flows and today's "
        f"proof, so that it cannot drift from them. Flows and words have the hash {today.library.version[:16]}. "
        "It is the makers' part; DCB0129 also needs a named clinical safety officer, who is a person in a clinic."
    )


def _proved(today: Today) -> Section:
    """Return the section on what was proved today."""
    proof = today.proof
    held = "All of these hold" if proof.holds else f"NOT ALL OF THESE HOLD: {len(proof.findings)} findings, see check"
    says = (
        f"{held}, for every one of {proof.conversations:,} conversations ({proof.places:,} situations). "
        f"{today.chats} chats that people wrote come to what was written. "
        f"{_controls(today.unheld)}"
    )
    return Section("What was proved today", says, proof.promises)


def _controls(unheld: int) -> str:
    """Return a sentence on how many controls are not held by a test, promise or lint rule."""
    if unheld:
        return f"{unheld} controls of the hazard log are held by nothing that is there: see check."
    return "Every control of the hazard log is held by a test, a promise or a rule of speech that is there."


def _bounds(today: Today) -> Section:
    """Return the section of length limits, promises of what never happens, and exemptions."""
    figures = dict(today.proof.figures)
    head = ("How long it can take", "Longest", "At most", "Why")
    bounds = today.library.promises.bounds
    rows = tuple((bound.name, str(figures.get(bound.name, "")), str(bound.most), bound.why) for bound in bounds)
    never = tuple(f"{one.name}: {one.why}" for one in today.library.promises.never)
    excused = tuple(f"Excused: {one.name}. {one.why}" for one in today.library.promises.excuses)
    return Section("Bounds, and what never happens", "", (*never, *excused), (head, *rows))


def _scale(log: HazardLog) -> str:
    """Return the sentences that explain the risk figures."""
    worst = max((hazard.after.score for hazard in log.hazards), default=0)
    return (
        f"{len(log.hazards)} hazards. Severity and likelihood from 1 to 5, multiplied, before and after the controls; "
        f"the highest figure that is left is {worst}. The figures are estimates that nobody qualified has reviewed."
    )


def _row(one: Hazard) -> tuple[str, ...]:
    """Return the table row of one hazard."""
    controls = " ".join(f"{c.what} [{'; '.join(holder.name for holder in c.held_by)}]" for c in one.controls)
    what = f"{one.hazard} Cause: {one.cause} Harm: {one.harm}"
    return one.id, what, _risk(one.before), controls, _risk(one.after), one.residual


def _risk(risk: Risk) -> str:
    """Return a risk as "severity × likelihood = score"."""
    return f"{risk.severity} × {risk.likelihood} = {risk.score}"


def _flags(library: Library) -> Section:
    """Return the section that lists all red flags."""
    rows = tuple((flag.id, flag.title, flag.needs.word) for flag in library.red_flags)
    return Section(
        "Red flags, as data", "Each holds on every path; see the promises.", table=(("No.", "Sign", "Needs"), *rows)
    )


def _sources(library: Library) -> Section:
    """Return the section that lists the sources cited by flows and pages."""
    used = {code for flow in library.flows[BASE].values() for code in flow.sources}
    used |= {source.code for page in library.pages[BASE].values() for source in page.sources}
    known = (library.sources[code] for code in sorted(used) if code in library.sources)
    lines = tuple(f"{one.code}: {one.org}. {one.title} ({one.year}). Read: {one.seen}." for one in known)
    return Section("Sources", "What was read, and how much of it. None was read live on the day of a release.", lines)


# ---- as Markdown and HTML


def markdown(found: list[Section]) -> str:
    """Return the document's sections as Markdown."""
    return "\n".join(_markdown(found)) + "\n"


def _markdown(found: list[Section]) -> Iterator[str]:
    """Yield the lines of the Markdown document."""
    yield f"# {TITLE}"
    for section in found:
        yield from ("", f"## {section.title}", "")
        if section.says:
            yield from (section.says, "")
        for number, row in enumerate(section.table):
            yield f"| {' | '.join(cell.replace('|', '/') for cell in row)} |"
            if not number:
                yield f"|{'---|' * len(row)}"
        if section.table and section.lines:
            yield ""
        yield from (f"* {line}" for line in section.lines)


def html(found: list[Section]) -> str:
    """Return the document's sections as an HTML page."""
    return "\n".join(_html(found)) + "\n"


def _html(found: list[Section]) -> Iterator[str]:
    """Yield the lines of the HTML page."""
    yield f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{TITLE}</title>'
    yield '<meta name="viewport" content="width=device-width,initial-scale=1">'
    yield f"<style>{STYLE}{MORE}</style></head><body><h1>{TITLE}</h1>"
    for section in found:
        yield f"<h2>{escape(section.title)}</h2>"
        if section.says:
            yield f"<p>{escape(section.says)}</p>"
        if section.table:
            head, *rows = section.table
            body = "".join(_cells(row, "td") for row in rows)
            yield f"<table><thead>{_cells(head, 'th')}</thead><tbody>{body}</tbody></table>"
        if section.lines:
            yield f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in section.lines)}</ul>"
    yield "</body></html>"


def _cells(row: tuple[str, ...], tag: str) -> str:
    """Return one table row in HTML, with cells of the kind *tag* (`td` or `th`)."""
    return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in row)}</tr>"
