"""The JSON Schema of the clinics' file: an editor underlines an impossible phone number, time or date."""

from bot.authoring.parsing.readers.clinics import (
    BOT_USERNAME_PATTERN,
    EMERGENCY_NUMBER_PATTERN,
    MAX_ADDRESS_LENGTH,
    MAX_CLINIC_NAME_LENGTH,
    MAX_GREETING_LENGTH,
    MAX_MAP_LINK_LENGTH,
    PHONE_PATTERN,
    WEB_ADDRESS_PATTERN,
)
from bot.authoring.parsing.readers.emergency_numbers import COUNTRY_CODE_PATTERN
from bot.authoring.parsing.readers.opening_hours import CLOSED_WORD, DATE_PATTERN, WEEKDAYS
from bot.authoring.schema import fragments as p
from bot.authoring.schema.fragments import Schema
from bot.model.clinic import MAX_CLINIC_ID_LENGTH

TIME_PATTERN = r"([01][0-9]|2[0-3]):[0-5][0-9]"
TIMES_PATTERN = rf"^{TIME_PATTERN} ?[-\u2013] ?({TIME_PATTERN}|24:00)$"


def clinics_schema() -> Schema:
    """Return the schema of the clinics' file."""
    clinics_by_id = p.table_of(
        _clinic_schema(), {**p.identifier("A short id; it stands in the link."), "maxLength": MAX_CLINIC_ID_LENGTH}
    )
    bot = p.matching(BOT_USERNAME_PATTERN.pattern, "The bot's name in Telegram, without the @.")
    return p.table({"bot": bot, "clinics": clinics_by_id}, ("clinics",), "The clinics that share this bot's link.")


def _clinic_schema() -> Schema:
    """Return the schema of one clinic."""
    required: dict[str, Schema] = {
        "name": p.short_text(MAX_CLINIC_NAME_LENGTH, "As people know it."),
        "languages": p.array_of(p.scalar(pattern=r"\S"), "Of its posters: languages that the bot speaks."),
        "country": p.matching(COUNTRY_CODE_PATTERN.pattern, "Two capital letters, such as GB."),
        "time_zone": p.scalar("Such as Europe/London.", pattern=r"\S"),
        "phone": _phone_schema("Whom to call; services may have their own."),
        "emergency_number": _padded(EMERGENCY_NUMBER_PATTERN.pattern, "Of the clinic's country, such as 999."),
        "hours": _hours_schema(),
    }
    optional: dict[str, Schema] = {
        "urgent_line": _phone_schema("For what cannot wait until a door opens."),
        "address": p.short_text(MAX_ADDRESS_LENGTH),
        "map": {
            **_padded(WEB_ADDRESS_PATTERN.pattern, "An address that begins with https://."),
            "maxLength": MAX_MAP_LINK_LENGTH,
        },
        "greeting": {
            "anyOf": [p.short_text(MAX_GREETING_LENGTH), p.table_of(p.short_text(MAX_GREETING_LENGTH))],
            "description": "One line, or one a language.",
        },
        "flows": p.array_of(p.identifier(), "What its links may open; left out, all of them."),
        "exceptions": _exceptions_schema(),
        "services": _services_schema(),
    }
    return p.table({**required, **optional}, tuple(required))


def _services_schema() -> Schema:
    """Return the schema of a clinic's services."""
    own_details = {
        "phone": _phone_schema("Left out, the clinic's."),
        "hours": _hours_schema(),
        "exceptions": _exceptions_schema(),
    }
    offer = p.table(
        own_details, (), "Phone and hours are the clinic's unless they differ.", dependentRequired=EXCEPTIONS_NEED_HOURS
    )
    empty: Schema = {"enum": [None, ""]}
    return p.table_of({"anyOf": [empty, offer]}, p.identifier(), "Of content/services.yaml, such as sexual_health.")


EXCEPTIONS_NEED_HOURS = {"exceptions": ["hours"]}


def _phone_schema(description: str) -> Schema:
    """Return the schema of a phone number."""
    return _padded(PHONE_PATTERN.pattern, description)


def _padded(pattern: str, description: str) -> Schema:
    """Return the schema of a text that matches *pattern*, with optional blanks around it."""
    return p.scalar(description, pattern=rf"^\s*({pattern})\s*$")


def _hours_schema() -> Schema:
    """Return the schema of opening hours by day of the week."""
    day_names = "|".join(_any_case_pattern(day) for day in WEEKDAYS)
    to = _any_case_pattern(" to ")
    days: Schema = {"pattern": rf"^(({day_names})({to}({day_names}))?|{_any_case_pattern('every day')})$"}
    return p.table_of(
        _times_schema(), days, "By day, such as monday to friday: 09:00-17:00. Days that are not named are closed."
    )


def _any_case_pattern(word: str) -> str:
    """Return a pattern that matches *word* in capitals or not: JSON Schema patterns are case-sensitive."""
    return "".join(f"[{letter.upper()}{letter}]" if letter.isalpha() else letter for letter in word)


def _exceptions_schema() -> Schema:
    """Return the schema of opening hours on certain dates, which replace those of the week."""
    days: Schema = {"pattern": f"^{DATE_PATTERN.pattern}( to {DATE_PATTERN.pattern})?$"}
    return p.table_of(_times_schema(), days, "By date, such as 2026-12-24 to 2026-12-28: closed.")


def _times_schema() -> Schema:
    """Return the schema of one day's opening times, or `closed`."""
    time = p.scalar("Such as 09:00-17:00, or 22:00-06:00 for a night.", pattern=TIMES_PATTERN)
    return {"anyOf": [{"const": CLOSED_WORD}, time, p.array_of(time)]}
