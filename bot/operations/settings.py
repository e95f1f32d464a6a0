"""The settings: the environment variables, read once into one frozen Settings; no other module reads them.

Everything that is wrong is reported at once, in sentences, so that the bot need not be started five times.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

TELEGRAM = "https://api.telegram.org"
NAMES = (
    *("TELEGRAM_TOKEN", "TELEGRAM_API_URL", "SESSION_STORE", "SESSION_KEY", "SESSION_HOURS"),
    *("OPERATOR_NAME", "OPERATOR_CONTACT", "WEBHOOK_URL", "WEBHOOK_SECRET", "WEBHOOK_LISTEN", "METRICS_LISTEN"),
    *("INFORMATION", "CLINICS", "COUNTS", "DRAFTS", "RELEASES", "LOG_LEVEL"),
)
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
MOST_HOURS = 40  # Telegram lets a bot remove messages for 48 hours, and no session may outlive that
ANY_STORE = "SESSION_STORE must be memory:, sqlite:PATH or postgresql://…."
SHORTEST_KEY = 32  # a shorter key could be guessed, and with it every row id computed
YES, NO = ("yes", "true", "1", "on"), ("", "no", "false", "0", "off")
TOKEN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{3,100}")
SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
WEBHOOK_PORTS = (None, 443, 80, 88, 8443)
PLACE = re.compile(r"(?P<host>[^\s/]*):(?P<port>\d{1,5})")


class Secret(str):
    """A secret text whose repr hides it, so that it is in no log and no traceback."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret('…')" if self else "Secret('')"


NO_SECRET = Secret()


class Misconfigured(Exception):
    """Raised with everything that is wrong in the settings, a sentence each."""

    def __init__(self, sentences: list[str]) -> None:
        self.sentences = tuple(sentences)
        super().__init__("\n".join(sentences))


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator decides. *session_keys* are newest first.

    *webhook_listen* is the address that the webhook's proxy connects to, *metrics_listen* the one for metrics and
    health checks; None means that there is no such endpoint.
    """

    token: Secret
    api_url: str = TELEGRAM
    store: str = "memory:"  # a Secret when it was given: an address may hold a password
    keys: tuple[Secret, ...] = ()
    hours: int = 24
    operator_name: str = ""
    operator_contact: str = ""
    webhook_url: str = ""
    webhook_secret: Secret = NO_SECRET
    listen: tuple[str, int] = ("127.0.0.1", 8080)
    metrics: tuple[str, int] | None = None
    information: bool = False  # whether the whole bot asks nothing and only informs
    clinics: str = ""
    counts: str = ""
    drafts: str = ""
    releases: str = ""
    log_level: str = "INFO"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the settings from *environment*; raises SettingsError with all that is wrong in it."""
        given = {name: environment.get(name, "").strip() for name in NAMES}
        unread = list(_no_text(given))
        if wrong := unread + [sentence for name in NAMES for sentence in FAULTS.get(name, _none)(given)]:
            raise Misconfigured(wrong)
        return cls(
            token=Secret(given["TELEGRAM_TOKEN"]),
            api_url=(given["TELEGRAM_API_URL"] or TELEGRAM).rstrip("/").removesuffix("/bot"),
            store=Secret(given["SESSION_STORE"] or ("sqlite:confidante.sqlite" if given["SESSION_KEY"] else "memory:")),
            keys=tuple(map(Secret, keys(given["SESSION_KEY"]))),
            hours=int(given["SESSION_HOURS"] or 24),
            operator_name=given["OPERATOR_NAME"],
            operator_contact=given["OPERATOR_CONTACT"],
            webhook_url=given["WEBHOOK_URL"],
            webhook_secret=Secret(given["WEBHOOK_SECRET"]),
            listen=_place(given["WEBHOOK_LISTEN"] or "127.0.0.1:8080"),
            metrics=_place(given["METRICS_LISTEN"]) if given["METRICS_LISTEN"] else None,
            information=is_yes(given["INFORMATION"]),
            clinics=given["CLINICS"],
            counts=given["COUNTS"],
            drafts=given["DRAFTS"],
            releases=given["RELEASES"],
            log_level=given["LOG_LEVEL"].upper() or "INFO",
        )


