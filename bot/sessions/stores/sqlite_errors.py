"""SQLite's errors as one sentence each for the operator; no sentence tells a path or a row."""

import sqlite3

ERROR_SENTENCES = {
    "SQLITE_FULL": "The disk is full. Nothing was lost; make room, and the bot goes on by itself.",
    "SQLITE_READONLY": "The store's file or its folder is read-only. The bot must be allowed to write there.",
    "SQLITE_BUSY": "The store's file is in use by another process. Only one bot may use it at a time.",
    "SQLITE_LOCKED": "The store's file is in use by another process. Only one bot may use it at a time.",
    "SQLITE_NOTADB": "The store's file is damaged, or is no store of this bot. Nothing in it was changed.",
    "SQLITE_CORRUPT": "The store's file is damaged. Nothing in it was changed; restore it, or move it away.",
    "SQLITE_CANTOPEN": "The store's file cannot be opened. Is its folder there, and may the bot write in it?",
    "SQLITE_PERM": "The store's file may not be opened by this user.",
    "SQLITE_IOERR": "The disk does not answer as it should. Nothing was lost; the bot tries again.",
}
UNKNOWN_ERROR = "The store cannot be used just now."


def error_sentence(error: sqlite3.Error) -> str:
    """Return the sentence for *error*."""
    name = getattr(error, "sqlite_errorname", None) or ""
    return next((text for name_prefix, text in ERROR_SENTENCES.items() if name.startswith(name_prefix)), UNKNOWN_ERROR)
