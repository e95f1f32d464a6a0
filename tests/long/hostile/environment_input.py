"""The environment, gone bad: settings that hold what they promise, or sentences that give no secret away."""

from collections.abc import Iterator

from bot.operations.settings import MAX_SESSION_HOURS, MIN_KEY_BYTES, Settings, SettingsError, database_password
from tests.long.hostile.area import Area, WrongOutcomeError
from tests.long.hostile.mutations import bent_lines

TOKEN, KEY, SECRET = "123456:" + "Aq" * 18, "kK9" * 12, "hush-hush-9"
GOOD = f"""TELEGRAM_TOKEN={TOKEN}
TELEGRAM_API_URL=https://127.0.0.1:8081
SESSION_STORE=postgresql://bot:hunter2pass@db/x?sslmode=verify-full
SESSION_KEY={KEY},{KEY}2
SESSION_HOURS=24
OPERATOR_NAME=A clinic
OPERATOR_CONTACT=mail@clinic.example
WEBHOOK_URL=https://bot.example/hook
WEBHOOK_SECRET={SECRET}
WEBHOOK_LISTEN=[::1]:8080
METRICS_LISTEN=127.0.0.1:9090
CLINICS=clinics.yaml
COUNTS=counts.sqlite
RELEASES=releases
LOG_LEVEL=debug"""
SHORT = f"TELEGRAM_TOKEN={TOKEN}\nSESSION_STORE=sqlite:x.sqlite\nSESSION_KEY={KEY}\nSESSION_HOURS=7"
SECRETS = (TOKEN.partition(":")[2], KEY, SECRET, "hunter2pass")


HIDDEN = ("TELEGRAM_TOKEN", "SESSION_STORE", "SESSION_KEY", "WEBHOOK_SECRET")


def environment(data: bytes) -> str:
    """As a process finds it: bytes that are no text come as half characters."""
    lines = (line.decode("utf-8", "surrogateescape").partition("=") for line in data.replace(b"\0", b"").split(b"\n"))
    given = {name: value for name, _, value in lines}
    try:
        settings = Settings.from_environment(given)
    except SettingsError as wrong:
        told = "\n".join(wrong.messages)
        told.encode()
        if any(secret in told for secret in SECRETS) or not all(s.endswith((".", '"')) for s in wrong.messages):
            raise WrongOutcomeError("a sentence that gives a secret away, or is none") from None
        return "told what is wrong"
    open_ones = " ".join(value for name, value in given.items() if name not in HIDDEN)  # where an accident put them
    if any(secret in repr(settings) for secret in SECRETS if secret not in open_ones):
        raise WrongOutcomeError("a secret shows itself")
    database_password(settings.store)
    if not (
        1 <= settings.session_hours <= MAX_SESSION_HOURS
        and all(len(key.encode()) >= MIN_KEY_BYTES for key in settings.session_keys)
    ):
        raise WrongOutcomeError("settings that do not hold what they promise")
    for place in (settings.webhook_listen, settings.metrics_listen or settings.webhook_listen):
        if not 0 < place[1] < 65536:
            raise WrongOutcomeError("a port that is none")
    return "settings"


def areas() -> Iterator[Area]:
    seeds = (GOOD.encode(), SHORT.encode())
    yield Area("environments", "what an operator sets", seeds, bent_lines, environment, 150_000)
