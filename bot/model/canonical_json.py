"""Canonical JSON of dataclasses: the same bytes in every process, so that their hash can be stored and compared.

The names of classes and of fields are part of the hash. To rename one of a flow, a page or the phrases voids every
sign-off and the file of remaining questions.
"""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum


def digest(thing: object, without: Collection[str] = ()) -> str:
    """Return the SHA-256 of *value* in hexadecimal, without the fields named in *omitted_fields*."""
    text = json.dumps(plain(thing, without), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def plain(thing: object, without: Collection[str] = ()) -> object:
    """Convert *value* to plain JSON types: sets are sorted, computed fields (`init=False`) left out."""
    if is_dataclass(thing) and not isinstance(thing, type):
        kept = [field.name for field in fields(thing) if field.init and field.name not in without]
        return {"": type(thing).__name__, **{name: plain(getattr(thing, name), without) for name in kept}}
    match thing:
        case Enum():
            return thing.name
        case Mapping():
            return {str(key): plain(inside, without) for key, inside in thing.items()}
        case frozenset():
            return sorted((plain(inside, without) for inside in thing), key=str)
        case range():
            return [thing.start, thing.stop]
        case tuple() | list():
            return [plain(inside, without) for inside in thing]
    return thing
