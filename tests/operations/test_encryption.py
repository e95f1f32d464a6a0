"""What is sealed says nothing to anybody without the key, and cannot be moved or changed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.operations.encryption import (
    KeyRing,
    MasterKey,
    WrongKeyError,
    decrypt_with,
    encrypt_with,
    generate_data_key,
)
from bot.operations.settings import MIN_KEY_BYTES

OLD, NEW = "an old key that is long enough for us", "a new key that is long enough for us"
CHAT = "4815162342"


@given(st.binary(max_size=2000))
def test_what_was_sealed_is_opened_again(text: bytes) -> None:
    sealer = KeyRing([NEW])
    name = sealer.row_id(CHAT)
    assert sealer.decrypt(name, sealer.encrypt(name, text)) == text


def test_a_sealed_text_shows_neither_itself_nor_its_chat() -> None:
    sealer = KeyRing([NEW])
    name = sealer.row_id(CHAT)
    both = name + sealer.encrypt(name, b"bleeding: heavy")
    assert b"heavy" not in both
    assert CHAT.encode() not in both
    assert int(CHAT).to_bytes(8, "big") not in both


def test_the_same_text_never_looks_the_same() -> None:
    sealer = KeyRing([NEW])
    assert sealer.encrypt(b"row", b"text") != sealer.encrypt(b"row", b"text")


def test_a_seal_moved_to_another_row_does_not_open() -> None:
    sealer = KeyRing([NEW])
    with pytest.raises(WrongKeyError):
        sealer.decrypt(b"another row", sealer.encrypt(b"row", b"text"))


@given(st.integers(0, 60), st.integers(1, 255))
def test_a_changed_byte_is_noticed(at: int, by: int) -> None:
    sealer = KeyRing([NEW])
    sealed = bytearray(sealer.encrypt(b"row", b"a text of some length, to have bytes in it"))
    sealed[at] ^= by
    with pytest.raises(WrongKeyError):
        sealer.decrypt(b"row", bytes(sealed))


@pytest.mark.parametrize("sealed", [b"", b"abc", b"x" * 40])
def test_rubbish_does_not_open(sealed: bytes) -> None:
    with pytest.raises(WrongKeyError):
        KeyRing([NEW]).decrypt(b"row", sealed)


def test_keys_can_be_changed_without_losing_anybody() -> None:
    before, between, after = KeyRing([OLD]), KeyRing([NEW, OLD]), KeyRing([NEW])
    sealed = before.encrypt(b"row", b"text")
    assert between.decrypt(b"row", sealed) == b"text"
    assert between.needs_rewrap(sealed)
    assert not between.needs_rewrap(between.encrypt(b"row", b"text"))
    with pytest.raises(WrongKeyError):
        after.decrypt(b"row", sealed)


def test_another_key_gives_another_name() -> None:
    assert KeyRing([OLD]).row_id(CHAT) != KeyRing([NEW]).row_id(CHAT) == KeyRing([NEW, OLD]).row_id(CHAT)


def test_a_short_key_is_refused() -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        KeyRing(["short"])


def test_a_key_of_just_enough_bytes_will_do() -> None:
    assert KeyRing(["k" * MIN_KEY_BYTES]).row_id(CHAT)
    with pytest.raises(ValueError, match=r"^a key needs 32 bytes at least$"):
        KeyRing(["k" * (MIN_KEY_BYTES - 1)])


def test_what_an_older_release_sealed_is_opened_by_every_later_one() -> None:
    """The bytes are those of the first release: whoever changes how they are made loses everybody."""
    key = MasterKey(OLD)
    assert key.row_id(CHAT).hex() == "d27e8883550ed8987e153ee1118809837dc33af6a989808c4c43d3824629c198"
    assert key.key_id.hex() == "662315fd"
    assert key.draft_link_key.hex() == "47429f9ee1691030590fa8dc9e7842db55a17d2518d567b8a1ecbc7aa2e519f7"
    sealed = bytes.fromhex("662315fd000102030405060708090a0b607cb51c5bdc04878745c72aac88e1d888e1d8ae")
    assert KeyRing([NEW, OLD]).decrypt(b"row", sealed) == b"text"


def test_the_keys_that_are_made_of_one_have_nothing_in_common() -> None:
    key = MasterKey(OLD)
    assert len({key.draft_link_key, key.row_id(""), key.row_id(CHAT), key.key_id}) == 4
    assert not key.draft_link_key.startswith(key.key_id)


def test_while_one_key_replaces_another_a_row_is_looked_for_under_both_names() -> None:
    sealer = KeyRing([NEW, OLD])
    assert sealer.row_ids(CHAT) == [KeyRing([NEW]).row_id(CHAT), KeyRing([OLD]).row_id(CHAT)]
    assert KeyRing([NEW]).row_ids(CHAT) == [KeyRing([NEW]).row_id(CHAT)]
    assert sealer.key_id == MasterKey(NEW).key_id


def test_a_row_sealed_under_a_key_of_its_own_opens_with_that_key_alone() -> None:
    own, other = generate_data_key(), generate_data_key()
    assert own != other
    assert len(own) == 32
    sealed = encrypt_with(own, b"text")
    assert decrypt_with(own, sealed) == b"text"
    for key, text in ((other, sealed), (own, sealed[:-1]), (own, b""), (b"short", sealed)):
        with pytest.raises(WrongKeyError):
            decrypt_with(key, text)
