"""The settings: the environment variables, read once into one frozen Settings; no other module reads them.

Everything that is wrong is reported at once, in sentences, so that the bot need not be started five times.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

DEFAULT_API_URL = "https://api.telegram.org"
VARIABLE_NAMES = (
    *("TELEGRAM_TOKEN", "TELEGRAM_API_URL", "SESSION_STORE", "SESSION_KEY", "SESSION_HOURS"),
    *("OPERATOR_NAME", "OPERATOR_CONTACT", "WEBHOOK_URL", "WEBHOOK_SECRET", "WEBHOOK_LISTEN", "METRICS_LISTEN"),
    *("INFORMATION", "CLINICS", "COUNTS", "DRAFTS", "RELEASES", "LOG_LEVEL"),
)
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
MAX_SESSION_HOURS = 40  # Telegram lets a bot remove messages for 48 hours, and no session may outlive that
STORE_MESSAGE = "SESSION_STORE must be memory:, sqlite:PATH or postgresql://…."
MIN_KEY_BYTES = 32  # a shorter key could be guessed, and with it every row id computed
YES_WORDS, NO_WORDS = ("yes", "true", "1", "on"), ("", "no", "false", "0", "off")
TOKEN_PATTERN = re.compile(r"\d{1,20}:[A-Za-z0-9_-]{3,100}")
WEBHOOK_SECRET_PATTERN = re.compile(r"[A-Za-z0-9_-]{1,256}")
WEBHOOK_PORTS = (None, 443, 80, 88, 8443)
HOST_PORT_PATTERN = re.compile(r"(?P<host>[^\s/]*):(?P<port>\d{1,5})")


class Secret(str):
    """A secret text whose repr hides it, so that it is in no log and no traceback."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Secret('…')" if self else "Secret('')"


NO_SECRET = Secret()


class SettingsError(Exception):
    """Raised with everything that is wrong in the settings, a sentence each."""

    def __init__(self, messages: list[str]) -> None:
        self.messages = tuple(messages)
        super().__init__("\n".join(messages))


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator decides. *session_keys* are newest first.

    *webhook_listen* is the address that the webhook's proxy connects to, *metrics_listen* the one for metrics and
    health checks; None means that there is no such endpoint.
    """

    token: Secret
    api_url: str = DEFAULT_API_URL
    store: str = "memory:"  # a Secret when it was given: an address may hold a password
    session_keys: tuple[Secret, ...] = ()
    session_hours: int = 24
    operator_name: str = ""
    operator_contact: str = ""
    webhook_url: str = ""
    webhook_secret: Secret = NO_SECRET
    webhook_listen: tuple[str, int] = ("127.0.0.1", 8080)
    metrics_listen: tuple[str, int] | None = None
    information_only: bool = False  # whether the whole bot asks nothing and only informs
    clinics_file: str = ""
    statistics_file: str = ""
    drafts_folder: str = ""
    releases_folder: str = ""
    log_level: str = "INFO"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Read the settings from *environment*; raises SettingsError with all that is wrong in it."""
        variables = {name: environment.get(name, "").strip() for name in VARIABLE_NAMES}
        encoding_faults = list(_encoding_faults(variables))
        if messages := encoding_faults + [
            message for name in VARIABLE_NAMES for message in FAULT_CHECKS.get(name, _no_faults)(variables)
        ]:
            raise SettingsError(messages)
        return cls(
            token=Secret(variables["TELEGRAM_TOKEN"]),
            api_url=(variables["TELEGRAM_API_URL"] or DEFAULT_API_URL).rstrip("/").removesuffix("/bot"),
            store=Secret(
                variables["SESSION_STORE"] or ("sqlite:confidante.sqlite" if variables["SESSION_KEY"] else "memory:")
            ),
            session_keys=tuple(map(Secret, split_keys(variables["SESSION_KEY"]))),
            session_hours=int(variables["SESSION_HOURS"] or 24),
            operator_name=variables["OPERATOR_NAME"],
            operator_contact=variables["OPERATOR_CONTACT"],
            webhook_url=variables["WEBHOOK_URL"],
            webhook_secret=Secret(variables["WEBHOOK_SECRET"]),
            webhook_listen=_parse_host_port(variables["WEBHOOK_LISTEN"] or "127.0.0.1:8080"),
            metrics_listen=_parse_host_port(variables["METRICS_LISTEN"]) if variables["METRICS_LISTEN"] else None,
            information_only=is_yes(variables["INFORMATION"]),
            clinics_file=variables["CLINICS"],
            statistics_file=variables["COUNTS"],
            drafts_folder=variables["DRAFTS"],
            releases_folder=variables["RELEASES"],
            log_level=variables["LOG_LEVEL"].upper() or "INFO",
        )


