"""A multipart form, taken apart."""

from email.parser import BytesParser
from email.policy import HTTP
from typing import Any


def multipart(kind: str, body: bytes) -> dict[str, Any]:
    """The fields of the form; a file counts as its bytes."""
    whole = BytesParser(policy=HTTP).parsebytes(b"content-type: " + kind.encode() + b"\r\n\r\n" + body)
    fields: dict[str, Any] = {}
    for part in whole.iter_parts():
        name = part.get_param("name", header="content-disposition")
        content = part.get_payload(decode=True)
        if not isinstance(name, str) or not isinstance(content, bytes):
            raise ValueError("not a form")
        fields[name] = content if part.get_filename() else content.decode()
    return fields
