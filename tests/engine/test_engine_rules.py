"""The twelve engine rules of the red-flag list, each in a test that names it."""

import pytest

from bot.engine.session import MessageKind, Start, TypedText
from bot.model.bundle import ContentBundle
from bot.model.urgency import Floor, Urgency
from tests.support.stories import Chat

BLEEDING = {"chooser.topic": "bleeding"}
EASY = BLEEDING | {"safety.blood_now": "spots", "safety.age": "age_30_44", "bleeding_questions.trigger": "dry"}
POSSIBLY = ("small_chance", "maybe_not_due", "maybe_late", "not_sure", "prefer_not_to_say")


@pytest.fixture
def chat(library: ContentBundle) -> Chat:
    chat = Chat(library)
    chat.begin()
    return chat


def end(library: ContentBundle, **taps: str) -> Floor:
    """How soon, for somebody with an easy story but for *taps*."""
    chat = Chat(library)
    chat.begin()
    ending = chat.tap(EASY | {name.replace("__", ".", 1): value for name, value in taps.items()})
    assert ending.floor is not None
    return ending.floor


def test_rule_1_a_calmer_answer_later_never_lowers(chat: Chat) -> None:
    chat.tap(EASY | {"safety.blood_now": "steady"})
    assert chat.screen.floor == Floor(Urgency.SAME_DAY)


def test_rule_2_one_emergency_answer_is_enough_and_ends_the_questions(chat: Chat) -> None:
    chat.tap(BLEEDING, at="safety.signs")
    screen = chat.press("yes")
    assert screen.kind is MessageKind.EMERGENCY
    assert len(chat.last) == 1, "nothing is asked or said before it"


def test_rule_3_the_safety_block_comes_first_in_every_flow(library: ContentBundle) -> None:
    for topic in ("bleeding", "discharge", "pain"):
        chat = Chat(library)
        chat.begin()
        chat.press(topic)
        assert chat.screen.state_id == "safety.signs"


def test_rule_3_the_safety_block_comes_again_when_somebody_comes_back(chat: Chat) -> None:
    chat.tap(EASY)
    assert chat.screen.kind is MessageKind.ENDING
    chat.send(Start())
    assert chat.screen.kind is MessageKind.OPENING
    chat.press("!go_on:chooser")
    chat.press("bleeding")
    assert chat.screen.state_id == "safety.signs"


SAFETY_UNSURE = ("signs", "blood_now", "pregnant", "pain", "fever", "gate", "unwanted", "time_limited")


@pytest.mark.parametrize("question", SAFETY_UNSURE)
def test_rule_4_not_sure_is_never_no(library: ContentBundle, question: str) -> None:
    unsure = {f"safety__{question}": "not_sure", "safety__test": "not_sure", "unwanted_sex__when": "not_sure"}
    floor = end(library, **unsure)
    assert floor.urgency >= Urgency.SAME_DAY


def test_rule_4_two_not_sure_in_the_safety_block_are_same_day_at_least(library: ContentBundle) -> None:
    assert end(library, safety__signs="not_sure", safety__fever="not_sure").urgency >= Urgency.SAME_DAY


@pytest.mark.parametrize("question", ["signs", "blood_now", "pregnant", "pain", "fever", "gate"])
def test_rule_5_prefer_not_to_say_shows_the_signs_sets_same_day_and_goes_on(chat: Chat, question: str) -> None:
    chat.tap(EASY, at=f"safety.{question}")
    screen = chat.press("prefer_not_to_say")
    assert screen.kind is MessageKind.QUESTION
    assert "Call 112, 911 or 999 now if:" in screen.text
    assert chat.tap(EASY | {"safety.test": "negative"}).floor == Floor(Urgency.SAME_DAY)


def test_rule_6_pregnancy_is_possible_until_shown_otherwise(library: ContentBundle) -> None:
    for answer in POSSIBLY:
        assert end(library, safety__pregnant=answer, safety__pain="strong_both").urgency is Urgency.EMERGENCY
    assert end(library, safety__pregnant="negative", safety__pain="shoulder").urgency is Urgency.EMERGENCY


