"""Libraries with a single text in them, to see what the rules of speech make of it."""

from dataclasses import replace

from bot.authoring import lint as wording
from bot.model.bundle import ContentBundle
from bot.model.content import EmergencyNumber, Page, Source, Term
from bot.model.flow import Effect, Flow, Option, Outcome, Question, State, Statement
from bot.model.urgency import EMERGENCY_FLOOR, LOWEST_FLOOR

SOURCE = Source("Org", "Title", "2026", "S01", "2026-11-22")


def emptied(library: ContentBundle) -> ContentBundle:
    """The rules, and nothing else that anybody could read."""
    empty = replace(library, flows={"en": {}}, pages={"en": {}}, glossary={"en": {}}, suppressions=())
    phrases = replace(library.phrases["en"], texts={"any_number": "112", "warning_signs": "-"})
    return replace(
        empty,
        phrases={"en": phrases},
        phone_directory=replace(library.phone_directory, emergency_numbers={}, helplines=()),
    )


def holding(bare: ContentBundle, kind: str, text: str) -> ContentBundle:
    """A library with this one text in it."""
    if kind.startswith("phrase:"):
        texts = {**bare.phrases["en"].texts, kind.removeprefix("phrase:"): text}
        return replace(bare, phrases={"en": replace(bare.phrases["en"], texts=texts)})
    match kind:
        case "page" | "title" | "gist":
            words = {"title": "A page", "gist": "It is short.", "text": "It is short."} | {"page": {"text": text}}.get(
                kind, {kind: text}
            )
            return replace(bare, pages={"en": {"a_page": Page(id="a_page", sources=(SOURCE,), **words)}})
        case "meaning":
            return replace(bare, glossary={"en": {"word": Term("word", "word", text)}})
        case "name":
            numbers = {"XX": EmergencyNumber("XX", text, "112", "112", "agree")}
            return replace(bare, phone_directory=replace(bare.phone_directory, emergency_numbers=numbers))
    flow = Flow("example", "", "1", "here", {"here": state(kind, text)})
    return replace(bare, flows={"en": {"example": flow}})


def state(kind: str, text: str) -> State:
    """A state that says *text*."""
    match kind:
        case "ask" | "why" | "explain":
            return Question("here", **{"ask": "Is it so?", kind: text}, options=())
        case "safety":
            return Question("here", text, (), safety=True)
        case "option":
            return Question("here", "Is it so?", (Option("one", text, ""),))
        case "button":
            return Question("here", "Is it so?", (Option("one", "One", "", text),))
        case "advise":
            return Statement("here", "", "", Effect(advise=text))
        case "ending":
            return Outcome("here", LOWEST_FLOOR, text, "Call a doctor today if it gets worse.")
        case "emergency":
            return Outcome("here", EMERGENCY_FLOOR, text)
        case "safety_net":
            return Outcome("here", LOWEST_FLOOR, "Rest.", text)
        case "say":
            return Statement("here", text, "")
    raise AssertionError(f"no text is a {kind}")


def slugs(library: ContentBundle) -> list[str]:
    return [problem.code for problem in wording.lint_bundle(library, {})]
