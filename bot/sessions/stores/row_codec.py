"""The codec of a row's plaintext: the chat in its first line, and then the record's text."""


def written(chat: str, text: str) -> bytes:
    """Return the plaintext of a row."""
    return f"{chat}\n{text}".encode()


def parted(said: bytes) -> tuple[str, str]:
    """Return chat and text of a plaintext; both are empty if it is empty."""
    chat, _, text = said.decode().partition("\n")
    return chat, text
