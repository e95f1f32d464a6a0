"""The JSON Schema of a flow file."""

from typing import Any

from bot.authoring.parsing.readers.flows import RULE_EFFECT_KEYS
from bot.authoring.parsing.readers.states import MAX_QUESTION_LINE_LENGTH
from bot.authoring.schema.fragments import (
    DATE_SCHEMA,
    ENDING_SCHEMA,
    FLOOR_SCHEMA,
    REVIEW_SCHEMA,
    SIGNATURE_SCHEMA,
    SOURCE_CODE_SCHEMA,
    SUPPRESSION_SCHEMA,
    Schema,
    array_of,
    guard_schema,
    identifier,
    one_or_array_of,
    ref,
    scalar,
    short_text,
    table,
    table_of,
    text,
    word,
    yes_or_no,
)
from bot.model.bundle import BASE_LANGUAGE
from bot.model.flow import COUNTED_THINGS, NOT_SURE, PREFER_NOT_TO_SAY
from bot.model.text_limits import MAX_LABEL_LENGTH

GOTO_SCHEMA = scalar("The state that comes next.", minLength=1)
LEARN_SCHEMA = one_or_array_of(identifier("A page: content/NAME.md."), "Pages to read, for the ending.")
EFFECT_PROPERTIES: dict[str, Schema] = {
    "at_least": FLOOR_SCHEMA,
    "learn": LEARN_SCHEMA,
    "advise": text("A line of advice, for the ending."),
}
BUTTON_TEXT_SCHEMA = {**text(), "allOf": short_text(MAX_LABEL_LENGTH)["allOf"]}
FIRST_LINE_LIMITS = [{"pattern": r"\S"}, {"pattern": rf"^\s*[^\n]{{1,{MAX_QUESTION_LINE_LENGTH}}}[ \t]*(\n|$)"}]
SUPPRESSION_PROPERTIES: dict[str, Schema] = {
    "silence": array_of(ref("silence"), "Rules of speech that are wrong here, and why.")
}
ALSO_SCHEMA = one_or_array_of(text(allow_placeholders=False), "Other words that people type for it.")
ASKED_SCHEMA = one_or_array_of(text(allow_placeholders=False), "Questions as people type them, which lead here.")
GUARD_NEEDS_GOTO: Schema = {"dependentRequired": {"only_if": ["goto"]}}


def flow_schema() -> Schema:
    """Return the schema of a flow file."""
    return table(
        {
            "flow": identifier("The file's own name, without .yaml."),
            "title": text(allow_placeholders=False),
            "version": text("Raise it with every change that people can notice.", allow_placeholders=False),
            "language": {"const": BASE_LANGUAGE},
            "checked": DATE_SCHEMA,
            "sources": array_of(SOURCE_CODE_SCHEMA, "Where it comes from."),
            "review": REVIEW_SCHEMA,
            "information": one_or_array_of(
                identifier("A page: content/NAME.md."), "It asks nothing, and offers these pages."
            ),
            "start": GOTO_SCHEMA,
            "rules": array_of(ref("rule"), "Looked at after every answer."),
            "asked": ASKED_SCHEMA,
            "states": table_of(ref("state"), identifier(), minProperties=1),
            **SUPPRESSION_PROPERTIES,
        },
        ("flow", "title", "version", "checked", "sources", "start", "states"),
        "A whole questionnaire. See flows/README.md.",
        **{"$defs": DEFINITIONS},
    )


def _state_schema(
    kind: str, properties: dict[str, Schema], required: tuple[str, ...], description: str, **keywords: Any
) -> Schema:
    """Return the schema of one kind of state; its key *kind* must be there."""
    keys = {kind: properties[kind], **properties, **SUPPRESSION_PROPERTIES}
    return table(keys, (kind, *required), description, **keywords)


def _option_schema(is_text_optional: bool) -> Schema:
    """Return the schema of an option written as a table; standard options may lack a text of their own."""
    properties = {
        "text": text("What it says in full."),
        "button": BUTTON_TEXT_SCHEMA,
        "goto": GOTO_SCHEMA,
        "say": text("Said at once, before the next question."),
        "numbers": text("Which numbers mean this option, such as 18-29."),
        "also": ALSO_SCHEMA,
        **EFFECT_PROPERTIES,
    }
    has_button_text: Schema = {"anyOf": [{"required": ["button"]}, {"properties": {"text": BUTTON_TEXT_SCHEMA}}]}
    return table(properties, () if is_text_optional else ("text",), **has_button_text)


