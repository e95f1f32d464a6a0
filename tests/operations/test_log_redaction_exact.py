"""The log and the seal, to the letter: what is kept today opens tomorrow, and what is written may be written."""

import io
import logging
import sys
import threading
import warnings
from collections.abc import Iterator
from typing import Any

import pytest

import bot.sessions.service  # noqa: F401  a room is known by its module
from bot.operations import encryption as sealing
from bot.operations.encryption import KeyRing, MasterKey, WrongKeyError, decrypt_with, encrypt_with, generate_data_key
from bot.operations.errors import StoreUnavailableError
from bot.operations.log_redaction import (
    RedactingFormatter,
    describe_error,
    fill_template,
    safe_fields,
    safe_logger_name,
    safe_text,
)
from bot.operations.logging_setup import MASK, NOISY_LIBRARIES, configure_logging, secret_masker

OLD, NEW = "an old key that is long enough for us", "a new key that is long enough for us"
CHAT = "4815162342"


# ---- the seal: a change here would lose everybody who is in the middle of something


def test_what_was_sealed_by_a_release_before_is_opened_by_this_one(monkeypatch: pytest.MonkeyPatch) -> None:
    sealer = KeyRing([OLD])
    name = sealer.row_id(CHAT)
    sealed = "662315fd000102030405060708090a0b607cb51c4f52195a5a2bb1699049a95d82a5cb5f"
    assert name.hex() == "d27e8883550ed8987e153ee1118809837dc33af6a989808c4c43d3824629c198"
    assert sealer.decrypt(name, bytes.fromhex(sealed)) == b"text"
    row = "000102030405060708090a0bfcae4b2695c8cdedc2572210ccd1a2d813392d63"
    assert decrypt_with(bytes(32), bytes.fromhex(row)) == b"text"
    assert MasterKey(OLD).draft_link_key.hex() == "47429f9ee1691030590fa8dc9e7842db55a17d2518d567b8a1ecbc7aa2e519f7"
    monkeypatch.setattr(sealing.secrets, "token_bytes", lambda many: bytes(range(many)))
    assert sealer.encrypt(name, b"text").hex() == sealed, "and the other way round: a bot of before opens it"
    assert encrypt_with(bytes(32), b"text").hex() == row


def test_a_key_needs_32_bytes_and_no_more() -> None:
    assert KeyRing(["x" * 32]).row_id(CHAT)
    with pytest.raises(ValueError, match=r"^a key needs 32 bytes at least$"):
        KeyRing(["x" * 31])


def test_a_rows_own_key_is_chance_and_opens_only_its_row() -> None:
    one, other = generate_data_key(), generate_data_key()
    assert len(one) == 32
    assert one != other
    assert encrypt_with(one, b"text") != encrypt_with(one, b"text")
    assert decrypt_with(one, encrypt_with(one, b"text")) == b"text"
    for key, sealed in ((other, encrypt_with(one, b"text")), (one, b""), (b"", encrypt_with(one, b"text"))):
        with pytest.raises(WrongKeyError):
            decrypt_with(key, sealed)


def test_while_keys_change_a_row_may_have_either_name_the_newest_first() -> None:
    old, new = KeyRing([OLD]).row_id(CHAT), KeyRing([NEW]).row_id(CHAT)
    assert KeyRing([NEW, OLD]).row_ids(CHAT) == [new, old]
    assert KeyRing([NEW, NEW]).row_ids(CHAT) == [new]


# ---- the journal


def record(name: str = "bot.sessions.service", message: Any = "a step", *args: Any, **more: Any) -> logging.LogRecord:
    made = logging.LogRecord(name, logging.ERROR, "x.py", 1, message, args, more.pop("exc_info", None))
    made.created = 0.0
    made.__dict__.update(more)
    return made


def failed() -> BaseException:
    def deep() -> None:
        raise KeyError("Anna")

    try:
        deep()
    except KeyError as error:
        return error


def test_a_line_is_when_how_grave_which_room_and_what() -> None:
    assert RedactingFormatter().format(record()) == '1970-01-01T00:00:00Z ERROR bot.sessions.service says="a step"'
    error = failed()
    place = f"{__name__.rpartition('.')[2]}.py:{deepest(error)}"
    told = RedactingFormatter().format(record("asyncio", "Anna %s", "Anna", exc_info=(KeyError, error, None)))
    assert told == f'1970-01-01T00:00:00Z ERROR asyncio error="KeyError at {place}"'


def deepest(error: BaseException) -> int:
    trace = error.__traceback__
    assert trace
    assert trace.tb_next, "the error is of a function in a function"
    return trace.tb_next.tb_lineno


def test_an_errors_kind_has_the_deepest_place_and_no_folder() -> None:
    error = failed()
    assert describe_error(error) == f"KeyError at test_log_redaction_exact.py:{deepest(error)}"
    assert describe_error(ValueError("Anna")) == "ValueError"


def test_a_room_is_a_module_of_ours_or_a_library_and_never_a_made_up_name() -> None:
    assert safe_logger_name("bot.sessions.service") == "bot.sessions.service"
    assert safe_logger_name("bot.Anna") == "bot"
    assert safe_logger_name("json.decoder") == safe_logger_name("json.Anna") == "json"
    assert safe_logger_name("Anna") == safe_logger_name("Anna.bot") == "other"


