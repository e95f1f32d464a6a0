"""What the safety case says, section by section."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot import __version__
from bot.authoring.documents.report import Section
from bot.model.bundle import BASE_LANGUAGE, ContentBundle
from bot.model.diagnostics import SourceMap
from bot.model.hazard_log import Hazard, HazardLog, Risk
from bot.model.signoff import describe_signoffs
from bot.proof.prover import Proof

DOCUMENT_TITLE = "Safety case"
HAZARD_TABLE_HEAD = (
    "No.",
    "Hazard, cause and harm",
    "Before",
    "Controls, and what holds them",
    "After",
    "What is left",
)


@dataclass(frozen=True, slots=True)
class SafetyEvidence:
    """What was found today: the bundle, its proof, the number of scenarios and of controls that are not held."""

    bundle: ContentBundle
    source_map: SourceMap
    proof: Proof
    scenario_count: int
    unheld_count: int
    day: date


def build_sections(hazard_log: HazardLog, evidence: SafetyEvidence) -> Iterator[Section]:
    """Yield all sections that a safety officer needs, in reading order."""
    yield Section("What this is", _about_text(evidence))
    yield _proof_section(evidence)
    yield _bounds_section(evidence)
    yield Section(
        "Hazard log", _scale_text(hazard_log), table=(HAZARD_TABLE_HEAD, *map(_hazard_row, hazard_log.hazards))
    )
    decisions = tuple(
        f"{name}: {decision.description} Open: {decision.question}" for name, decision in hazard_log.decisions.items()
    )
    yield Section("Loosened, and awaiting a clinician's decision", "Applied as the question bank has them.", decisions)
    yield Section("Where the flows are stricter than the question bank", "", hazard_log.stricter_than_source)
    yield Section("Known limits", "", hazard_log.limitations)
    signoffs = tuple(describe_signoffs(evidence.bundle, evidence.source_map, evidence.day.isoformat()))
    yield Section("Signatures", "Who has signed exactly these words, and how much nobody has.", signoffs)
    yield _red_flags_section(evidence.bundle)
    yield _sources_section(evidence.bundle)
    yield Section("To adopt it in a clinic", "", hazard_log.adoption_steps)


def _about_text(evidence: SafetyEvidence) -> str:
    """Return the sentences on what the document is and from which content it was made."""
    return (
        f"Confidante {__version__}, on {evidence.day}. Written by a program from the hazard log, the flows and today's "
        f"proof, so that it cannot drift from them. Flows and words have the hash {evidence.bundle.version[:16]}. "
        "It is the makers' part; DCB0129 also needs a named clinical safety officer, who is a person in a clinic."
    )


def _proof_section(evidence: SafetyEvidence) -> Section:
    """Return the section on what was proved today."""
    proof = evidence.proof
    verdict = (
        "All of these hold" if proof.holds else f"NOT ALL OF THESE HOLD: {len(proof.findings)} findings, see check"
    )
    intro = (
        f"{verdict}, for every one of {proof.conversation_count:,} conversations ({proof.state_count:,} situations). "
        f"{evidence.scenario_count} chats that people wrote come to what was written. "
        f"{_controls_sentence(evidence.unheld_count)}"
    )
    return Section("What was proved today", intro, proof.promises)


def _controls_sentence(unheld_count: int) -> str:
    """Return a sentence on how many controls are not held by a test, promise or lint rule."""
    if unheld_count:
        return f"{unheld_count} controls of the hazard log are held by nothing that is there: see check."
    return "Every control of the hazard log is held by a test, a promise or a rule of speech that is there."


def _bounds_section(evidence: SafetyEvidence) -> Section:
    """Return the section of length limits, promises of what never happens, and exemptions."""
    figures = dict(evidence.proof.bound_lengths)
    head = ("How long it can take", "Longest", "At most", "Why")
    bounds = evidence.bundle.promises.length_bounds
    rows = tuple(
        (bound.name, str(figures.get(bound.name, "")), str(bound.max_questions), bound.why) for bound in bounds
    )
    never = tuple(f"{promise.name}: {promise.why}" for promise in evidence.bundle.promises.forbidden_endings)
    exemptions = tuple(f"Excused: {promise.name}. {promise.why}" for promise in evidence.bundle.promises.exemptions)
    return Section("Bounds, and what never happens", "", (*never, *exemptions), (head, *rows))


def _scale_text(log: HazardLog) -> str:
    """Return the sentences that explain the risk figures."""
    highest = max((hazard.risk_after.score for hazard in log.hazards), default=0)
    return (
        f"{len(log.hazards)} hazards. Severity and likelihood from 1 to 5, multiplied, before and after the controls; "
        f"the highest figure that is left is {highest}. The figures are estimates that nobody qualified has reviewed."
    )


def _hazard_row(hazard: Hazard) -> tuple[str, ...]:
    """Return the table row of one hazard."""
    controls = " ".join(
        f"{control.description} [{'; '.join(holder.name for holder in control.evidence)}]"
        for control in hazard.controls
    )
    description = f"{hazard.description} Cause: {hazard.cause} Harm: {hazard.harm}"
    return (
        hazard.id,
        description,
        _risk_text(hazard.risk_before),
        controls,
        _risk_text(hazard.risk_after),
        hazard.residual_risk,
    )


def _risk_text(risk: Risk) -> str:
    """Return a risk as "severity × likelihood = score"."""
    return f"{risk.severity} × {risk.likelihood} = {risk.score}"


def _red_flags_section(bundle: ContentBundle) -> Section:
    """Return the section that lists all red flags."""
    rows = tuple((flag.id, flag.title, flag.required_urgency.slug) for flag in bundle.red_flags)
    return Section(
        "Red flags, as data", "Each holds on every path; see the promises.", table=(("No.", "Sign", "Needs"), *rows)
    )


def _sources_section(bundle: ContentBundle) -> Section:
    """Return the section that lists the sources cited by flows and pages."""
    used_codes = {code for flow in bundle.flows[BASE_LANGUAGE].values() for code in flow.sources}
    used_codes |= {source.code for page in bundle.pages[BASE_LANGUAGE].values() for source in page.sources}
    known_sources = (bundle.sources[code] for code in sorted(used_codes) if code in bundle.sources)
    lines = tuple(
        f"{reference.code}: {reference.org}. {reference.title} ({reference.year}). Read: {reference.extent_read}."
        for reference in known_sources
    )
    return Section("Sources", "What was read, and how much of it. None was read live on the day of a release.", lines)
