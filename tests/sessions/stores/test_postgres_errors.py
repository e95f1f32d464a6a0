"""What PostgreSQL's faults are to whoever runs the bot: one sentence each, which never repeats what the server said."""

import psycopg
import pytest
from psycopg import errors
from psycopg_pool import PoolTimeout, TooManyRequests

from bot.sessions.stores.postgres_errors import SERVER_SILENT, UNKNOWN_ERROR, error_sentence
from bot.sessions.stores.postgres_pool import _is_transient

SECRET = "host=secret.example user=ana"


@pytest.mark.parametrize(
    ("fault", "says"),
    [
        (errors.InvalidPassword, "name or the password"),
        (errors.InvalidAuthorizationSpecification, "name or the password"),
        (errors.InvalidCatalogName, "does not exist"),
        (errors.InsufficientPrivilege, "may not do what the bot needs"),
        (errors.DiskFull, "disk is full"),
        (errors.TooManyConnections, "takes no more connections"),
        (errors.ReadOnlySqlTransaction, "read-only"),
        (errors.QueryCanceled, "too slow"),
        (errors.LockNotAvailable, "too slow"),
        (errors.DataCorrupted, "damaged"),
        (errors.AdminShutdown, "does not answer"),
        (errors.CannotConnectNow, "does not answer"),
        (errors.UndefinedTable, UNKNOWN_ERROR),
        (PoolTimeout, "does not answer"),
        (TimeoutError, "does not answer"),
        (ConnectionResetError, "does not answer"),
        (psycopg.InterfaceError, UNKNOWN_ERROR),
        (KeyError, UNKNOWN_ERROR),
    ],
)
def test_a_fault_is_one_sentence(fault: type[Exception], says: str) -> None:
    told = error_sentence(fault(SECRET))
    assert says in told
    assert "secret" not in told


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ('FATAL:  Password authentication failed for user "ana"', "name or the password"),
        ("fe_sendauth: no password supplied", "name or the password"),
        ('FATAL:  database "ana" does not exist', "does not exist on its server"),
        ("FATAL:  sorry, too many clients already", "takes no more connections"),
        ("FATAL:  too many connections for role", "takes no more connections"),
        ("certificate verify failed", "not one that SESSION_STORE trusts"),
        ("server does not support SSL, but SSL was required", "do not agree on TLS"),
        ("FATAL:  the database system is starting up", "does not answer"),
        ("invalid port number: ana", "no address that PostgreSQL understands"),
        ("connection to server at ana failed", "does not answer"),
    ],
)
def test_before_the_door_is_open_only_words_tell_what_is_wrong(words: str, says: str) -> None:
    for fault in (psycopg.OperationalError, psycopg.ProgrammingError):
        told = error_sentence(fault(words))
        assert says in told
        assert "ana" not in told


def test_words_are_not_looked_at_where_the_server_gave_a_class() -> None:
    assert error_sentence(errors.UndefinedColumn("does not exist")) == UNKNOWN_ERROR


@pytest.mark.parametrize(
    "fault", [errors.SerializationFailure, errors.DeadlockDetected, PoolTimeout, TooManyRequests, ConnectionResetError]
)
def test_what_may_be_over_in_a_moment_is_tried_again(fault: type[Exception]) -> None:
    assert _is_transient(fault("x"))


@pytest.mark.parametrize("fault", [errors.DiskFull, errors.InvalidPassword, errors.QueryCanceled, KeyError])
def test_what_stays_as_it_is_is_told_at_once(fault: type[Exception]) -> None:
    assert not _is_transient(fault("x"))
    assert error_sentence(fault("x")) != SERVER_SILENT