def _options_schema() -> Schema:
    """Return the schema of a question's options, the two standard ones among them."""
    empty_or_text: Schema = {"anyOf": [{"type": "null"}, {"const": ""}, BUTTON_TEXT_SCHEMA]}
    standard_option: Schema = {
        "if": {"type": "object"},
        "then": _option_schema(is_text_optional=True),
        "else": empty_or_text,
    }
    return {
        "type": "object",
        "description": "From calm to worrying. not_sure and prefer_not_to_say stand on every question.",
        "propertyNames": identifier(),
        "properties": {NOT_SURE: standard_option, PREFER_NOT_TO_SAY: standard_option},
        "additionalProperties": {
            "if": {"type": "object"},
            "then": _option_schema(is_text_optional=False),
            "else": BUTTON_TEXT_SCHEMA,
        },
        "required": [NOT_SURE, PREFER_NOT_TO_SAY],
        "minProperties": 3,
    }


def _question_schema() -> Schema:
    """Return the schema of a question."""
    option_needs_goto = {"additionalProperties": {"type": "object", "required": ["goto"]}}
    properties = {
        "ask": {**text("The question in its first line; lines below help to answer it."), "allOf": FIRST_LINE_LIMITS},
        "why": text("Why it is asked."),
        "explain": text("What it means."),
        "options": _options_schema(),
        "goto": GOTO_SCHEMA,
        "only_if": ref("guard"),
        "safety": yes_or_no("Must be asked before anybody may be told to wait."),
        "sensitive": yes_or_no("Hidden behind a spoiler."),
        "unordered": text("Why the options have no order from calm to worrying."),
        "counts": word(COUNTED_THINGS, "What a typed number may mean here; the options then have letters."),
    }
    leads_on: Schema = {
        "anyOf": [{"required": ["goto"]}, {"properties": {"options": _for_standard_options(option_needs_goto)}}]
    }
    return _state_schema(
        "ask", properties, ("why", "explain", "options"), "Asks one question and waits.", **GUARD_NEEDS_GOTO, **leads_on
    )


def _for_standard_options(schema: Schema) -> Schema:
    """Return *schema* with its check of options applied to the two standard options, too."""
    option_schema = schema["additionalProperties"]
    return {"properties": {NOT_SURE: option_schema, PREFER_NOT_TO_SAY: option_schema}, **schema}


def _outcome_schema() -> Schema:
    """Return the schema of an outcome."""
    non_emergency: Schema = {"required": ["safety_net"]}
    emergency: Schema = {"properties": {"learn": False}}
    properties = {
        "outcome": ENDING_SCHEMA,
        "say": text("What to do, first."),
        "safety_net": text("When to come back, and when to call for help."),
        "learn": LEARN_SCHEMA,
        "advise": EFFECT_PROPERTIES["advise"],
        "goto": GOTO_SCHEMA,
        "only_if": ref("guard"),
    }
    by_urgency: Schema = {
        "if": {"properties": {"outcome": {"const": "emergency"}}},
        "then": emergency,
        "else": non_emergency,
    }
    goto_with_guard: Schema = {"dependentRequired": {"only_if": ["goto"], "goto": ["only_if"]}}
    return _state_schema("outcome", properties, ("say",), "Ends the conversation.", **by_urgency, **goto_with_guard)


def _any_state_schema() -> Schema:
    """Return the schema of a state of any kind; its key decides which, so that errors are shown where they are."""
    say_properties = {"say": text(), "goto": GOTO_SCHEMA, "only_if": ref("guard"), **EFFECT_PROPERTIES}
    run_properties = {"run": identifier("Another flow."), "goto": GOTO_SCHEMA, "only_if": ref("guard")}
    return_properties = {"return": text("Words for whoever reads the flow.")}
    kinds = {
        "ask": _question_schema(),
        "run": _state_schema(
            "run", run_properties, ("goto",), "Runs another flow; goes on here if that one returns.", **GUARD_NEEDS_GOTO
        ),
        "return": _state_schema("return", return_properties, (), "Hands back to the flow that ran this one."),
        "outcome": _outcome_schema(),
    }
    say_state = _state_schema(
        "say", say_properties, ("goto",), "Says its piece and goes on by itself.", **GUARD_NEEDS_GOTO
    )
    is_say_state: Schema = {"required": ["say"], "not": {"required": ["outcome"]}}
    return {
        "type": "object",
        "properties": {
            kind: {"description": state["description"]} for kind, state in {**kinds, "say": say_state}.items()
        },
        "anyOf": [{"required": [kind]} for kind in (*kinds, "say")],
        "allOf": [
            *({"if": {"required": [kind]}, "then": state} for kind, state in kinds.items()),
            {"if": is_say_state, "then": say_state},
        ],
    }


def _rule_schema() -> Schema:
    """Return the schema of a rule."""
    properties = {
        "when": ref("guard"),
        "why": text("Why, and which red flag."),
        "goto": GOTO_SCHEMA,
        **EFFECT_PROPERTIES,
    }
    return table(properties, ("when", "why"), anyOf=[{"required": [key]} for key in RULE_EFFECT_KEYS])


DEFINITIONS: dict[str, Schema] = {
    "guard": guard_schema(qualified=False),
    "rule": _rule_schema(),
    "state": _any_state_schema(),
    "signature": SIGNATURE_SCHEMA,
    "silence": SUPPRESSION_SCHEMA,
}
