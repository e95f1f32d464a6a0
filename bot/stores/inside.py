"""What a row says once it is opened: whose it is, in its first line, and then its text."""


def written(chat: str, text: str) -> bytes:
    return f"{chat}\n{text}".encode()


def parted(said: bytes) -> tuple[str, str]:
    """Chat and text; both are empty where nothing is said."""
    chat, _, text = said.decode().partition("\n")
    return chat, text
