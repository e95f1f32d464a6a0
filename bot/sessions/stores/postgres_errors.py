"""PostgreSQL's errors as one sentence each for the operator; no sentence tells an address or a row."""

import psycopg
from psycopg import errors

SERVER_SILENT = "The database does not answer. Nothing was lost; the bot goes on by itself when it does."
UNKNOWN_ERROR = "The database cannot be used just now."
ERROR_SENTENCES: tuple[tuple[tuple[type[psycopg.Error], ...], str], ...] = (
    ((errors.InvalidPassword, errors.InvalidAuthorizationSpecification),
     "The database does not accept the name or the password in SESSION_STORE."),
    ((errors.InvalidCatalogName,), "The database that SESSION_STORE names does not exist on its server."),
    ((errors.InsufficientPrivilege,),
     "The database user in SESSION_STORE may not do what the bot needs: make its schema, read and write in it."),
    ((errors.DiskFull,), "The database's disk is full. Nothing was lost; make room, and the bot goes on by itself."),
    ((errors.TooManyConnections,), "The database takes no more connections. Allow more, or run fewer bots."),
    ((errors.ReadOnlySqlTransaction,), "The database is read-only just now. Nothing was lost."),
    ((errors.AdminShutdown, errors.CrashShutdown, errors.CannotConnectNow), SERVER_SILENT),
    ((errors.QueryCanceled, errors.LockNotAvailable), "The database is too slow just now. Nothing was lost."),
    ((errors.DataCorrupted, errors.IndexCorrupted), "The database is damaged. Restore it; nothing was changed."),
)  # fmt: skip
CONNECTION_ERROR_SENTENCES = (  # errors of a first connection carry no class, only words
    ("password authentication failed", ERROR_SENTENCES[0][1]),
    ("no password supplied", ERROR_SENTENCES[0][1]),
    ("does not exist", ERROR_SENTENCES[1][1]),
    ("too many c", ERROR_SENTENCES[4][1]),
    ("certificate", "The database's certificate is not one that SESSION_STORE trusts. See sslmode and sslrootcert."),
    ("ssl", "The database and SESSION_STORE do not agree on TLS. See sslmode in the address."),
    ("starting up", SERVER_SILENT),
    ("invalid", "SESSION_STORE is no address that PostgreSQL understands."),
)


def error_sentence(error: BaseException) -> str:
    """Return the sentence for *error*.

    The error itself is never shown, as it may hold an address, a name or a value.
    """
    for error_types, text in ERROR_SENTENCES:
        if isinstance(error, error_types):
            return text
    if isinstance(error, psycopg.ProgrammingError | psycopg.OperationalError) and not error.sqlstate:
        words = str(error).lower()
        return next((text for phrase, text in CONNECTION_ERROR_SENTENCES if phrase in words), SERVER_SILENT)
    return SERVER_SILENT if isinstance(error, psycopg.OperationalError | TimeoutError | OSError) else UNKNOWN_ERROR
