"""How good input goes bad: bits, lines and letters of it, or the very tree of its JSON, changed by chance."""

import json
from collections.abc import Sequence
from copy import deepcopy
from random import Random
from typing import Any

STRANGE = (
    b"\0", b"\xff", b"\xed\xa0\x80", b"\xc0\xaf", b"\xe2\x80\xae", b"\xef\xbb\xbf", "‏".encode(), "👩‍👩‍👧".encode(),
    b"{0.__class__}", b"{{7*7}}", b"<a href='x'>", b"%s%n", b"../../etc/passwd", b"$(id)", b"'; DROP TABLE chats; --",
    b"&a [*a]", b"!!python/name:os.system x", b"\r\n", b"\t", b"9" * 5000, b"x" * 5000, b"[" * 300, "٣".encode(),
    b"-1", b"0", b"NaN", b"1e999", b"null", b"true", b"~", b"=", b".", b"\\ud800", b"\\", b'"',
)  # fmt: skip
VALUES: tuple[Any, ...] = (
    None, True, False, 0, -1, 1, 7, 2**31, 2**53 + 1, 2**63 - 1, 2**63, -(2**63) - 1, 10**30, 0.5, 1e308, float("nan"),
    float("inf"), "", " ", "x", "0", "-1", "x" * 5000, "\ud800", "\0", "\u202e", "👩‍👩‍👧", "٣", "/start", "/urgent",
    "private", "group", [], {}, [[]], [{}], {"": ""}, [None], {"id": 1}, "g.en...!stop", "not sure", "{0}",
)  # fmt: skip
DEEP = 60


def bent(seed: bytes, others: Sequence[bytes], chance: Random) -> bytes:
    """*seed* after a few accidents, or with a part of one of the *others*."""
    data = seed
    for _ in range(chance.choice((1, 1, 1, 2, 3, 8))):
        data = _once(data, others, chance)
    return data


def _once(data: bytes, others: Sequence[bytes], chance: Random) -> bytes:
    at, end = sorted((chance.randint(0, len(data)), chance.randint(0, len(data))))
    match chance.randrange(9):
        case 0:
            return data[:at]
        case 1:
            return data[:at] + data[end:]
        case 2:
            return data[:end] + data[at:]
        case 3:
            return data[:at] + chance.choice(STRANGE) + data[at:]
        case 4:
            return data[:at] + chance.randbytes(chance.randint(1, 8)) + data[at:]
        case 5:
            other = chance.choice(others)
            return data[:at] + other[at:]  # the two have the same parts in the same places, as rows have
        case 6:
            other = chance.choice(others)
            return data[:at] + other[chance.randint(0, len(other)) :]
        case 7:
            return data[:at] + data[at:end][::-1] + data[end:]
    return data[:at] + bytes([data[at] ^ 1 << chance.randrange(8)]) + data[at + 1 :] if at < len(data) else data


def bent_tree(seed: bytes, others: Sequence[bytes], chance: Random) -> bytes:
    """*seed*, which is JSON, with values of its tree replaced, dropped, doubled, or taken from another."""
    if chance.random() < 0.2:
        return bent(seed, others, chance)
    tree = json.loads(seed)
    for _ in range(chance.choice((1, 1, 1, 2, 4))):
        tree = _changed(tree, chance, lambda: json.loads(chance.choice(others)))
    return json.dumps(tree, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass")


def _changed(tree: Any, chance: Random, other: Any) -> Any:
    """One node of *tree* made another, wherever it is."""
    places = list(_places(tree))
    if not places:
        return deepcopy(chance.choice(VALUES))
    inside, key = chance.choice(places)
    match chance.randrange(7):
        case 0:
            del inside[key]
        case 1 if isinstance(inside, dict):
            inside[chance.choice(("", "id", key.upper(), "update_id", "x" * 99))] = inside.pop(key)
        case 2:
            found = list(_places(other()))  # of another tree, so that nothing comes to lie in itself
            inside[key] = found[chance.randrange(len(found))][0] if found else None
        case 3:
            inside[key] = _nested(inside[key], chance.randint(1, DEEP))
        case 4 if isinstance(inside[key], str):
            inside[key] = bent(inside[key].encode(errors="replace"), [b""], chance).decode("utf-8", "surrogateescape")
        case _:
            inside[key] = deepcopy(chance.choice(VALUES))
    return tree


def _places(tree: Any) -> Any:
    """Every place in *tree* that holds something, as what it lies in and under which key."""
    inside = tree.items() if isinstance(tree, dict) else enumerate(tree) if isinstance(tree, list) else ()
    for key, value in list(inside):
        yield tree, key
        yield from _places(value)


def _nested(value: Any, deep: int) -> Any:
    for _ in range(deep):
        value = [value]
    return value


def bent_lines(seed: bytes, others: Sequence[bytes], chance: Random) -> bytes:
    """*seed*, which has lines, with some of them lost, doubled, swapped, pushed, mistyped or from another file."""
    if chance.random() < 0.3:
        return bent(seed, others, chance)
    lines = seed.split(b"\n")
    for _ in range(chance.randint(1, 5)):
        at, to = chance.randrange(len(lines)), chance.randrange(len(lines))
        match chance.randrange(6):
            case 0 if len(lines) > 1:
                del lines[at]
            case 1:
                lines.insert(to, lines[at])
            case 2:
                lines[at], lines[to] = lines[to], lines[at]
            case 3:
                lines[at] = b" " * chance.randint(0, 9) + lines[at].strip()
            case 4:
                lines[at] = chance.choice(chance.choice(others).split(b"\n"))
            case _:
                lines[at] = bent(lines[at], [b"", lines[to]], chance)
    return b"\n".join(lines)
