"""Every kind of screen as a PNG in a folder, to be looked at: `python -m tests.long.screenshots FOLDER [NAME…]`."""

import asyncio
import sys
from pathlib import Path

from tests.long.screenshots.browser import Browser
from tests.long.screenshots.page import page
from tests.long.screenshots.phones import all_phones


def main(folder: Path, *names: str) -> None:
    """A name is how a picture's own begins: `opening-en-320`, or a question's `safety.pain`."""
    folder.mkdir(parents=True, exist_ok=True)
    phones = [phone for phone in asyncio.run(all_phones()) if not names or phone.id.startswith(names)]
    with Browser() as browser:
        for phone in phones:
            browser.shows(page([phone]))  # one at a time: for a part, a browser draws all of a page
            (folder / f"{phone.id}.png").write_bytes(browser.picture(".phone"))
    print(f"{len(phones)} pictures in {folder}")


main(Path(sys.argv[1]), *sys.argv[2:])
