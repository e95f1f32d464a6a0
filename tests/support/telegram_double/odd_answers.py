"""Answers that are not Telegram's, or that say nothing clear: what each shape looks like on the line."""

import itertools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

HTML_PAGE = b"<html><head><title>Bad Gateway</title></head><body>nginx</body></html>"
DEPTH = 100_000
_DEEP = b"[" * DEPTH + b"]" * DEPTH
_NO_BODY = frozenset({204, 205, 304})  # HTTP allows no body with these


@dataclass(frozen=True, slots=True)
class Odd:
    """An answer of a *shape* that is no clear word of Telegram's, under any HTTP *code* from 200 to 999.

    Telegram's own answer is an object: `ok` true with `result`, or `ok` false with `error_code` and `description`.
    All else comes from what lies between: a gateway, a captive portal, a connection that ended early. Then nobody
    knows whether the request was carried out; *after* says that it was. Without a code each shape has its usual one.
    `retry_after` goes with the shape "flood" and is whatever a test likes: 0, -1, "soon", None, 10**9. The shape
    "any" is one of all, drawn anew for each call by the seed.
    """

    shape: str = "html"
    code: int | None = None
    after: bool = False
    retry_after: Any = 1

    def __post_init__(self) -> None:
        assert self.shape == "any" or self.shape in SHAPES, f"no shape {self.shape}; there are {', '.join(SHAPES)}"
        assert self.code is None or 200 <= self.code <= 999, "an HTTP status that ends a request"

    def answer(self, method: str, carried_out: bytes) -> tuple[int, bytes]:
        """The status and the body; *carried_out* is the right body when the request was carried out, else empty."""
        shape = SHAPES[self.shape]
        code = shape.code if self.code is None else self.code
        right = carried_out or json.dumps({"ok": True, "result": _invented(method)}).encode()
        body = b"" if code in _NO_BODY else shape.body(self, code, right)
        return code, body


@dataclass(frozen=True, slots=True)
class _Shape:
    code: int
    body: Callable[[Odd, int, bytes], bytes]


def _raw(code: int, body: bytes) -> _Shape:
    return _Shape(code, lambda odd, code, right: body)


def _json(code: int, value: Any) -> _Shape:
    return _raw(code, json.dumps(value).encode())


def _error(code: int, description: str) -> _Shape:
    """An error in the form of Telegram's own, with the code that goes out."""
    return _Shape(
        code,
        lambda odd, code, right: json.dumps({"ok": False, "error_code": code, "description": description}).encode(),
    )


def _result(change: Callable[[Any], Any]) -> _Shape:
    return _Shape(
        200,
        lambda odd, code, right: json.dumps({"ok": True, "result": change(json.loads(right).get("result"))}).encode(),
    )


def _flood(odd: Odd, code: int, right: bytes) -> bytes:
    said = {"ok": False, "error_code": code, "description": f"Too Many Requests: retry after {odd.retry_after}"}
    return json.dumps(said | {"parameters": {"retry_after": odd.retry_after}}).encode()


def _ids_as_text(value: Any) -> Any:
    match value:
        case dict():
            ids = ("message_id", "update_id", "id")
            return {k: str(v) if k in ids else _ids_as_text(v) for k, v in value.items()}
        case list():
            return [_ids_as_text(item) for item in value]
        case _:
            return value


def _invented(method: str) -> Any:
    """What the result of *method* could look like when nothing was carried out."""
    user = {"id": 4_242_424_242, "is_bot": True, "first_name": "Bot", "username": "some_bot"}
    match method:
        case "getMe":
            return user
        case "getUpdates":
            return [{"update_id": 1}]
        case "getWebhookInfo":
            return {"url": "", "has_custom_certificate": False, "pending_update_count": 0}
        case "sendMessage" | "sendContact" | "editMessageText" | "editMessageReplyMarkup":
            return {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}, "from": user, "text": "x"}
        case _:
            return True


SHAPES: dict[str, _Shape] = {
    # no JSON object
    "html": _raw(502, HTML_PAGE),
    "empty": _raw(200, b""),
    "cut": _Shape(200, lambda odd, code, right: right[: max(1, len(right) // 2)]),
    "not_utf8": _raw(200, b"\xff\xfe\x00{"),
    "deep": _raw(200, _DEEP),
    "null": _json(200, None),
    "list": _json(200, []),
    "text": _json(200, "ok"),
    "number": _json(200, 200),
    # an object, but no answer of Telegram's
    "empty_object": _json(200, {}),
    "not_ok": _json(400, {"ok": False}),
    "not_ok_200": _json(200, {"ok": False}),
    "gateway_error": _json(502, {"error": "upstream request failed"}),
    "gateway_message": _json(403, {"message": "Forbidden"}),
    "gateway_ok_false": _json(404, {"ok": False, "error": "no route"}),
    "no_result": _json(200, {"ok": True}),
    "no_description": _Shape(400, lambda odd, code, right: json.dumps({"ok": False, "error_code": code}).encode()),
    "no_error_code": _json(400, {"ok": False, "description": "Bad Request: chat not found"}),
    # wrong types
    "ok_text": _json(200, {"ok": "true", "result": "true"}),
    "error_code_text": _json(400, {"ok": False, "error_code": "400", "description": "Bad Request: chat not found"}),
    "description_list": _json(400, {"ok": False, "error_code": 400, "description": ["chat not found"]}),
    "deep_result": _raw(200, b'{"ok":true,"result":' + _DEEP + b"}"),
    "result_null": _result(lambda right: None),
    "result_text": _result(lambda right: "done"),
    "result_number": _result(lambda right: 7),
    "result_list": _result(lambda right: [None, 7, "x", {}]),
    "result_object": _result(lambda right: {}),
    "ids_text": _result(_ids_as_text),
    # of Telegram's own form
    "right": _Shape(200, lambda odd, code, right: right),  # under another code, say 500
    "unauthorized": _error(401, "Unauthorized"),  # a token that was revoked
    "not_found": _error(404, "Not Found"),  # a token that is none, or an unknown method
    "flood": _Shape(429, _flood),
    "flood_bare": _error(429, "Too Many Requests: retry later"),  # no parameters at all
}

RETRY_AFTERS: tuple[Any, ...] = (0, -1, 1.5, "", "soon", "3", None, True, [], 10**9, 10**30)
GATEWAY_CODES = (403, 404, 408, 413, 502)


def odd_answers(after: bool = False) -> list[Odd]:
    """Every shape under its usual code, gateways' JSON under all of theirs, and every `retry_after`."""
    plain = [Odd(shape, after=after) for shape in SHAPES if shape not in ("flood", "right")]
    pairs = itertools.product(("gateway_error", "gateway_message"), GATEWAY_CODES)
    gateways = [Odd(shape, code, after) for shape, code in pairs]
    return plain + gateways + [Odd("flood", after=after, retry_after=wait) for wait in RETRY_AFTERS]