Given = Mapping[str, str]


def is_yes(word: str) -> bool:
    """Whether *word* is one of the words for yes."""
    return word.strip().lower() in YES


def keys(text: str) -> list[str]:
    """Split the comma-separated value of SESSION_KEY."""
    return [key.strip() for key in text.split(",") if key.strip()]


def password(address: str) -> str:
    """Return the password in the address of a database; "" if it has none."""
    return urlsplit(address).password or "" if "://" in address else ""


def _place(text: str) -> tuple[str, int]:
    """Split `host:port`."""
    host, _, port = text.rpartition(":")
    return host.strip("[]") or "0.0.0.0", int(port)  # noqa: S104  an empty host means: on every address


# ---- what can be wrong, variable by variable; no sentence repeats a value that could be a secret


def _none(_: Given) -> Iterator[str]:
    """Yield no message: the check for variables that can not be wrong."""
    yield from ()


def _no_text(given: dict[str, str]) -> Iterator[str]:
    """Yield a message for each value that is not UTF-8, and replace its wrong bytes by question marks."""
    for name, value in given.items():
        given[name] = value.encode(errors="replace").decode()
        if given[name] != value:
            yield f"{name} holds bytes that are no text: it must be UTF-8."


def _token(given: Given) -> Iterator[str]:
    """Yield what is wrong with TELEGRAM_TOKEN."""
    if not given["TELEGRAM_TOKEN"]:
        yield "TELEGRAM_TOKEN is not set. @BotFather in Telegram gives you one."
    elif not TOKEN.fullmatch(given["TELEGRAM_TOKEN"]):
        yield "TELEGRAM_TOKEN does not look like a token: a number, a colon, and some 35 letters."


def _url(given: Given) -> Iterator[str]:
    """Yield what is wrong with TELEGRAM_API_URL."""
    if given["TELEGRAM_API_URL"] and not _is_link(given["TELEGRAM_API_URL"], "http", "https"):
        yield "TELEGRAM_API_URL must be an address that begins with http:// or https://."


def _is_link(text: str, *schemes: str) -> bool:
    """Whether *text* is an address with a host and one of *schemes*."""
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _store(given: Given) -> Iterator[str]:
    """Yield what is wrong with SESSION_STORE."""
    kind, colon, rest = given["SESSION_STORE"].partition(":")
    if kind not in ("", "memory", "sqlite", "postgresql", "postgres") or (colon and not kind):
        yield ANY_STORE
    elif kind == "memory" and rest:
        yield "SESSION_STORE memory: takes no path."
    elif kind == "sqlite" and not rest:
        yield "SESSION_STORE sqlite: needs the path of its file, as in sqlite:confidante.sqlite."
    elif kind.startswith("postgres") and not _is_link(given["SESSION_STORE"], kind):
        yield "SESSION_STORE must be an address such as postgresql://user:password@host/database?sslmode=verify-full."
    elif kind not in ("", "memory") and not given["SESSION_KEY"]:
        yield "SESSION_STORE keeps conversations on disk, and so SESSION_KEY must be set."


def _key(given: Given) -> Iterator[str]:
    """Yield what is wrong with the keys in SESSION_KEY."""
    for number, key in enumerate(keys(given["SESSION_KEY"]), 1):
        if len(key.encode()) < SHORTEST_KEY:
            yield (
                f"SESSION_KEY: key {number} has fewer than {SHORTEST_KEY} bytes. "
                'Make one with: python -c "import secrets; print(secrets.token_urlsafe(32))"'
            )
    if given["SESSION_KEY"] and not keys(given["SESSION_KEY"]):
        yield "SESSION_KEY holds no key, only commas."