Variables = Mapping[str, str]


def is_yes(word: str) -> bool:
    """Whether *word* is one of the words for yes."""
    return word.strip().lower() in YES_WORDS


def split_keys(text: str) -> list[str]:
    """Split the comma-separated value of SESSION_KEY."""
    return [key.strip() for key in text.split(",") if key.strip()]


def database_password(address: str) -> str:
    """Return the password in the address of a database; "" if it has none."""
    return urlsplit(address).password or "" if "://" in address else ""


def _parse_host_port(text: str) -> tuple[str, int]:
    """Split `host:port`."""
    host, _, port = text.rpartition(":")
    return host.strip("[]") or "0.0.0.0", int(port)  # noqa: S104  an empty host means: on every address


# ---- what can be wrong, variable by variable; no sentence repeats a value that could be a secret


def _no_faults(_: Variables) -> Iterator[str]:
    """Yield no message: the check for variables that can not be wrong."""
    yield from ()


def _encoding_faults(variables: dict[str, str]) -> Iterator[str]:
    """Yield a message for each value that is not UTF-8, and replace its wrong bytes by question marks."""
    for name, value in variables.items():
        variables[name] = value.encode(errors="replace").decode()
        if variables[name] != value:
            yield f"{name} holds bytes that are no text: it must be UTF-8."


def _token_faults(variables: Variables) -> Iterator[str]:
    """Yield what is wrong with TELEGRAM_TOKEN."""
    if not variables["TELEGRAM_TOKEN"]:
        yield "TELEGRAM_TOKEN is not set. @BotFather in Telegram gives you one."
    elif not TOKEN_PATTERN.fullmatch(variables["TELEGRAM_TOKEN"]):
        yield "TELEGRAM_TOKEN does not look like a token: a number, a colon, and some 35 letters."


def _api_url_faults(variables: Variables) -> Iterator[str]:
    """Yield what is wrong with TELEGRAM_API_URL."""
    if variables["TELEGRAM_API_URL"] and not _is_link(variables["TELEGRAM_API_URL"], "http", "https"):
        yield "TELEGRAM_API_URL must be an address that begins with http:// or https://."


def _is_link(text: str, *schemes: str) -> bool:
    """Whether *text* is an address with a host and one of *schemes*."""
    try:
        parts = urlsplit(text)
        return parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def _store_faults(variables: Variables) -> Iterator[str]:
    """Yield what is wrong with SESSION_STORE."""
    kind, colon, rest = variables["SESSION_STORE"].partition(":")
    if kind not in ("", "memory", "sqlite", "postgresql", "postgres") or (colon and not kind):
        yield STORE_MESSAGE
    elif kind == "memory" and rest:
        yield "SESSION_STORE memory: takes no path."
    elif kind == "sqlite" and not rest:
        yield "SESSION_STORE sqlite: needs the path of its file, as in sqlite:confidante.sqlite."
    elif kind.startswith("postgres") and not _is_link(variables["SESSION_STORE"], kind):
        yield "SESSION_STORE must be an address such as postgresql://user:password@host/database?sslmode=verify-full."
    elif kind not in ("", "memory") and not variables["SESSION_KEY"]:
        yield "SESSION_STORE keeps conversations on disk, and so SESSION_KEY must be set."


def _key_faults(variables: Variables) -> Iterator[str]:
    """Yield what is wrong with the keys in SESSION_KEY."""
    for number, key in enumerate(split_keys(variables["SESSION_KEY"]), 1):
        if len(key.encode()) < MIN_KEY_BYTES:
            yield (
                f"SESSION_KEY: key {number} has fewer than {MIN_KEY_BYTES} bytes. "
                'Make one with: python -c "import secrets; print(secrets.token_urlsafe(32))"'
            )
    if variables["SESSION_KEY"] and not split_keys(variables["SESSION_KEY"]):
        yield "SESSION_KEY holds no key, only commas."


