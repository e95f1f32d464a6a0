"""The parts that all schemas are made of: texts, names, urgencies, guards. They never reject what the parser accepts.

Editors read `yes` and `12` as booleans and numbers, and the parser takes every scalar as it was typed. So where a text
is wanted, any scalar is allowed; patterns apply to those that are strings.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.authoring.parsing.parse_context import KNOWN_PLACEHOLDERS, RESERVED_NAMES
from bot.authoring.parsing.readers.guards import URGENCY_BY_WORD

Schema = dict[str, Any]

JSON_SCHEMA_DIALECT = "https://json-schema.org/draft/2020-12/schema"
SCALAR_TYPES = ["string", "number", "boolean"]
KNOWN_PLACEHOLDER_PATTERN = "|".join(sorted(KNOWN_PLACEHOLDERS))
SOON_PATTERN = "soon 0?([1-9]|1[0-4]) days?"
PLAIN_URGENCY_WORDS = [one_of for one_of in URGENCY_BY_WORD if one_of not in ("soon", "emergency")]


def scalar(description: str = "", **keywords: Any) -> Schema:
    """Return the schema of any scalar: string, number or boolean."""
    return {"type": SCALAR_TYPES, **({"description": description} if description else {}), **keywords}


def text(description: str = "", allow_placeholders: bool = True) -> Schema:
    """Return the schema of a text that is not empty; it may hold the placeholders that flows and pages know."""
    placeholder = rf"\{{({KNOWN_PLACEHOLDER_PATTERN})\}}|" if allow_placeholders else ""
    return scalar(description, pattern=rf"^({placeholder}[^{{}}])*$", allOf=[{"pattern": r"\S"}])


def any_text(description: str = "") -> Schema:
    """Return the schema of one of the bot's own texts; any placeholder is allowed."""
    return scalar(description, pattern=r"^(\{[a-z][a-z0-9_]*\}|[^{}])*$", allOf=[{"pattern": r"\S"}])


def optional_text(description: str = "") -> Schema:
    """Return the schema of a text that may be empty."""
    return {"type": [*SCALAR_TYPES, "null"], **({"description": description} if description else {})}


def short_text(max_length: int, description: str = "") -> Schema:
    """Return the schema of a text of at most *max_length* characters, without placeholders."""
    return {
        **text(description, allow_placeholders=False),
        "allOf": [{"pattern": rf"^\s*\S([\s\S]{{0,{max_length - 2}}}\S)?\s*$"}],
    }


def identifier(description: str = "") -> Schema:
    """Return the schema of an identifier: lower-case letters, digits and underscores, not reserved."""
    return scalar(description, pattern="^[a-z][a-z0-9_]*$", **{"not": {"enum": sorted(RESERVED_NAMES)}})


def matching(pattern: str, description: str = "") -> Schema:
    """Return the schema of a scalar that matches *pattern* as a whole."""
    return scalar(description, pattern=f"^({pattern})$")


def word(values: Iterable[str | bool], description: str = "") -> Schema:
    """Return the schema of a scalar that is one of *values*."""
    return {"enum": list(values), **({"description": description} if description else {})}


def yes_or_no(description: str = "") -> Schema:
    """Return the schema of a yes-or-no value."""
    return word(("yes", "no", "true", "false", True, False), description)


DATE_SCHEMA: Schema = scalar("A day, such as 2026-11-22.", pattern=r"^\d{4}-?(\d{2}-?\d{2}|W\d{2}-?\d)$")
SOURCE_CODE_SCHEMA: Schema = matching(r"S\d{2,3}", "A code of content/sources.yaml.")
URGENCY_SCHEMA: Schema = word(URGENCY_BY_WORD, "How soon care is needed.")
ENDING_SCHEMA: Schema = scalar(
    "How soon: soon says within how many days.", pattern=f"^({'|'.join(PLAIN_URGENCY_WORDS)}|emergency|{SOON_PATTERN})$"
)
FLOOR_SCHEMA: Schema = scalar(
    "The ending is at least this urgent. An emergency is reached by goto.",
    pattern=f"^({'|'.join(PLAIN_URGENCY_WORDS)}|{SOON_PATTERN})$",
)
REVIEW_SCHEMA: Schema = {
    "description": "Empty until somebody signs: python -m bot sign.",
    "anyOf": [{"type": "null"}, {"const": ""}, {"$ref": "#/$defs/signature"}],
}


def one_or_array_of(items: Schema, description: str = "") -> Schema:
    """Return the schema of one item, or of a list with at least one."""
    return {
        "anyOf": [items, {"type": "array", "minItems": 1, "items": items}],
        **({"description": description} if description else {}),
    }


def array_of(items: Schema, description: str = "") -> Schema:
    """Return the schema of a list with at least one item."""
    return {"type": "array", "minItems": 1, "items": items, **({"description": description} if description else {})}


def table(
    properties: Mapping[str, Schema], required: Iterable[str] = (), description: str = "", **keywords: Any
) -> Schema:
    """Return the schema of a table that may hold only the keys in *properties*."""
    return {
        "type": "object",
        **({"description": description} if description else {}),
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
        **keywords,
    }


def table_of(values: Schema, keys: Schema | None = None, description: str = "", **keywords: Any) -> Schema:
    """Return the schema of a table whose keys the author chooses."""
    return {
        "type": "object",
        **({"description": description} if description else {}),
        **({"propertyNames": keys} if keys else {}),
        "additionalProperties": values,
        **keywords,
    }


def ref(part: str) -> Schema:
    """Return a reference to a definition in the same schema."""
    return {"$ref": f"#/$defs/{part}"}


QUANTIFIER_PATTERN = r"^(any of|all of|at least \d{1,2} of)$"
COUNTED_QUANTIFIERS = {f"^at least 0?{count} of$": {"type": "array", "minItems": count} for count in range(2, 10)}
ANSWERS_SCHEMA = one_or_array_of({"type": [*SCALAR_TYPES, "null"]}, "One of these answers.")


def guard_schema(qualified: bool) -> Schema:
    """Return the schema of a guard; in a *qualified* one each question is named with its flow."""
    properties: dict[str, Schema] = {"not": ref("guard")}
    if not qualified:
        properties["urgency"] = one_or_array_of(URGENCY_SCHEMA, "How high the floor stands so far.")
    key_names: Schema = {
        "propertyNames": {"anyOf": [{"pattern": QUANTIFIER_PATTERN}, {"const": "not"}, {"pattern": r"^.*\..*$"}]}
    }
    return {
        "type": "object",
        "description": "A table; every line must hold.",
        "minProperties": 1,
        "properties": properties,
        "patternProperties": {QUANTIFIER_PATTERN: array_of(ref("guard")), **COUNTED_QUANTIFIERS},
        "additionalProperties": ANSWERS_SCHEMA,
        **(key_names if qualified else {}),
    }


SIGNATURE_SCHEMA = table(
    {key: text(allow_placeholders=False) for key in ("by", "role", "of")} | {"on": DATE_SCHEMA, "due": DATE_SCHEMA},
    ("by", "role", "on", "due", "of"),
)
SUPPRESSION_SCHEMA = table(
    {"rule": text(allow_placeholders=False), "words": any_text(), "why": text(allow_placeholders=False)},
    ("rule", "words", "why"),
    "A rule of speech that is wrong about certain words, and why.",
)
