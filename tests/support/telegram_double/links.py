"""Which links Telegram lets through: http, https and its own, to a host that could exist."""

from urllib.parse import urlsplit

_OWN = ("tg", "ton", "tonsite")


def wrong_link(url: str) -> str:
    """Why Telegram refuses *url*; nothing when it does not."""
    if not url:
        return "URL is empty"
    scheme, colon, _ = url.partition(":")
    if scheme.lower() in _OWN and colon:
        return ""
    if "://" in url and scheme.lower() not in ("http", "https"):
        return "Unsupported URL protocol"
    try:
        parts = urlsplit(url if "://" in url else f"http://{url}")
        host = parts.hostname or ""
        _ = parts.port
    except ValueError:
        return "Wrong HTTP URL"
    fine = "." in host.strip(".") and not any(sign.isspace() for sign in url)
    return "" if fine and not parts.username else "Wrong HTTP URL"
