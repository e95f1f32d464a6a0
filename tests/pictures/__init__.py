"""What somebody sees on a small phone: the double's own messages, laid out as Telegram lays them out, in a browser.

    python -m tests.pictures FOLDER            # every kind of screen as a PNG, to be looked at
    python -m tests.pictures FOLDER opening    # only those whose name begins so

`tests/test_pictures.py` measures the same page: no label cut, no button off the screen, enough contrast.
"""
