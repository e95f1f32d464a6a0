"""Things of ours as JSON that is the same in every process, so that a hash of them can be kept and compared."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum


def digest(thing: object, without: Collection[str] = ()) -> str:
    """The SHA-256 of *thing*, but for the fields whose names are in *without*, in hexadecimal."""
    text = json.dumps(plain(thing, without), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def plain(thing: object, without: Collection[str] = ()) -> object:
    """*thing* as JSON knows it: what has no order of its own is sorted, and what follows from the rest is left out."""
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
