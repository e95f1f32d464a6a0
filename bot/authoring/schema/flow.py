"""The JSON Schema of a flow file."""

from typing import Any

from bot.authoring.parsing.readers.flows import DOES
from bot.authoring.parsing.readers.options import LABEL
from bot.authoring.parsing.readers.states import ASK
from bot.authoring.schema.fragments import (
    DAY,
    ENDING,
    FLOOR,
    REVIEW,
    SIGNATURE,
    SILENCE,
    SOURCE,
    Schema,
    entries,
    flag,
    guard,
    name,
    one_or_more,
    ref,
    scalar,
    short,
    some,
    table,
    text,
)
from bot.model.bundle import BASE
from bot.model.flow import PRIVATE, UNSURE

GOTO = scalar("The state that comes next.", minLength=1)
LEARN = one_or_more(name("A page: content/NAME.md."), "Pages to read, for the ending.")
EFFECTS: dict[str, Schema] = {"at_least": FLOOR, "learn": LEARN, "advise": text("A line of advice, for the ending.")}
LABELLED = {**text(), "allOf": short(LABEL)["allOf"]}
FIRST_LINE = [{"pattern": r"\S"}, {"pattern": rf"^\s*[^\n]{{1,{ASK}}}[ \t]*(\n|$)"}]
SPOKEN: dict[str, Schema] = {"silence": some(ref("silence"), "Rules of speech that are wrong here, and why.")}
NEEDS_GOTO: Schema = {"dependentRequired": {"only_if": ["goto"]}}


def flow() -> Schema:
    """Return the schema of a flow file."""
    return table(
        {
            "flow": name("The file's own name, without .yaml."),
            "title": text(filled=False),
            "version": text("Raise it with every change that people can notice.", filled=False),
            "language": {"const": BASE},
            "checked": DAY,
            "sources": some(SOURCE, "Where it comes from."),
            "review": REVIEW,
            "information": one_or_more(name("A page: content/NAME.md."), "It asks nothing, and offers these pages."),
            "start": GOTO,
            "rules": some(ref("rule"), "Looked at after every answer."),
            "states": entries(ref("state"), name(), minProperties=1),
            **SPOKEN,
        },
        ("flow", "title", "version", "checked", "sources", "start", "states"),
        "A whole questionnaire. See flows/README.md.",
        **{"$defs": DEFS},
    )


def _state(kind: str, properties: dict[str, Schema], required: tuple[str, ...], says: str, **more: Any) -> Schema:
    """Return the schema of one kind of state; its key *kind* must be there."""
    keys = {kind: properties[kind], **properties, **SPOKEN}
    return table(keys, (kind, *required), says, **more)


def _option(wordless: bool) -> Schema:
    """Return the schema of an option written as a table; standard options may lack a text of their own."""
    properties = {
        "text": text("What it says in full."),
        "button": LABELLED,
        "goto": GOTO,
        "say": text("Said at once, before the next question."),
        "numbers": text("Which numbers mean this option, such as 18-29."),
        **EFFECTS,
    }
    fits: Schema = {"anyOf": [{"required": ["button"]}, {"properties": {"text": LABELLED}}]}
    return table(properties, () if wordless else ("text",), **fits)


def _question() -> Schema:
    """Return the schema of a question."""
    homeless = {"additionalProperties": {"type": "object", "required": ["goto"]}}
    nothing: Schema = {"anyOf": [{"type": "null"}, {"const": ""}, LABELLED]}
    wordless: Schema = {"if": {"type": "object"}, "then": _option(wordless=True), "else": nothing}
    options: Schema = {
        "type": "object",
        "description": "From calm to worrying. not_sure and prefer_not_to_say stand on every question.",
        "propertyNames": name(),
        "properties": {UNSURE: wordless, PRIVATE: wordless},
        "additionalProperties": {"if": {"type": "object"}, "then": _option(wordless=False), "else": LABELLED},
        "required": [UNSURE, PRIVATE],
        "minProperties": 3,
    }
    properties = {
        "ask": {**text("The question in its first line; lines below help to answer it."), "allOf": FIRST_LINE},
        "why": text("Why it is asked."),
        "explain": text("What it means."),
        "options": options,
        "goto": GOTO,
        "only_if": ref("guard"),
        "safety": flag("Must be asked before anybody may be told to wait."),
        "sensitive": flag("Hidden behind a spoiler."),
        "unordered": text("Why the options have no order from calm to worrying."),
    }
    led: Schema = {"anyOf": [{"required": ["goto"]}, {"properties": {"options": _everywhere(homeless)}}]}
    return _state("ask", properties, ("why", "explain", "options"), "Asks one question and waits.", **NEEDS_GOTO, **led)


def _everywhere(schema: Schema) -> Schema:
    """Return *schema* with its check of options applied to the two standard options, too."""
    each = schema["additionalProperties"]
    return {"properties": {UNSURE: each, PRIVATE: each}, **schema}


def _outcome() -> Schema:
    """Return the schema of an outcome."""
    calm: Schema = {"required": ["safety_net"]}
    emergency: Schema = {"properties": {"learn": False}}
    properties = {
        "outcome": ENDING,
        "say": text("What to do, first."),
        "safety_net": text("When to come back, and when to call for help."),
        "learn": LEARN,
        "advise": EFFECTS["advise"],
        "goto": GOTO,
        "only_if": ref("guard"),
    }
    which: Schema = {"if": {"properties": {"outcome": {"const": "emergency"}}}, "then": emergency, "else": calm}
    both: Schema = {"dependentRequired": {"only_if": ["goto"], "goto": ["only_if"]}}
    return _state("outcome", properties, ("say",), "Ends the conversation.", **which, **both)


def _states() -> Schema:
    """Return the schema of a state of any kind; its key decides which, so that errors are shown where they are."""
    say = {"say": text(), "goto": GOTO, "only_if": ref("guard"), **EFFECTS}
    run = {"run": name("Another flow."), "goto": GOTO, "only_if": ref("guard")}
    back = {"return": text("Words for whoever reads the flow.")}
    kinds = {
        "ask": _question(),
        "run": _state("run", run, ("goto",), "Runs another flow; goes on here if that one returns.", **NEEDS_GOTO),
        "return": _state("return", back, (), "Hands back to the flow that ran this one."),
        "outcome": _outcome(),
    }
    says = _state("say", say, ("goto",), "Says its piece and goes on by itself.", **NEEDS_GOTO)
    only_says: Schema = {"required": ["say"], "not": {"required": ["outcome"]}}
    return {
        "type": "object",
        "properties": {kind: {"description": state["description"]} for kind, state in {**kinds, "say": says}.items()},
        "anyOf": [{"required": [kind]} for kind in (*kinds, "say")],
        "allOf": [
            *({"if": {"required": [kind]}, "then": state} for kind, state in kinds.items()),
            {"if": only_says, "then": says},
        ],
    }


def _rule() -> Schema:
    """Return the schema of a rule."""
    properties = {"when": ref("guard"), "why": text("Why, and which red flag."), "goto": GOTO, **EFFECTS}
    return table(properties, ("when", "why"), anyOf=[{"required": [key]} for key in DOES])


DEFS: dict[str, Schema] = {
    "guard": guard(qualified=False),
    "rule": _rule(),
    "state": _states(),
    "signature": SIGNATURE,
    "silence": SILENCE,
}
