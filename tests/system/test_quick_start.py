"""From the README to a running bot with a token and a key, in two commands, word for word, in a fresh clone."""

import asyncio
import os
import re
import secrets
import signal
import subprocess
import sys
from pathlib import Path

from tests.support.paths import ROOT
from tests.support.running_bot import begun
from tests.support.telegram_double import Telegram

README = (ROOT / "README.md").read_text(encoding="utf-8")
QUESTION = "Right now, do any of these fit?"


def commands() -> list[str]:
    found = re.search(r"^## For the operator\n.*?```sh\n(.*?)```", README, re.MULTILINE | re.DOTALL)
    assert found
    return found[1].strip().splitlines()


def clone(folder: Path) -> Path:
    """With the Python that runs these tests: it has what the README's first command installs."""
    subprocess.run(["git", "clone", "--quiet", ROOT, folder], check=True, capture_output=True)
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


def editor(folder: Path, **given: str) -> Path:
    """Somebody who writes these values into the file that they are shown."""
    written = "\n".join(f"sed -i 's|^{name}=.*|{name}={value}|' \"$1\"" for name, value in given.items())
    script = folder / "editor"
    script.write_text(f"#!/bin/sh\n{written}\n")
    script.chmod(0o700)
    return script


async def test_a_token_and_a_key_in_two_commands(tmp_path: Path) -> None:
    edit, start = commands()
    home = clone(tmp_path / "clone")
    plain = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    async with Telegram(seed=1) as telegram:
        token = {
            "TELEGRAM_TOKEN": telegram.token,
            "TELEGRAM_API_URL": telegram.url,
            "SESSION_KEY": secrets.token_urlsafe(48),
        }
        subprocess.run(
            ["sh", "-euc", edit], cwd=home, env=plain | {"EDITOR": str(editor(tmp_path, **token))}, check=True
        )
        process = subprocess.Popen(
            ["sh", "-euc", start], cwd=home, env=plain, start_new_session=True, stderr=subprocess.PIPE, text=True
        )
        try:
            ana = telegram.person("Ana")
            await begun(ana, "Bleeding after sex")
            await ana.sees(QUESTION)
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            _, said = await asyncio.to_thread(process.communicate)
    assert "draft that no clinician has reviewed" in said
    assert "kept in memory only" not in said
    assert telegram.token not in said
    assert token["SESSION_KEY"] not in said
    assert (home / "confidante.sqlite").exists()
