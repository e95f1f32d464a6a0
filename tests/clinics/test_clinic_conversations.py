"""Chats that begin with a clinic's link: what people are told of it, and what its doors say at that hour.

    REWRITE=1 python -m pytest tests/clinics/test_clinic_conversations.py

writes what the bot says today; then read the difference. It is refused on a build server.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.adapters.terminal.transcript import input_lines, replay_transcript
from bot.authoring.loader import content_root, load_bundle
from bot.engine.deep_links import clinic_payload, parse_clinic_payload
from bot.engine.presenters.clinic_services import services_text
from bot.engine.presenters.texts import Texts
from bot.engine.session import ButtonPress, Event, Message, MessageKind, Session, Start
from bot.engine.step import step
from bot.model.bundle import ContentBundle
from bot.model.clinic import Clinic, Environment, Offer
from bot.model.opening_hours import OpeningHours
from bot.model.urgency import EMERGENCY_FLOOR, Floor, Urgency
from tests.support.clinics import later, of_file, town
from tests.support.paths import DATA

CHATS = sorted((DATA / "clinic_conversations").glob("*.txt"))
LIBRARY = town(load_bundle(content_root())[0])
SAME_DAY, ROUTINE = Floor(Urgency.SAME_DAY), Floor(Urgency.ROUTINE)
TESTS = ("sti_tests",)


@pytest.mark.parametrize("path", CHATS, ids=lambda path: path.stem)
def test_the_chat_goes_as_written(path: Path) -> None:
    written = path.read_text(encoding="utf-8")
    happens = replay_transcript(LIBRARY, input_lines(written))
    if os.environ.get("REWRITE"):
        assert not os.environ.get("CI"), "a build server may not decide what a conversation says"
        path.write_text(happens, encoding="utf-8")
    else:
        assert happens == written


# ---- the link and what people are told


class Chat:
    def __init__(self, library: ContentBundle = LIBRARY) -> None:
        self.library, self.session = library, Session()

    def send(self, event: Event) -> tuple[Message, ...]:
        self.session, self.messages = step(self.library, self.session, event)
        return self.messages

    def link(self, clinic: str, flow: str = "") -> tuple[Message, ...]:
        return self.send(parse_clinic_payload(clinic_payload(clinic, flow), self.library))

    def answer(self, times: int = 1) -> None:
        for _ in range(times):
            self.send(ButtonPress(self.messages[-1].options[0].id, self.session.turn))


def buttons(message: Message) -> list[str]:
    return [button.id for button in message.buttons]


def test_the_signs_of_danger_stand_before_the_clinic() -> None:
    (opening,) = Chat().link("northside")
    danger, agree = opening.text.index("blood pours"), opening.text.index("tap Go on")
    clinic = opening.text.index("You came by a link from Northside Clinic.")
    assert danger < agree < clinic
    assert "They are not told who you are, or what you answer." in opening.text
    assert "They see nothing of this chat." in opening.text


def test_where_it_counts_people_are_told() -> None:
    (opening,) = Chat(town(LIBRARY, counting=True)).link("northside")
    assert "only weekly numbers" in opening.text
    assert "They see nothing" not in opening.text


def test_a_link_lands_in_its_flow() -> None:
    assert buttons(Chat().link("northside", "bleeding_after_sex")[0])[0] == "!go_on:bleeding_after_sex"
    assert buttons(Chat().link("northside")[0])[0] == "!go_on:chooser"


def test_a_clinic_with_one_flow_lands_there_whatever_happens_before() -> None:
    only = replace(LIBRARY.environment.clinics["northside"], flows=("unusual_discharge",))
    chat = Chat(LIBRARY.with_environment(Environment({"northside": only})))
    assert buttons(chat.link("northside")[0])[0] == "!go_on:unusual_discharge"
    assert buttons(chat.send(ButtonPress("!country:FR"))[-1])[0] == "!go_on:unusual_discharge"
    assert buttons(chat.send(ButtonPress("!restart"))[-1])[0] == "!go_on:unusual_discharge"


def test_the_clinic_can_be_left_behind() -> None:
    chat = Chat()
    (opening,) = chat.link("northside")
    assert "!leave_clinic" in buttons(opening)
    note, opening = chat.send(ButtonPress("!leave_clinic"))
    assert chat.session.clinic == ""
    assert "Northside" not in note.text + opening.text
    assert "!leave_clinic" not in buttons(opening)


def test_a_link_in_the_middle_changes_nothing_until_it_is_chosen() -> None:
    chat = Chat()
    chat.send(Start("bleeding_after_sex"))
    chat.send(ButtonPress("!go_on:bleeding_after_sex"))
    chat.answer(2)
    before = chat.session
    (choice,) = chat.link("northside", "unusual_discharge")
    assert chat.session == before
    assert "Northside Clinic" in choice.text
    assert buttons(choice)[0] == "!resume"
    chat.send(ButtonPress("!resume"))
    assert chat.session == before
    chat.link("northside", "unusual_discharge")
    (opening,) = chat.send(ButtonPress(buttons(choice)[1]))
    assert buttons(opening)[0] == "!go_on:unusual_discharge"
    assert (chat.session.clinic, dict(chat.session.answers)) == ("northside", {})


def test_the_button_that_takes_a_link_fits_into_its_data() -> None:
    chat = Chat(
        LIBRARY.with_environment(
            Environment({"a" * 20: replace(LIBRARY.environment.clinics["northside"], id="a" * 20)})
        )
    )
    chat.send(Start("bleeding_after_sex"))
    chat.send(ButtonPress("!go_on:bleeding_after_sex"))
    chat.answer()
    (choice,) = chat.link("a" * 20, "bleeding_after_sex")
    assert all(len(id.encode()) <= 48 for id in buttons(choice))


@pytest.mark.parametrize("link", ["", ":", "northside-rcw3", "no-such", "../..", "{x}", "a" * 64])
def test_a_forged_button_changes_nothing(link: str) -> None:
    chat = Chat()
    chat.send(Start("bleeding_after_sex"))
    chat.send(ButtonPress("!go_on:bleeding_after_sex"))
    chat.answer()
    chat.send(ButtonPress(f"!open_link:{link}"))
    assert chat.session.clinic == ""


def test_a_clinic_that_closes_down_in_the_middle_of_a_chat() -> None:
    """Its link was good when it was opened. Now nothing is known of it, and nothing breaks."""
    chat = Chat()
    chat.link("northside", "bleeding_after_sex")
    chat.library = chat.library.with_environment(Environment())
    chat.send(ButtonPress("!go_on:bleeding_after_sex"))
    chat.answer()
    assert chat.messages[-1].kind is MessageKind.QUESTION


# ---- numbers


def test_the_clinic_s_emergency_number_unless_another_country_is_picked() -> None:
    def number(clinic: str, country: str = "") -> str:
        return Texts(LIBRARY, Session(clinic=clinic, country=country)).fill("{emergency_number}")

    assert number("riverside_youth") == "112"
    assert number("riverside_youth", "IE") == "112"
    assert number("northside", "FR") == LIBRARY.phone_directory.emergency_numbers["FR"].number
    assert number("", "") == "112, 911 or 999"


def test_a_clinic_brings_its_own_country() -> None:
    """A number that was picked for another country before the link was opened would be wrong here."""
    chat = Chat()
    chat.send(Start())
    chat.send(ButtonPress("!country:FR"))
    (opening,) = chat.link("northside")
    assert "Call 999 now if" in opening.text
    chat.send(ButtonPress("!country:FR"))
    assert "Call 112 now if" in chat.messages[-1].text


def test_a_link_says_which_country_s_number_it_brings() -> None:
    """It may have been passed on across a border. What is picked after it holds, and a later link tells anew."""
    chat = Chat()
    (opening,) = chat.link("northside")
    assert "The emergency number is for United Kingdom." in opening.text
    chat.send(ButtonPress("!country:FR"))
    assert "The emergency number is for France." in chat.messages[-1].text
    assert chat.link("northside")[-1].text == opening.text


def test_the_emergency_screen_names_the_country_of_its_number() -> None:
    """What somebody did last tells most about where they are; and it is said, so that a wrong one is seen."""
    chat = Chat()
    chat.link("northside")
    shown = [chat.send(ButtonPress("!urgent"))[0].full_text]
    chat.send(ButtonPress("!country:FR"))
    shown.append(chat.send(ButtonPress("!urgent"))[0].full_text)
    chat.link("riverside_youth")
    shown.append(chat.send(ButtonPress("!urgent"))[0].full_text)
    for text, place, number in zip(shown, ("United Kingdom", "France", "Ireland"), ("999", "112", "112"), strict=True):
        assert f"Emergency number for {place}: {number}." in text
        assert f"call {number}" in text
    assert "999" not in "".join(shown[1:]).replace("112 or 999", "")


def test_a_clinic_in_a_country_we_have_no_numbers_of() -> None:
    far = replace(LIBRARY.environment.clinics["northside"], country="ZZ", emergency_number="555")
    (opening,) = Chat(LIBRARY.with_environment(Environment({"northside": far}))).link("northside")
    assert "Call 555 now if" in opening.text
    assert "Emergency number near Northside Clinic: 555." in opening.text


def test_the_placeholders() -> None:
    here, anywhere = (Texts(LIBRARY, Session(clinic=clinic)) for clinic in ("northside", ""))
    assert here.fill("{clinic_name}: {clinic_phone}") == "Northside Clinic: +44 20 7946 0018"
    assert "{" not in anywhere.fill("{clinic_name}: {clinic_phone}")
    assert len(anywhere.fill("{clinic_phone}")) > 5


# ---- signposts


def said(when: str, floor: Floor, pages: tuple[str, ...] = TESTS, clinic: str = "northside") -> str:
    return services_text(Texts(later(LIBRARY, when), Session(clinic=clinic)), floor, pages)


def test_open_and_closed() -> None:
    assert "Sexual health: +44 20 7946 0018. Open now, until 12:30." in said("2026-11-23T10:00", ROUTINE)
    assert "Closed now. Opens 13:30." in said("2026-11-23T12:45", ROUTINE)
    assert "Closed now. Opens tomorrow 09:00." in said("2026-11-22T09:00", ROUTINE)
    assert "Closed now. Opens Monday 09:00." in said("2026-11-20T20:00", ROUTINE)
    assert "Closed now. Opens Tuesday 10:00." in said("2026-12-23T18:00", ROUTINE)  # after Christmas
    assert "If it cannot wait: +44 20 7946 0112." in said("2026-11-22T09:00", ROUTINE)
    assert "If it cannot wait" not in said("2026-11-23T10:00", ROUTINE)


def test_a_week_ahead_is_told_with_its_date() -> None:
    clinic = LIBRARY.environment.clinics["northside"]
    mondays = OpeningHours(clinic.hours.zone, (((540, 600),), (), (), (), (), (), ()))
    library = LIBRARY.with_environment(
        Environment({"a": replace(clinic, offers=(Offer("sexual_health", "1", mondays),))})
    )
    text = services_text(Texts(later(library, "2026-11-23T18:00"), Session(clinic="a")), ROUTINE, TESTS)
    assert "Closed now. Opens Monday 2026-11-30 09:00." in text


def test_the_hour_is_the_clinic_s() -> None:
    """In July London is an hour ahead of UTC: 08:30 there is half past nine."""
    assert "Open now" in said("2026-07-20T08:30", ROUTINE)
    assert "Closed now. Opens 09:00." in said("2026-11-23T08:30", ROUTINE)


def test_a_door_that_opens_too_late_says_so() -> None:
    assert "That is too late this time." in said("2026-11-20T20:00", SAME_DAY)
    assert "too late" not in said("2026-11-22T20:00", SAME_DAY)  # it opens tomorrow at nine
    assert "too late" not in said("2026-11-20T20:00", ROUTINE)
    assert "too late" in said("2026-12-23T18:00", Floor(Urgency.SOON, 3))
    assert "too late" not in said("2026-12-23T18:00", Floor(Urgency.SOON, 7))


def test_only_what_fits() -> None:
    assert "Early pregnancy clinic: +44 20 7946 0033. Open now, until 20:00." in said(
        "2026-11-22T09:00", SAME_DAY, ("early_pregnancy",)
    )
    assert "Early pregnancy" not in said("2026-11-22T09:00", ROUTINE, ("sti_tests",))
    assert "Care after sex you did not agree to: +44 20 7946 0055. Open day and night." in said(
        "2026-11-22T09:00", SAME_DAY, ("unwanted_sex",)
    )


def test_where_nothing_fits_the_clinic_can_still_be_asked() -> None:
    assert "Call +44 20 7946 0018." in said("2026-11-22T09:00", ROUTINE, ("washing_and_home_remedies",))


def test_where_nothing_fits_it_is_still_said_whether_anybody_is_there() -> None:
    nothing_fits = ("washing_and_home_remedies",)
    closed = said("2026-11-22T09:00", SAME_DAY, nothing_fits)
    assert "Call +44 20 7946 0018. Closed now. Opens tomorrow 09:00." in closed
    assert "If it cannot wait: +44 20 7946 0112." in closed
    assert "That is too late this time." in said("2026-11-20T20:00", SAME_DAY, nothing_fits)
    assert "Call +44 20 7946 0018. Open now, until 12:30." in said("2026-11-23T10:00", SAME_DAY, nothing_fits)


def test_never_in_an_emergency() -> None:
    assert said("2026-11-23T10:00", EMERGENCY_FLOOR) == ""


def test_without_a_clock_nothing_is_said_of_doors() -> None:
    voice = Texts(LIBRARY.with_environment(Environment(LIBRARY.environment.clinics)), Session(clinic="northside"))
    text = services_text(voice, ROUTINE, TESTS)
    assert "+44 20 7946 0018" in text
    assert "Open" not in text
    assert "losed" not in text


def clinics() -> Iterator[Clinic]:
    """Every clinic of the example, and one without anything that may be left out."""
    yield from LIBRARY.environment.clinics.values()
    bare = """
