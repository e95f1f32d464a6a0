"""What ships for many machines: checked as far as it can be without a container engine, and no further."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.operations.settings import VARIABLE_NAMES
from tests.support.paths import ROOT
from tests.support.postgres_server import LIKE_COMPOSE

STEPS = ("FROM", "WORKDIR", "COPY", "RUN", "USER", "ENV", "ENTRYPOINT", "CMD")


@pytest.fixture
def compose() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    return found


def steps() -> list[tuple[str, str]]:
    lines = [line for line in (ROOT / "Dockerfile").read_text().splitlines() if line and not line.startswith("#")]
    return [tuple(line.split(" ", 1)) for line in lines]  # type: ignore[misc]


def test_two_bots_one_database_one_proxy(compose: dict[str, Any]) -> None:
    services = compose["services"]
    assert set(services) == {"bot1", "bot2", "database", "proxy"}
    assert services["bot1"] == services["bot2"], "neither is a leader"
    for port in ("9090", "5432", "8080"):
        assert not any(port in str(service.get("ports", "")) for service in services.values()), "only the proxy is open"
    assert {volume.split(":")[0] for s in services.values() for volume in s.get("volumes", [])} <= set(
        compose["volumes"]
    )


def test_every_name_in_it_is_a_setting(compose: dict[str, Any]) -> None:
    assert set(compose["services"]["bot1"]["environment"]) <= set(VARIABLE_NAMES)
    text = (ROOT / "compose.yaml").read_text()
    asked = set(re.findall(r"\$\{(\w+)", text))
    assert asked == {"POSTGRES_PASSWORD", "PUBLIC_NAME"}
    assert all(f"{name}=" in text for name in asked), "and it says where they are put"


def test_the_database_is_set_as_the_one_in_the_tests(compose: dict[str, Any]) -> None:
    command = compose["services"]["database"]["command"]
    assert tuple(command[n + 1] for n, word in enumerate(command) if word == "-c") == LIKE_COMPOSE


def has_compose() -> bool:
    return (
        bool(shutil.which("docker"))
        and not subprocess.run(["docker", "compose", "version"], capture_output=True).returncode
    )


@pytest.mark.skipif(not has_compose(), reason="NO CONTAINER ENGINE HERE: only the form of the files was checked")
def test_the_engine_understands_it() -> None:
    given = {"POSTGRES_PASSWORD": "x", "PUBLIC_NAME": "bot.example", "PATH": "/usr/bin:/usr/local/bin:/bin"}
    done = subprocess.run(["docker", "compose", "config", "-q"], cwd=ROOT, env=given, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_the_box_is_not_run_as_root_and_holds_no_secret() -> None:
    assert all(name in STEPS for name, _ in steps())
    users = [rest for name, rest in steps() if name == "USER"]
    assert users == ["10001:10001"]
    assert not any(name in rest for _, rest in steps() for name in ("TELEGRAM_TOKEN", "SESSION_KEY", "WEBHOOK_SECRET"))


@pytest.mark.timeout(600)
def test_its_steps_work_in_a_clean_folder(tmp_path: Path) -> None:
    """As a script, with the folder in place of the box: then the bot in it must say what is missing, and no more."""
    for name, rest in steps():
        if name == "COPY":
            *sources, target = rest.split()
            for source in sources:
                _copy(ROOT / source, tmp_path / target)
        elif name == "RUN":
            command = rest.replace("/app", str(tmp_path)).replace("/releases", str(tmp_path / "releases"))
            command = command.replace("-o 10001 -g 10001 ", "")
            path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"  # where there is a `python`, as in the box
            ours = {**os.environ, "PATH": path}
            done = subprocess.run(command, shell=True, cwd=tmp_path, env=ours, capture_output=True, text=True)
            assert done.returncode == 0, f"{rest}\n{done.stderr[-2000:]}"
    words = [tmp_path / "venv/bin/python", "-m", "bot", "telegram"]
    ended = subprocess.run(words, cwd=tmp_path, env={"PATH": "/usr/bin:/bin"}, capture_output=True, text=True)
    assert ended.returncode == 2
    assert ended.stderr.startswith("TELEGRAM_TOKEN is not set.")
    driver = [tmp_path / "venv/bin/python", "-c", "import bot.sessions.stores.postgres"]
    assert subprocess.run(driver, cwd=tmp_path).returncode == 0


def _copy(source: Path, target: Path) -> None:
    if source.is_dir():
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    else:
        shutil.copy(source, target)
