"""The JSON Schema of the clinics' file: an editor underlines an impossible phone number, time or date."""

from bot.authoring.parsing.readers.clinics import ADDRESS, BOT, LINE, MAP, NAME, PHONE, SHORT_NUMBER, WEB
from bot.authoring.parsing.readers.emergency_numbers import COUNTRY
from bot.authoring.parsing.readers.opening_hours import CLOSED, DATE, DAYS
from bot.authoring.schema import fragments as p
from bot.authoring.schema.fragments import Schema
from bot.model.clinic import LONGEST_ID

TIME = r"([01][0-9]|2[0-3]):[0-5][0-9]"
TIMES = rf"^{TIME} ?[-\u2013] ?({TIME}|24:00)$"


def clinics() -> Schema:
    """Return the schema of the clinics' file."""
    of_one = p.entries(_clinic(), {**p.name("A short id; it stands in the link."), "maxLength": LONGEST_ID})
    bot = p.named(BOT.pattern, "The bot's name in Telegram, without the @.")
    return p.table({"bot": bot, "clinics": of_one}, ("clinics",), "The clinics that share this bot's link.")


def _clinic() -> Schema:
    """Return the schema of one clinic."""
    needed: dict[str, Schema] = {
        "name": p.short(NAME, "As people know it."),
        "languages": p.some(p.scalar(pattern=r"\S"), "Of its posters: languages that the bot speaks."),
        "country": p.named(COUNTRY.pattern, "Two capital letters, such as GB."),
        "time_zone": p.scalar("Such as Europe/London.", pattern=r"\S"),
        "phone": _phone("Whom to call; services may have their own."),
        "emergency_number": _blanks(SHORT_NUMBER.pattern, "Of the clinic's country, such as 999."),
        "hours": _hours(),
    }
    spare: dict[str, Schema] = {
        "urgent_line": _phone("For what cannot wait until a door opens."),
        "address": p.short(ADDRESS),
        "map": {**_blanks(WEB.pattern, "An address that begins with https://."), "maxLength": MAP},
        "greeting": {"anyOf": [p.short(LINE), p.entries(p.short(LINE))], "description": "One line, or one a language."},
        "flows": p.some(p.name(), "What its links may open; left out, all of them."),
        "exceptions": _exceptions(),
        "services": _services(),
    }
    return p.table({**needed, **spare}, tuple(needed))


def _services() -> Schema:
    """Return the schema of a clinic's services."""
    own = {"phone": _phone("Left out, the clinic's."), "hours": _hours(), "exceptions": _exceptions()}
    offer = p.table(own, (), "Phone and hours are the clinic's unless they differ.", dependentRequired=NEEDS_HOURS)
    nothing: Schema = {"enum": [None, ""]}
    return p.entries({"anyOf": [nothing, offer]}, p.name(), "Of content/services.yaml, such as sexual_health.")


NEEDS_HOURS = {"exceptions": ["hours"]}


def _phone(says: str) -> Schema:
    """Return the schema of a phone number."""
    return _blanks(PHONE.pattern, says)


def _blanks(pattern: str, says: str) -> Schema:
    """Return the schema of a text that matches *pattern*, with optional blanks around it."""
    return p.scalar(says, pattern=rf"^\s*({pattern})\s*$")


def _hours() -> Schema:
    """Return the schema of opening hours by day of the week."""
    names = "|".join(_any_case(day) for day in DAYS)
    to = _any_case(" to ")
    days: Schema = {"pattern": rf"^(({names})({to}({names}))?|{_any_case('every day')})$"}
    return p.entries(
        _times(), days, "By day, such as monday to friday: 09:00-17:00. Days that are not named are closed."
    )


def _any_case(word: str) -> str:
    """Return a pattern that matches *word* in capitals or not: JSON Schema patterns are case-sensitive."""
    return "".join(f"[{letter.upper()}{letter}]" if letter.isalpha() else letter for letter in word)


def _exceptions() -> Schema:
    """Return the schema of opening hours on certain dates, which replace those of the week."""
    days: Schema = {"pattern": f"^{DATE.pattern}( to {DATE.pattern})?$"}
    return p.entries(_times(), days, "By date, such as 2026-12-24 to 2026-12-28: closed.")


def _times() -> Schema:
    """Return the schema of one day's opening times, or `closed`."""
    time = p.scalar("Such as 09:00-17:00, or 22:00-06:00 for a night.", pattern=TIMES)
    return {"anyOf": [{"const": CLOSED}, time, p.some(time)]}
