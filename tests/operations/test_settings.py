"""The environment: read once, told in one go what is wrong with it, and silent about its secrets."""

import re

import pytest

from bot.adapters.telegram_bot.preflight import valid_settings
from bot.operations.settings import VARIABLE_NAMES, Secret, Settings, SettingsError
from tests.support.paths import ROOT

TOKEN = "123456:" + "A" * 35
KEY = "k" * 32
GOOD = {"TELEGRAM_TOKEN": TOKEN}


def wrong(**given: str) -> tuple[str, ...]:
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(GOOD | given)
    return caught.value.messages


def test_a_token_is_enough() -> None:
    settings = Settings.from_environment(GOOD)
    assert settings.store == "memory:"
    assert settings.session_hours == 24
    assert settings.api_url == "https://api.telegram.org"


def test_with_a_key_conversations_are_kept_in_a_file() -> None:
    settings = Settings.from_environment(GOOD | {"SESSION_KEY": f"{KEY}, {KEY}2"})
    assert settings.store == "sqlite:confidante.sqlite"
    assert settings.session_keys == (KEY, KEY + "2")


@pytest.mark.parametrize("url", ["http://127.0.0.1:8081", "http://127.0.0.1:8081/", "http://127.0.0.1:8081/bot"])
def test_the_api_address_may_be_written_as_people_write_it(url: str) -> None:
    assert Settings.from_environment(GOOD | {"TELEGRAM_API_URL": url}).api_url == "http://127.0.0.1:8081"


def test_everything_that_is_wrong_is_told_in_one_go() -> None:
    bad = {
        "TELEGRAM_TOKEN": "no",
        "TELEGRAM_API_URL": "ftp://x",
        "SESSION_STORE": "redis://x",
        "SESSION_KEY": "short",
        "SESSION_HOURS": "41",
        "OPERATOR_NAME": "{name}",
        "OPERATOR_CONTACT": "a\nb",
        "WEBHOOK_URL": "x",
        "WEBHOOK_LISTEN": "host:99999",
        "METRICS_LISTEN": "nowhere",
        "LOG_LEVEL": "LOUD",
    }
    with pytest.raises(SettingsError) as caught:
        Settings.from_environment(bad)
    told = caught.value.messages
    assert {sentence.split(" ")[0].strip(":.,") for sentence in told} == set(bad)
    assert all(sentence.endswith((".", '"')) for sentence in told)


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"SESSION_STORE": "sqlite:x.sqlite"}, "SESSION_KEY must be set"),
        ({"SESSION_STORE": "sqlite:", "SESSION_KEY": KEY}, "needs the path"),
        ({"SESSION_STORE": "memory:x"}, "takes no path"),
        ({"SESSION_STORE": "postgresql:x", "SESSION_KEY": KEY}, "postgresql://user"),
        ({"SESSION_STORE": "postgresql://x/y"}, "SESSION_KEY must be set"),
        ({"METRICS_LISTEN": "9090"}, "as in 127.0.0.1:9090"),
        ({"SESSION_KEY": ","}, "only commas"),
        ({"SESSION_KEY": f"{KEY},short"}, "key 2"),
        ({"WEBHOOK_URL": "https://bot.example/hook"}, "WEBHOOK_SECRET must be"),
        ({"WEBHOOK_URL": "http://bot.example/hook", "WEBHOOK_SECRET": "s"}, "must be the https://"),
        ({"WEBHOOK_URL": "https://bot.example:8080/hook", "WEBHOOK_SECRET": "s"}, "443 (or none), 80, 88 or 8443"),
        ({"WEBHOOK_SECRET": "with space"}, "letters, digits"),
        ({"SESSION_HOURS": "1.5"}, "whole number"),
        ({"SESSION_HOURS": "0"}, "whole number"),
    ],
)
def test_each_fault_has_its_sentence(given: dict[str, str], says: str) -> None:
    (sentence,) = wrong(**given)
    assert says in sentence


@pytest.mark.parametrize("port", ["", ":443", ":80", ":88", ":8443"])
def test_a_port_that_telegram_calls(port: str) -> None:
    given = {"WEBHOOK_URL": f"https://bot.example{port}/hook", "WEBHOOK_SECRET": "s"}
    assert Settings.from_environment(GOOD | given).webhook_url == given["WEBHOOK_URL"]


def test_a_server_of_ones_own_may_call_any_address() -> None:
    given = {"TELEGRAM_API_URL": "http://127.0.0.1:8081", "WEBHOOK_URL": "http://10.0.0.2:9/x", "WEBHOOK_SECRET": "s"}
    assert Settings.from_environment(GOOD | given).webhook_url == "http://10.0.0.2:9/x"


def test_what_is_good_can_be_used_though_the_rest_is_wrong() -> None:
    given = {"TELEGRAM_TOKEN": "no", "SESSION_STORE": "sqlite:x", "SESSION_KEY": "short", "CLINICS": "clinics.yaml"}
    settings = valid_settings(given)
    assert (settings.clinics_file, settings.session_keys, settings.store) == ("clinics.yaml", (), "memory:")


def test_no_token_at_all_says_where_one_comes_from() -> None:
    with pytest.raises(SettingsError, match="BotFather"):
        Settings.from_environment({})


def test_no_secret_is_shown_by_a_repr_or_a_complaint() -> None:
    settings = Settings.from_environment(GOOD | {"SESSION_KEY": KEY, "WEBHOOK_SECRET": "s" * 9})
    assert TOKEN not in repr(settings)
    assert KEY not in repr(settings)
    assert "s" * 9 not in repr(settings)
    assert settings.token == TOKEN
    assert repr(Secret()) == "Secret('')"
    assert "hush" not in " ".join(wrong(TELEGRAM_TOKEN="hush", SESSION_KEY="hush", WEBHOOK_SECRET="hush hush"))


def test_an_address_with_a_password_is_a_secret_too() -> None:
    given = {"SESSION_STORE": "postgresql://bot:hunter2@db/x", "SESSION_KEY": KEY}
    settings = Settings.from_environment(GOOD | given)
    assert settings.store == given["SESSION_STORE"]
    assert "hunter2" not in repr(settings)


def test_metrics_are_nowhere_unless_asked_for_and_never_where_the_world_knocks() -> None:
    assert Settings.from_environment(GOOD).metrics_listen is None
    assert Settings.from_environment(GOOD | {"METRICS_LISTEN": ":9090"}).metrics_listen == ("0.0.0.0", 9090)
    both = wrong(METRICS_LISTEN="127.0.0.1:8080", WEBHOOK_LISTEN="127.0.0.1:8080")
    assert all("different ports" in sentence for sentence in both)


def test_the_example_lists_every_name_with_one_comment_each() -> None:
    text = (ROOT / ".env.example").read_text()
    assert tuple(re.findall(r"^([A-Z_]+)=$", text, re.MULTILINE)) == VARIABLE_NAMES
    assert len(re.findall(r"^# .+\n[A-Z_]+=$", text, re.MULTILINE)) == len(VARIABLE_NAMES)


def test_the_example_as_it_is_lacks_only_the_token() -> None:
    text = (ROOT / ".env.example").read_text()
    given = dict(line.split("=", 1) for line in text.splitlines() if line and not line.startswith("#"))
    assert len(wrong(**given)) == 1
