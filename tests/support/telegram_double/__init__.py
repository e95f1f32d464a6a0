"""Telegram's Bot API, standing in for itself: real HTTP, at least as strict, with every fault on demand.

    async with Telegram(seed=1) as telegram:       # a server on loopback: telegram.url, telegram.token
        ana = telegram.person("Ana")
        telegram.faults.next("sendMessage", Cut(after=True))
        ana.starts()                               # an update; the bot polls or is posted to
        await ana.sees("Hello")                    # waits until the screen shows it
        tap = ana.taps("Yes")                      # or taps_twice, forges, device().taps, taps(on=old_copy)
        assert await ana.answered(tap) == ""       # its toast
        telegram.faults.during(3600, Odd("html"), "getUpdates")  # also next, repeat, often, always, hold; odd_answers()
        telegram.faults.next("sendMessage", refused("can't parse entities"))
        with telegram.batch(order=[1, 0]):         # both in one getUpdates batch, or a burst of posts
            ana.taps("Yes")
            ana.writes("/hide")
        ana.captions("/stop")                      # words under a photo; sends("auto_delete_timer"), business("hi")
        telegram.other_poller(seconds=30)          # or other_sets_webhook(), other_deletes_webhook(), echo_bot()
        telegram.skip_message_ids(14)              # other people's messages: ids of all chats are one row
        print(ana.transcript(), telegram.complaints, telegram.calls_of("sendMessage"))

From another process: `python -m tests.support.telegram_double`, and JSON to `/control/<verb>` (see control.py).
"""

from tests.support.telegram_double.clock import Clock
from tests.support.telegram_double.faults import WEBHOOK, Broken, Cut, Flood, Held, Refused, Silent, Slow
from tests.support.telegram_double.named_refusals import REFUSALS, refused
from tests.support.telegram_double.odd_answers import SHAPES, Odd, odd_answers
from tests.support.telegram_double.people import Device, Group, Person, all_settled
from tests.support.telegram_double.rules import Rate, Rules, documented
from tests.support.telegram_double.telegram import Telegram
from tests.support.telegram_double.world import Call, Tap

__all__ = [
    "REFUSALS",
    "SHAPES",
    "WEBHOOK",
    "Broken",
    "Call",
    "Clock",
    "Cut",
    "Device",
    "Flood",
    "Group",
    "Held",
    "Odd",
    "Person",
    "Rate",
    "Refused",
    "Rules",
    "Silent",
    "Slow",
    "Tap",
    "Telegram",
    "all_settled",
    "documented",
    "odd_answers",
    "refused",
]  # fmt: skip
