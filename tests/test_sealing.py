"""What is sealed says nothing to anybody without the key, and cannot be moved or changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sealing import Sealer, WrongKey

OLD, NEW = "an old key that is long enough for us", "a new key that is long enough for us"
CHAT = "4815162342"


@given(st.binary(max_size=2000))
def test_what_was_sealed_is_opened_again(text: bytes) -> None:
    sealer = Sealer([NEW])
    name = sealer.name(CHAT)
    assert sealer.open(name, sealer.seal(name, text)) == text


def test_a_sealed_text_shows_neither_itself_nor_its_chat() -> None:
    sealer = Sealer([NEW])
    name = sealer.name(CHAT)
    both = name + sealer.seal(name, b"bleeding: heavy")
    assert b"heavy" not in both
    assert CHAT.encode() not in both
    assert int(CHAT).to_bytes(8, "big") not in both


def test_the_same_text_never_looks_the_same() -> None:
    sealer = Sealer([NEW])
    assert sealer.seal(b"row", b"text") != sealer.seal(b"row", b"text")


def test_a_seal_moved_to_another_row_does_not_open() -> None:
    sealer = Sealer([NEW])
    with pytest.raises(WrongKey):
        sealer.open(b"another row", sealer.seal(b"row", b"text"))


@given(st.integers(0, 60), st.integers(1, 255))
def test_a_changed_byte_is_noticed(at: int, by: int) -> None:
    sealer = Sealer([NEW])
    sealed = bytearray(sealer.seal(b"row", b"a text of some length, to have bytes in it"))
    sealed[at] ^= by
    with pytest.raises(WrongKey):
        sealer.open(b"row", bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"abc", b"x" * 40])
def test_rubbish_does_not_open(sealed: bytes) -> None:
    with pytest.raises(WrongKey):
        Sealer([NEW]).open(b"row", sealed)


def test_keys_can_be_changed_without_losing_anybody() -> None:
    before, between, after = Sealer([OLD]), Sealer([NEW, OLD]), Sealer([NEW])
    sealed = before.seal(b"row", b"text")
    assert between.open(b"row", sealed) == b"text"
    assert between.is_old(sealed)
    assert not between.is_old(between.seal(b"row", b"text"))
    with pytest.raises(WrongKey):
        after.open(b"row", sealed)


def test_another_key_gives_another_name() -> None:
    assert Sealer([OLD]).name(CHAT) != Sealer([NEW]).name(CHAT) == Sealer([NEW, OLD]).name(CHAT)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        Sealer(["short"])