clinics:
  bare:
    {name: Bare, languages: [en], country: GB, time_zone: Europe/London, phone: "020 7946 0000",
     emergency_number: "999", hours: {}}"""
    yield of_file(bare, LIBRARY).clinics["bare"]


def test_whatever_the_hour_the_action_comes_first_and_the_signs_stay() -> None:
    """At many hours, for each clinic: the time limit is the first word of an ending, and the signs are there."""
    for clinic in clinics():
        for when in ("2026-11-22T09:00", "2026-11-23T10:00", "2026-12-25T23:59", "2026-03-29T01:30"):
            chat = Chat(
                LIBRARY.with_environment(Environment({clinic.id: clinic}, later(LIBRARY, when).environment.now))
            )
            chat.link(clinic.id, "bleeding_after_sex")
            chat.send(ButtonPress("!go_on:bleeding_after_sex"))
            while chat.messages[-1].kind is MessageKind.QUESTION:
                chat.answer()
            ending = chat.messages[-1]
            assert ending.kind is MessageKind.ENDING
            place, signs = ending.text.index(f"At {clinic.name}:"), ending.text.index("now if:")
            assert ending.text.startswith(("Please", "You can care"))
            assert 0 < place < signs
            assert clinic.phone in ending.text
            assert len(ending.text) <= 4096
