"""What somebody sees on a small phone: the double's own messages, laid out as Telegram lays them out, in a browser.

    python -m tests.long.screenshots FOLDER            # every kind of screen as a PNG, to be looked at
    python -m tests.long.screenshots FOLDER opening    # only those whose name begins so

`tests/system/test_screenshots.py` measures the same page: no label cut, no button off the screen, enough contrast.
"""
