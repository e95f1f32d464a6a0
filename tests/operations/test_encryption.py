"""What is sealed says nothing to anybody without the key, and cannot be moved or changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.operations.encryption import SHORTEST, Key, Sealer, WrongKey, new_key, open_with, seal_with

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


def test_a_key_of_just_enough_bytes_will_do() -> None:
    assert Sealer(["k" * SHORTEST]).name(CHAT)
    with pytest.raises(ValueError, match=r"^a key needs 32 bytes at least$"):
        Sealer(["k" * (SHORTEST - 1)])


def test_what_an_older_release_sealed_is_opened_by_every_later_one() -> None:
    """The bytes are those of the first release: whoever changes how they are made loses everybody."""
    key = Key(OLD)
    assert key.name(CHAT).hex() == "d27e8883550ed8987e153ee1118809837dc33af6a989808c4c43d3824629c198"
    assert key.mark.hex() == "662315fd"
    assert key.draft.hex() == "47429f9ee1691030590fa8dc9e7842db55a17d2518d567b8a1ecbc7aa2e519f7"
    sealed = bytes.fromhex("662315fd000102030405060708090a0b607cb51c5bdc04878745c72aac88e1d888e1d8ae")
    assert Sealer([NEW, OLD]).open(b"row", sealed) == b"text"


def test_the_keys_that_are_made_of_one_have_nothing_in_common() -> None:
    key = Key(OLD)
    assert len({key.draft, key.name(""), key.name(CHAT), key.mark}) == 4
    assert not key.draft.startswith(key.mark)


def test_while_one_key_replaces_another_a_row_is_looked_for_under_both_names() -> None:
    sealer = Sealer([NEW, OLD])
    assert sealer.names(CHAT) == [Sealer([NEW]).name(CHAT), Sealer([OLD]).name(CHAT)]
    assert Sealer([NEW]).names(CHAT) == [Sealer([NEW]).name(CHAT)]
    assert sealer.mark == Key(NEW).mark


def test_a_row_sealed_under_a_key_of_its_own_opens_with_that_key_alone() -> None:
    own, other = new_key(), new_key()
    assert own != other
    assert len(own) == 32
    sealed = seal_with(own, b"text")
    assert open_with(own, sealed) == b"text"
    for key, text in ((other, sealed), (own, sealed[:-1]), (own, b""), (b"short", sealed)):
        with pytest.raises(WrongKey):
            open_with(key, text)
