"""A browser without a window, led over a pipe: it opens one page, measures in it, and takes pictures of its parts."""

import base64
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless=new",
    "--no-sandbox",  # it sees nothing but a page of our own
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--no-first-run",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)
Json = dict[str, Any]


def needed() -> str:
    """Where the browser is; where there is none the test is skipped, and says so."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("NO CHROMIUM HERE, so no screen was looked at: apt-get install chromium")
    return found


class Browser:
    """`with Browser() as browser:`; its answers come in the order in which it is asked."""

    def __enter__(self) -> "Browser":
        self._folder = Path(tempfile.mkdtemp(prefix="confidante-browser-"))
        to_it, ours_out = os.pipe()
        ours_in, from_it = os.pipe()
        # it reads from 3 and writes to 4: a shell can put our pipes there
        led = ["/bin/sh", "-c", f'exec "$0" "$@" 3</dev/fd/{to_it} 4>/dev/fd/{from_it}', needed()]
        self._process = subprocess.Popen(
            [*led, *FLAGS, f"--user-data-dir={self._folder}"],
            pass_fds=(to_it, from_it),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"HOME": str(self._folder)},
        )
        os.close(to_it)
        os.close(from_it)
        self._write, self._read = os.fdopen(ours_out, "wb"), os.fdopen(ours_in, "rb")
        self._asked, self._left, self._page = 0, b"", ""
        try:
            page = self._ask("Target.createTarget", url="about:blank")["targetId"]
            self._page = self._ask("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._page = ""
        try:
            self._ask("Browser.close")  # so that it takes its helpers with it
            self._process.wait(10)
        except ConnectionError:
            pass
        finally:
            self._process.kill()
            self._process.wait()
            self._write.close()
            self._read.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    # ---- what can be asked of it

    def shows(self, page: str) -> None:
        """Show *page*, an HTML document, and wait until its letters are there."""
        file = self._folder / "page.html"
        file.write_text(page, encoding="utf-8")
        self._ask("Page.navigate", url=file.as_uri())
        self.says("new Promise(done => { (document.readyState === 'complete') ? done() : onload = () => done() })")
        self.says("document.fonts.ready.then(() => 0)")

    def says(self, script: str) -> Any:
        """What *script* comes to in the page."""
        told = self._ask("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in told, told["exceptionDetails"]
        return told["result"].get("value")

    def picture(self, selector: str, scale: float = 1.0) -> bytes:
        """A PNG of the one thing that *selector* finds."""
        clip = self.says(
            f"(r => ({{x: r.x + scrollX, y: r.y + scrollY, width: r.width, height: r.height}}))"
            f"(document.querySelector({json.dumps(selector)}).getBoundingClientRect())"
        )
        given = {"format": "png", "captureBeyondViewport": True, "clip": clip | {"scale": scale}}
        return base64.b64decode(self._ask("Page.captureScreenshot", **given)["data"])

    # ---- the pipe: one JSON each way, ended by a zero byte

    def _ask(self, method: str, **given: Any) -> Json:
        self._asked += 1
        asked = {"id": self._asked, "method": method, "params": given}
        self._write.write(json.dumps(asked | ({"sessionId": self._page} if self._page else {})).encode() + b"\0")
        self._write.flush()
        while (told := self._hear()).get("id") != self._asked:
            pass  # an event, of which we want none
        assert "error" not in told, told["error"]
        result: Json = told["result"]
        return result

    def _hear(self) -> Json:
        while b"\0" not in self._left:
            part = os.read(self._read.fileno(), 1 << 20)
            if not part:
                raise ConnectionError("the browser has gone")
            self._left += part
        told, _, self._left = self._left.partition(b"\0")
        heard: Json = json.loads(told)
        return heard