def _hours_faults(variables: Variables) -> Iterator[str]:
    """Yield what is wrong with SESSION_HOURS."""
    text = variables["SESSION_HOURS"]
    if text and not (text.isascii() and text.isdecimal() and len(text) < 9 and 1 <= int(text) <= MAX_SESSION_HOURS):
        yield f"SESSION_HOURS must be a whole number from 1 to {MAX_SESSION_HOURS}."


def _operator_text_check(name: str) -> Callable[[Variables], Iterator[str]]:
    """Return a check for a variable that holds one line about the operator."""

    def find_faults(variables: Variables) -> Iterator[str]:
        """Yield what is wrong with the variable *name*."""
        if len(variables[name]) > 200 or set("{}\n\r") & set(variables[name]):
            yield f"{name} must be one line of at most 200 characters, without braces."

    return find_faults


def _webhook_faults(variables: Variables) -> Iterator[str]:
    """Yield what is wrong with WEBHOOK_URL, or missing beside it."""
    url = variables["WEBHOOK_URL"]
    is_public_api = not variables["TELEGRAM_API_URL"]  # a Bot API server of the operator's own may accept any address
    if url and not (_is_link(url, "https") if is_public_api else _is_link(url, "https", "http")):
        yield "WEBHOOK_URL must be the https:// address at which Telegram reaches this bot."
    elif url and is_public_api and urlsplit(url).port not in WEBHOOK_PORTS:
        yield "WEBHOOK_URL has a port that Telegram does not call: it may be 443 (or none), 80, 88 or 8443."
    if url and not variables["WEBHOOK_SECRET"]:
        yield "WEBHOOK_URL is set, and so WEBHOOK_SECRET must be: without it anybody could send the bot updates."


def _webhook_secret_faults(variables: Variables) -> Iterator[str]:
    """Yield what is wrong with WEBHOOK_SECRET."""
    if variables["WEBHOOK_SECRET"] and not WEBHOOK_SECRET_PATTERN.fullmatch(variables["WEBHOOK_SECRET"]):
        yield "WEBHOOK_SECRET may have 1 to 256 letters, digits, _ and -, and nothing else."


def _information_faults(variables: Variables) -> Iterator[str]:
    """Yield what is wrong with INFORMATION."""
    if variables["INFORMATION"].lower() not in YES_WORDS + NO_WORDS:
        yield "INFORMATION must be yes or no."


def _listen_check(name: str, example: str) -> Callable[[Variables], Iterator[str]]:
    """Return a check for a variable that holds a host and a port to listen at."""

    def find_faults(variables: Variables) -> Iterator[str]:
        """Yield what is wrong with the variable *name*."""
        found = HOST_PORT_PATTERN.fullmatch(variables[name])
        if variables[name] and not (found and 0 < int(found["port"]) < 65536):
            yield f"{name} must be a host and a port, as in {example}."
        if variables[name] and [variables["WEBHOOK_LISTEN"], variables["METRICS_LISTEN"]].count(variables[name]) > 1:
            yield f"{name} is another one's place too: the webhook and the metrics listen at different ports."

    return find_faults


def _log_level_faults(variables: Variables) -> Iterator[str]:
    """Yield what is wrong with LOG_LEVEL."""
    if variables["LOG_LEVEL"] and variables["LOG_LEVEL"].upper() not in LOG_LEVELS:
        yield f"LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}."


FAULT_CHECKS: Mapping[str, Callable[[Variables], Iterator[str]]] = {
    "TELEGRAM_TOKEN": _token_faults,
    "TELEGRAM_API_URL": _api_url_faults,
    "SESSION_STORE": _store_faults,
    "SESSION_KEY": _key_faults,
    "SESSION_HOURS": _hours_faults,
    "OPERATOR_NAME": _operator_text_check("OPERATOR_NAME"),
    "OPERATOR_CONTACT": _operator_text_check("OPERATOR_CONTACT"),
    "WEBHOOK_URL": _webhook_faults,
    "WEBHOOK_SECRET": _webhook_secret_faults,
    "WEBHOOK_LISTEN": _listen_check("WEBHOOK_LISTEN", "127.0.0.1:8080"),
    "METRICS_LISTEN": _listen_check("METRICS_LISTEN", "127.0.0.1:9090"),
    "INFORMATION": _information_faults,
    "LOG_LEVEL": _log_level_faults,
}
