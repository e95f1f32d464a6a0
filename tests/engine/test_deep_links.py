"""Links that clinics share: every slip is noticed, no payload does harm, and none holds anything of a person."""

import re
import string
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.authoring.loader import content_root, load_bundle
from bot.clinics.draft_links import parse_start_payload
from bot.engine.deep_links import MAX_PAYLOAD_CHARACTERS, PAYLOAD_ALPHABET, clinic_payload, deep_link, flow_code
from bot.engine.session import MessageKind, Session, Start
from bot.engine.step import step
from bot.model.bundle import ContentBundle
from tests.support.clinics import town

LIBRARY = town(load_bundle(content_root())[0])
ALLOWED = string.ascii_letters + string.digits + "_-"
CLINICS = ("northside", "riverside_youth", "a", "a" * 20)
CODES = [clinic_payload(clinic, flow) for clinic in CLINICS for flow in ("", *LIBRARY.entry_flows)]


def test_every_payload_fits() -> None:
    for code in CODES:
        assert len(code) <= MAX_PAYLOAD_CHARACTERS
        assert set(code) <= set(ALLOWED)
        assert deep_link("ConfidanteBot", code) == f"https://t.me/ConfidanteBot?start={code}"


def test_what_is_written_is_read() -> None:
    assert parse_start_payload(clinic_payload("northside"), LIBRARY) == Start(clinic="northside")
    assert parse_start_payload(clinic_payload("northside", "bleeding_after_sex"), LIBRARY) == Start(
        "bleeding_after_sex", clinic="northside"
    )


def test_a_flow_stands_in_a_link_as_letters_that_tell_nothing() -> None:
    marks = {flow_code(flow) for flow in LIBRARY.entry_flows}
    assert len(marks) == len(LIBRARY.entry_flows)
    for flow in LIBRARY.entry_flows:
        told = clinic_payload("northside", flow).split("-")[1]
        assert set(told) <= set(PAYLOAD_ALPHABET)
        assert not any(word in told for word in flow.split("_"))


def slips(code: str) -> Iterator[str]:
    """Every way to mistype one character, to leave one out, to double one, and to swap two neighbours."""
    for at in range(len(code)):
        yield code[:at] + code[at + 1 :]
        yield code[:at] + code[at] + code[at:]
        yield code[:at] + code[at : at + 2][::-1] + code[at + 2 :]
        yield from (code[:at] + letter + code[at + 1 :] for letter in string.ascii_lowercase + string.digits + "_-")


@pytest.mark.parametrize("code", CODES)
def test_a_slip_leads_to_no_other_clinic(code: str) -> None:
    """Whatever one slip makes of a code, it never opens a clinic; and it is met with a kind line."""
    for slip in set(slips(code)) - {code}:
        start = parse_start_payload(slip, LIBRARY)
        assert start.clinic == ""
        assert start.phrase in ("link_damaged", "link_unknown")


def test_case_and_blanks_do_not_matter() -> None:
    assert parse_start_payload(f"  {clinic_payload('northside').upper()}\n", LIBRARY).clinic == "northside"


def test_a_clinic_that_is_gone() -> None:
    """Its posters hang on: they open the ordinary start, with a word about it."""
    assert parse_start_payload(clinic_payload("closed_down"), LIBRARY) == Start(phrase="link_unknown")


def test_a_flow_that_the_clinic_no_longer_offers() -> None:
    assert parse_start_payload(clinic_payload("northside", "pain_with_sex"), LIBRARY) == Start(clinic="northside")


HOSTILE = [
    "", "-", "--", "_", "__", "-" * 64, "_" * 64, "a" * 64, "a" * 65, "9" * 4000, "northside", "northside-",
    "northside--", "northside-rcw2-", "-rcw2", "northside-rcw2\x00", "northside rcw2", "../../etc/passwd", "%2e%2e",
    "';DROP TABLE--", "{clinic_name}", "{0.__class__}", "<b>", "\u202enorthside", "ｎorthside-rcw2", "nörthside-rcw2",
    "northside-rcw²", "🩸", "true", "null", "__class__-rcw2", "northside=rcw2", "northside-rcw2&start=x", "\ud800",
    "urgency", "!stop", "/stop", "draft", "_AAAA", "_" + "A" * 63, "-----rcw2",
]  # fmt: skip


@pytest.mark.parametrize("code", HOSTILE)
def test_a_hostile_payload_leads_to_the_ordinary_start(code: str) -> None:
    event = parse_start_payload(code, LIBRARY)
    assert event.clinic == "" == event.reviewer
    session, messages = step(LIBRARY, Session(), event)
    assert messages[-1].kind is MessageKind.OPENING
    assert [button.id for button in messages[-1].options] == ["!go_on:chooser"]
    assert (session.clinic, session.consented, session.draft_until) == ("", False, 0)
    assert len(messages) == (2 if event.phrase else 1)
    assert not code or len(code) < 3 or code not in messages[0].text  # nothing of it is ever said again


@given(st.one_of(st.text(max_size=80), st.text(alphabet=ALLOWED, max_size=70)))
def test_no_text_opens_a_clinic_by_chance(code: str) -> None:
    start = parse_start_payload(code, LIBRARY)
    assert start.clinic == "" or code.strip().lower() in CODES
    assert start.reviewer == ""


def test_a_link_holds_nothing_of_a_person(library: ContentBundle) -> None:
    """What a link can say is a clinic and a flow: there is no field for anything else."""
    names = re.findall(r"\w+", "clinic flow language country phrase reviewer until")
    assert sorted(Start.__slots__) == sorted(names)
    start = parse_start_payload(CODES[1], LIBRARY)
    assert (start.language, start.country, start.reviewer) == ("", "", "")
