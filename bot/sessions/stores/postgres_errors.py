"""PostgreSQL's errors as one sentence each for the operator; no sentence tells an address or a row."""

import psycopg
from psycopg import errors

SILENT = "The database does not answer. Nothing was lost; the bot goes on by itself when it does."
OTHERWISE = "The database cannot be used just now."
SENTENCES: tuple[tuple[tuple[type[psycopg.Error], ...], str], ...] = (
    ((errors.InvalidPassword, errors.InvalidAuthorizationSpecification),
     "The database does not accept the name or the password in SESSION_STORE."),
    ((errors.InvalidCatalogName,), "The database that SESSION_STORE names does not exist on its server."),
    ((errors.InsufficientPrivilege,),
     "The database user in SESSION_STORE may not do what the bot needs: make its schema, read and write in it."),
    ((errors.DiskFull,), "The database's disk is full. Nothing was lost; make room, and the bot goes on by itself."),
    ((errors.TooManyConnections,), "The database takes no more connections. Allow more, or run fewer bots."),
    ((errors.ReadOnlySqlTransaction,), "The database is read-only just now. Nothing was lost."),
    ((errors.AdminShutdown, errors.CrashShutdown, errors.CannotConnectNow), SILENT),
    ((errors.QueryCanceled, errors.LockNotAvailable), "The database is too slow just now. Nothing was lost."),
    ((errors.DataCorrupted, errors.IndexCorrupted), "The database is damaged. Restore it; nothing was changed."),
)  # fmt: skip
AT_THE_DOOR = (  # errors of a first connection carry no class, only words
    ("password authentication failed", SENTENCES[0][1]),
    ("no password supplied", SENTENCES[0][1]),
    ("does not exist", SENTENCES[1][1]),
    ("too many c", SENTENCES[4][1]),
    ("certificate", "The database's certificate is not one that SESSION_STORE trusts. See sslmode and sslrootcert."),
    ("ssl", "The database and SESSION_STORE do not agree on TLS. See sslmode in the address."),
    ("starting up", SILENT),
    ("invalid", "SESSION_STORE is no address that PostgreSQL understands."),
)


def sentence(error: BaseException) -> str:
    """Return the sentence for *error*.

    The error itself is never shown, as it may hold an address, a name or a value.
    """
    for kinds, text in SENTENCES:
        if isinstance(error, kinds):
            return text
    if isinstance(error, psycopg.ProgrammingError | psycopg.OperationalError) and not error.sqlstate:
        words = str(error).lower()
        return next((text for sign, text in AT_THE_DOOR if sign in words), SILENT)
    return SILENT if isinstance(error, psycopg.OperationalError | TimeoutError | OSError) else OTHERWISE
