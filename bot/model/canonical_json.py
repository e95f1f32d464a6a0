"""Canonical JSON of dataclasses: the same bytes in every process, so that their hash can be stored and compared.

The names of classes and of fields are part of the hash. To rename one of a flow, a page or the phrases voids every
sign-off and the file of remaining questions.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum

HASHED_CLASS_NAMES = {"AnswerIs": "Is", "UrgencyIs": "Reached"}  # renamed since the first sign-off: hashes know these


def canonical_hash(value: object, omitted_fields: Collection[str] = ()) -> str:
    """Return the SHA-256 of *value* in hexadecimal, without the fields named in *omitted_fields*."""
    text = json.dumps(to_json_value(value, omitted_fields), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def to_json_value(value: object, omitted_fields: Collection[str] = ()) -> object:
    """Convert *value* to plain JSON types: sets are sorted, computed fields (`init=False`) left out."""
    if is_dataclass(value) and not isinstance(value, type):
        names = [field.name for field in fields(value) if field.init and field.name not in omitted_fields]
        return {
            "": HASHED_CLASS_NAMES.get(type(value).__name__, type(value).__name__),
            **{name: to_json_value(getattr(value, name), omitted_fields) for name in names},
        }
    match value:
        case Enum():
            return value.name
        case Mapping():
            return {str(key): to_json_value(item, omitted_fields) for key, item in value.items()}
        case frozenset():
            return sorted((to_json_value(item, omitted_fields) for item in value), key=str)
        case range():
            return [value.start, value.stop]
        case tuple() | list():
            return [to_json_value(item, omitted_fields) for item in value]
    return value
