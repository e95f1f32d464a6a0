"""The parts that all schemas are made of: texts, names, urgencies, guards. They never reject what the parser accepts.

Editors read `yes` and `12` as booleans and numbers, and the parser takes every scalar as it was typed. So where a text
is wanted, any scalar is allowed; patterns apply to those that are strings.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.authoring.parsing.parse_context import PLACEHOLDERS, RESERVED
from bot.authoring.parsing.readers.guards import WORDS

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"
SCALAR = ["string", "number", "boolean"]
FILLED = "|".join(sorted(PLACEHOLDERS))
DAYS = "soon 0?([1-9]|1[0-4]) days?"
CALM = [word for word in WORDS if word not in ("soon", "emergency")]


def scalar(says: str = "", **more: Any) -> Schema:
    """Return the schema of any scalar: string, number or boolean."""
    return {"type": SCALAR, **({"description": says} if says else {}), **more}


def text(says: str = "", filled: bool = True) -> Schema:
    """Return the schema of a text that is not empty; it may hold the placeholders that flows and pages know."""
    braces = rf"\{{({FILLED})\}}|" if filled else ""
    return scalar(says, pattern=rf"^({braces}[^{{}}])*$", allOf=[{"pattern": r"\S"}])


def any_text(says: str = "") -> Schema:
    """Return the schema of one of the bot's own texts; any placeholder is allowed."""
    return scalar(says, pattern=r"^(\{[a-z][a-z0-9_]*\}|[^{}])*$", allOf=[{"pattern": r"\S"}])


def blank(says: str = "") -> Schema:
    """Return the schema of a text that may be empty."""
    return {"type": [*SCALAR, "null"], **({"description": says} if says else {})}


def short(most: int, says: str = "") -> Schema:
    """Return the schema of a text of at most *max_length* characters, without placeholders."""
    return {**text(says, filled=False), "allOf": [{"pattern": rf"^\s*\S([\s\S]{{0,{most - 2}}}\S)?\s*$"}]}


def name(says: str = "") -> Schema:
    """Return the schema of an identifier: lower-case letters, digits and underscores, not reserved."""
    return scalar(says, pattern="^[a-z][a-z0-9_]*$", **{"not": {"enum": sorted(RESERVED)}})


def named(pattern: str, says: str = "") -> Schema:
    """Return the schema of a scalar that matches *pattern* as a whole."""
    return scalar(says, pattern=f"^({pattern})$")


def word(known: Iterable[str | bool], says: str = "") -> Schema:
    """Return the schema of a scalar that is one of *values*."""
    return {"enum": list(known), **({"description": says} if says else {})}


def flag(says: str = "") -> Schema:
    """Return the schema of a yes-or-no value."""
    return word(("yes", "no", "true", "false", True, False), says)


DAY: Schema = scalar("A day, such as 2026-11-22.", pattern=r"^\d{4}-?(\d{2}-?\d{2}|W\d{2}-?\d)$")
SOURCE: Schema = named(r"S\d{2,3}", "A code of content/sources.yaml.")
URGENCY: Schema = word(WORDS, "How soon care is needed.")
ENDING: Schema = scalar("How soon: soon says within how many days.", pattern=f"^({'|'.join(CALM)}|emergency|{DAYS})$")
FLOOR: Schema = scalar(
    "The ending is at least this urgent. An emergency is reached by goto.", pattern=f"^({'|'.join(CALM)}|{DAYS})$"
)
REVIEW: Schema = {
    "description": "Empty until somebody signs: python -m bot sign.",
    "anyOf": [{"type": "null"}, {"const": ""}, {"$ref": "#/$defs/signature"}],
}


def one_or_more(items: Schema, says: str = "") -> Schema:
    """Return the schema of one item, or of a list with at least one."""
    return {
        "anyOf": [items, {"type": "array", "minItems": 1, "items": items}],
        **({"description": says} if says else {}),
    }


def some(items: Schema, says: str = "") -> Schema:
    """Return the schema of a list with at least one item."""
    return {"type": "array", "minItems": 1, "items": items, **({"description": says} if says else {})}


def table(properties: Mapping[str, Schema], required: Iterable[str] = (), says: str = "", **more: Any) -> Schema:
    """Return the schema of a table that may hold only the keys in *properties*."""
    return {
        "type": "object",
        **({"description": says} if says else {}),
        "properties": dict(properties),
        "required": list(required),
        "additionalProperties": False,
        **more,
    }


def entries(values: Schema, keys: Schema | None = None, says: str = "", **more: Any) -> Schema:
    """Return the schema of a table whose keys the author chooses."""
    return {
        "type": "object",
        **({"description": says} if says else {}),
        **({"propertyNames": keys} if keys else {}),
        "additionalProperties": values,
        **more,
    }


def ref(part: str) -> Schema:
    """Return a reference to a definition in the same schema."""
    return {"$ref": f"#/$defs/{part}"}


SEVERAL = r"^(any of|all of|at least \d{1,2} of)$"
COUNTED = {f"^at least 0?{count} of$": {"type": "array", "minItems": count} for count in range(2, 10)}
ANSWERS = one_or_more({"type": [*SCALAR, "null"]}, "One of these answers.")


def guard(qualified: bool) -> Schema:
    """Return the schema of a guard; in a *qualified* one each question is named with its flow."""
    known: dict[str, Schema] = {"not": ref("guard")}
    if not qualified:
        known["urgency"] = one_or_more(URGENCY, "How high the floor stands so far.")
    others: Schema = {"propertyNames": {"anyOf": [{"pattern": SEVERAL}, {"const": "not"}, {"pattern": r"^.*\..*$"}]}}
    return {
        "type": "object",
        "description": "A table; every line must hold.",
        "minProperties": 1,
        "properties": known,
        "patternProperties": {SEVERAL: some(ref("guard")), **COUNTED},
        "additionalProperties": ANSWERS,
        **(others if qualified else {}),
    }


SIGNATURE = table(
    {key: text(filled=False) for key in ("by", "role", "of")} | {"on": DAY, "due": DAY},
    ("by", "role", "on", "due", "of"),
)
SILENCE = table(
    {"rule": text(filled=False), "words": any_text(), "why": text(filled=False)},
    ("rule", "words", "why"),
    "A rule of speech that is wrong about certain words, and why.",
)