def _hours(given: Given) -> Iterator[str]:
    """Yield what is wrong with SESSION_HOURS."""
    text = given["SESSION_HOURS"]
    if text and not (text.isascii() and text.isdecimal() and len(text) < 9 and 1 <= int(text) <= MOST_HOURS):
        yield f"SESSION_HOURS must be a whole number from 1 to {MOST_HOURS}."


def _text(name: str) -> Callable[[Given], Iterator[str]]:
    """Return a check for a variable that holds one line about the operator."""

    def fault(given: Given) -> Iterator[str]:
        """Yield what is wrong with the variable *name*."""
        if len(given[name]) > 200 or set("{}\n\r") & set(given[name]):
            yield f"{name} must be one line of at most 200 characters, without braces."

    return fault


def _webhook(given: Given) -> Iterator[str]:
    """Yield what is wrong with WEBHOOK_URL, or missing beside it."""
    url = given["WEBHOOK_URL"]
    own = not given["TELEGRAM_API_URL"]  # a Bot API server of the operator's own may accept any address
    if url and not (_is_link(url, "https") if own else _is_link(url, "https", "http")):
        yield "WEBHOOK_URL must be the https:// address at which Telegram reaches this bot."
    elif url and own and urlsplit(url).port not in WEBHOOK_PORTS:
        yield "WEBHOOK_URL has a port that Telegram does not call: it may be 443 (or none), 80, 88 or 8443."
    if url and not given["WEBHOOK_SECRET"]:
        yield "WEBHOOK_URL is set, and so WEBHOOK_SECRET must be: without it anybody could send the bot updates."


def _secret(given: Given) -> Iterator[str]:
    """Yield what is wrong with WEBHOOK_SECRET."""
    if given["WEBHOOK_SECRET"] and not SECRET.fullmatch(given["WEBHOOK_SECRET"]):
        yield "WEBHOOK_SECRET may have 1 to 256 letters, digits, _ and -, and nothing else."


def _information(given: Given) -> Iterator[str]:
    """Yield what is wrong with INFORMATION."""
    if given["INFORMATION"].lower() not in YES + NO:
        yield "INFORMATION must be yes or no."


def _listen(name: str, example: str) -> Callable[[Given], Iterator[str]]:
    """Return a check for a variable that holds a host and a port to listen at."""

    def fault(given: Given) -> Iterator[str]:
        """Yield what is wrong with the variable *name*."""
        found = PLACE.fullmatch(given[name])
        if given[name] and not (found and 0 < int(found["port"]) < 65536):
            yield f"{name} must be a host and a port, as in {example}."
        if given[name] and [given["WEBHOOK_LISTEN"], given["METRICS_LISTEN"]].count(given[name]) > 1:
            yield f"{name} is another one's place too: the webhook and the metrics listen at different ports."

    return fault


def _level(given: Given) -> Iterator[str]:
    """Yield what is wrong with LOG_LEVEL."""
    if given["LOG_LEVEL"] and given["LOG_LEVEL"].upper() not in LEVELS:
        yield f"LOG_LEVEL must be one of {', '.join(LEVELS)}."


FAULTS: Mapping[str, Callable[[Given], Iterator[str]]] = {
    "TELEGRAM_TOKEN": _token,
    "TELEGRAM_API_URL": _url,
    "SESSION_STORE": _store,
    "SESSION_KEY": _key,
    "SESSION_HOURS": _hours,
    "OPERATOR_NAME": _text("OPERATOR_NAME"),
    "OPERATOR_CONTACT": _text("OPERATOR_CONTACT"),
    "WEBHOOK_URL": _webhook,
    "WEBHOOK_SECRET": _secret,
    "WEBHOOK_LISTEN": _listen("WEBHOOK_LISTEN", "127.0.0.1:8080"),
    "METRICS_LISTEN": _listen("METRICS_LISTEN", "127.0.0.1:9090"),
    "INFORMATION": _information,
    "LOG_LEVEL": _level,
}
