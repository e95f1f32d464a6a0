"""After a start a newcomer costs what a newcomer always costs: nothing is looked for that nobody may have sent."""

from pathlib import Path

from bot.model.bundle import ContentBundle
from tests.support.running_bot import in_file, serving
from tests.support.telegram_double import Telegram


async def test_who_waited_for_the_bot_to_start_gets_one_message_and_no_probe(
    telegram: Telegram, library: ContentBundle, tmp_path: Path
) -> None:
    people = [telegram.person(f"Person{number}") for number in range(20)]
    for person in people:
        person.writes("/start")
    async with serving(telegram, library, in_file(tmp_path)) as bot:
        for person in people:
            await person.sees("Hello. I am a set of questions")
        await bot.idle()
    methods = [call.method for call in telegram.calls]
    assert methods.count("sendMessage") == len(people)
    assert methods.count("editMessageReplyMarkup") == 0
    assert methods.count("deleteMessage") == methods.count("deleteMessages") == 0