def test_a_gap_is_filled_only_with_what_is_vouched_for() -> None:
    assert fill_template("too few %s %s", ("card",)) == "too few card …"
    assert fill_template("a %s of %d in %.3f", ("card", 7, 0.5)) == "a card of … in …"
    assert fill_template("one %s", "card") == "one card"
    assert fill_template("none", ()) == "none"
    assert safe_text(KeyError("Anna")) == "KeyError"
    assert safe_text(StoreUnavailableError("The disk is full.")) == "The disk is full."
    assert safe_text("KeyError at x.py:1") == "KeyError at x.py:1"
    assert [safe_text(value) for value in ("Anna", None, 7, "KeyError at Anna", b"x", ["card"])] == ["…"] * 6


def test_notes_have_known_names_and_fitting_values() -> None:
    def told(*noted: tuple[str, object]) -> list[tuple[str, str]]:
        return [fact for fact in safe_fields(record("httpx", noted=noted)) if fact[0] != "says"]

    assert told(("event", "tap"), ("seconds", 0.25)) == [("event", "tap"), ("seconds", "0.250")]
    assert told(("event", "Anna"), ("seconds", 7), ("seconds", "Anna"), ("Anna", 0.5), ("chat", "tap")) == []


# ---- how the logs are set up


@pytest.fixture
def bare() -> Iterator[None]:
    """The logs as a process finds them that has just begun; in the end, as they were."""
    root, manager = logging.root, logging.root.manager
    handlers, level, factory = list(root.handlers), root.level, logging.getLogRecordFactory()
    hooks = sys.excepthook, sys.unraisablehook, threading.excepthook
    levels = {name: logging.getLogger(name).level for name in (*manager.loggerDict, *NOISY_LIBRARIES)}
    logging.captureWarnings(False)  # whatever ran before
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.setLogRecordFactory(factory)
    logging.captureWarnings(False)
    sys.excepthook, sys.unraisablehook, threading.excepthook = hooks
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def begins(level: str, *secrets: str) -> None:
    logging.root.handlers[:] = []  # pytest has put its own there
    configure_logging(level, secrets)


@pytest.mark.usefixtures("bare")
def test_the_bot_writes_its_journal_to_stderr_and_libraries_only_their_warnings(
    capsys: pytest.CaptureFixture[str],
) -> None:
    begins("INFO", "secret")
    for name in ("bot.sessions.service", *NOISY_LIBRARIES):
        for level in (logging.DEBUG, logging.INFO, logging.WARNING):
            logging.getLogger(name).log(level, "a line of %s", name)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("Anna", stacklevel=1)
    out, err = capsys.readouterr()
    said = [line.split(" ", 1)[1] for line in err.splitlines()]
    libraries = [f"WARNING {name}" if name in sys.modules else "WARNING other" for name in NOISY_LIBRARIES]
    ours = [f'{level} bot.sessions.service says="a line of …"' for level in ("INFO", "WARNING")]
    assert said == [*ours, *libraries, f"WARNING {safe_logger_name('py.warnings')}"]
    assert out == ""


@pytest.mark.usefixtures("bare")
def test_at_error_even_their_warnings_are_still(capsys: pytest.CaptureFixture[str]) -> None:
    begins("ERROR")
    for name in NOISY_LIBRARIES:
        logging.getLogger(name).warning("Anna")
        assert logging.getLogger(name).level == logging.ERROR
    assert capsys.readouterr().err == ""


@pytest.mark.usefixtures("bare")
def test_what_cannot_be_raised_is_told_by_its_kind(capsys: pytest.CaptureFixture[str]) -> None:
    begins("INFO")

    class Raised:
        exc_value = ValueError("Anna")

    sys.unraisablehook(Raised())
    assert capsys.readouterr().err == "It ended with ValueError.\n"


@pytest.mark.usefixtures("bare")
def test_to_another_hand_a_record_is_clean_and_whole() -> None:
    """A handler that is not ours, such as a library's, gets every line and trace without the secrets in it."""
    begins("INFO", "12:secret")
    other = logging.StreamHandler(stream := io.StringIO())
    other.setFormatter(logging.Formatter("%(message)s"))
    logging.root.addHandler(other)
    log = logging.getLogger("anybody")
    log.error("a secret in %s", "secret")
    log.error("too few %s %s", "secret")
    try:
        raise ValueError("secret")
    except ValueError:
        log.exception("failed", stack_info=True)
    lines = stream.getvalue().splitlines()
    assert lines[:3] == [f"a {MASK} in {MASK}", "a line that could not be written", "failed"]
    assert lines[3] == "Traceback (most recent call last):"
    assert f"ValueError: {MASK}" in lines
    assert "Stack (most recent call last):" in lines
    assert "secret" not in stream.getvalue()


def test_secrets_are_hidden_whole_the_longest_first() -> None:
    assert secret_masker(["abc", "abcdef", "xy"])("abcdef, abc, xy") == f"{MASK}, {MASK}, xy"
    assert secret_masker(["12:34:5678"])("34:5678 and 12:34:5678") == f"{MASK} and {MASK}"
    assert secret_masker(["12:34:5678"])("5678") == "5678"
