"""The codec of a row's plaintext: the chat in its first line, and then the record's text."""


def encode_row(chat: str, text: str) -> bytes:
    """Return the plaintext of a row."""
    return f"{chat}\n{text}".encode()


def decode_row(plaintext: bytes) -> tuple[str, str]:
    """Return chat and text of a plaintext; both are empty if it is empty."""
    chat, _, text = plaintext.decode().partition("\n")
    return chat, text