def test_rule_7_a_clear_trigger_does_not_lower(library: ContentBundle) -> None:
    for trigger in ("first_times", "dry", "energetic", "several"):
        floor = end(library, bleeding_questions__trigger=trigger, bleeding_questions__before="often")
        assert floor >= Floor(Urgency.SOON, 7)


NEVER_HOME = {
    "perhaps pregnant": {"safety__pregnant": "maybe_not_due"},
    "under 16": {"safety__age": "age_13_15"},
    "a blood thinner": {"safety__gate": "thinner", "safety__thinner": "yes"},
    "an operation": {"safety__gate": "recent", "safety__recent": "weeks_0_6"},
    "a birth 6 to 12 weeks ago": {"safety__gate": "recent", "safety__recent": "weeks_6_12"},
    "a third time": {"bleeding_questions__before": "often"},
    "over 12 months after the last period": {"background__periods": "over_12_months"},
    "a fever": {"safety__fever": "fever_ok"},
    "unwanted sex long ago": {"safety__unwanted": "yes", "unwanted_sex__when": "longer"},
}


@pytest.mark.parametrize("case", NEVER_HOME)
def test_rule_8_never_self_care_with(library: ContentBundle, case: str) -> None:
    assert end(library).urgency is Urgency.SELF_CARE, "without it, this story may stay at home"
    assert end(library, **NEVER_HOME[case]).urgency > Urgency.SELF_CARE


def test_rule_9_nobody_who_bleeds_heavily_is_told_to_count(chat: Chat) -> None:
    chat.tap(BLEEDING, at="safety.blood_now")
    assert chat.press("pouring").kind is MessageKind.EMERGENCY
    assert "hour" not in chat.screen.text


def test_rule_10_the_emergency_screen_is_an_action_a_number_what_to_do_and_nothing_else(library: ContentBundle) -> None:
    for flow in library.flows["en"].values():
        for state in flow.states.values():
            if getattr(state, "floor", None) == Floor(Urgency.EMERGENCY):
                assert "{emergency_number}" in state.say.splitlines()[0] + state.say.splitlines()[1], state.name
                assert not state.effect.learn
                assert state.say.endswith("This chat cannot see you, and no person is watching it.")
    chat = Chat(library)
    chat.begin()
    chat.tap(BLEEDING | {"safety.signs": "yes"})
    assert [button.id for button in chat.screen.tools] == ["!countries", "!staff", "!mistake", "!hide"]


def test_rule_11_typed_words_of_danger_offer_help_and_decide_nothing(chat: Chat) -> None:
    chat.tap(BLEEDING, at="safety.blood_now")
    before = chat.session.answers
    chat.send(TypedText("i think i am passing out"))
    assert "!urgent" in [button.id for button in chat.last[0].tools]
    assert chat.screen.state_id == "safety.blood_now"
    assert chat.session.answers == before


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("help now", "If you need help right now"),
        ("i think i am passing out", "That sounds serious"),
        ("not sure", "Nothing was changed"),
        ("1", "Nothing was changed"),
    ],
)
def test_words_that_came_too_early_answer_nothing_but_danger_is_heard(chat: Chat, words: str, says: str) -> None:
    """They were written before the open question could be seen."""
    chat.tap(BLEEDING, at="safety.blood_now")
    before = chat.session.answers
    chat.send(TypedText(words, -1))
    assert chat.session.answers == before
    assert says in chat.text


def test_rule_12_every_ending_repeats_the_call_now_list(library: ContentBundle) -> None:
    for taps in ({}, {"bleeding_questions.before": "often"}, {"safety.blood_now": "steady"}):
        chat = Chat(library)
        chat.begin()
        chat.tap(EASY | taps)
        assert chat.screen.kind is MessageKind.ENDING
        assert "Call 112, 911 or 999 now if:" in chat.screen.text
