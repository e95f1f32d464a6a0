"""What somebody can do besides answering: each button keeps its own promise, and changes nothing that it should not."""

from dataclasses import replace

from bot.engine.session import Message, MessageKind, Session, Start
from bot.engine.snapshot import Snapshot
from bot.model.bundle import ContentBundle
from bot.model.content import RedFlag
from bot.model.guards import AnswerIs
from bot.model.urgency import Urgency
from tests.support.clinics import town
from tests.support.stories import Chat, says

ENDS = {"chooser.topic": "bleeding", "safety.blood_now": "spots", "safety.age": "age_30_44"}


def ids(message: Message) -> list[str]:
    return [button.id for button in message.buttons]


# ---- coming back, and links


def test_who_comes_back_in_the_middle_chooses_and_nothing_has_changed(chat: Chat) -> None:
    before = chat.session
    screen = chat.send(Start())
    assert chat.session == before
    assert screen.lead == says(chat, "resume_intro")
    assert screen.text.startswith("Answered so far: 1. Open now:\n")
    assert ids(screen) == ["!resume", "!restart", "!delete"]
    assert screen.kind is MessageKind.LIST


def test_a_question_is_as_private_as_it_was_when_somebody_comes_back_to_it(chat: Chat) -> None:
    for at in ("safety.signs", "bleeding_questions.trigger"):
        sensitive = chat.tap(ENDS, at=at).sensitive
        assert chat.send(Start()).sensitive == sensitive
        chat.press("!resume")
    assert sensitive, "the second one is private"


def test_a_draft_link_in_the_middle_waits_until_the_answers_are_done_or_gone(chat: Chat) -> None:
    before = chat.session
    screen = chat.send(Start(reviewer="anna", until=2_000_000_000))
    assert chat.session == before
    assert (screen.text, screen.kind) == (says(chat, "draft_busy"), MessageKind.LIST)
    assert screen.options == ()
    assert ids(screen) == ["!resume", "!delete"]


def test_a_draft_link_at_the_start_is_good_for_its_time_and_needs_no_other_consent(library: ContentBundle) -> None:
    chat = Chat(library)
    chat.send(Start(reviewer="anna", until=2_000_000_000))
    assert (chat.session.reviewer, chat.session.draft_until, chat.session.consented) == ("anna", 2_000_000_000, True)
    chat.send(Start())
    assert (chat.session.reviewer, chat.session.draft_until, chat.session.consented) == ("", 0, False)


def test_a_link_that_cannot_be_read_is_said_first_and_then_it_begins_as_always(library: ContentBundle) -> None:
    chat = Chat(library)
    screen = chat.send(Start(phrase="link_damaged"))
    assert [message.kind for message in chat.last] == [MessageKind.NOTE, MessageKind.OPENING]
    assert chat.last[0].text == says(chat, "link_damaged")
    assert screen.text == Chat(library).send(Start()).text


def test_a_country_that_nobody_knows_is_not_taken_from_a_link(library: ContentBundle) -> None:
    chat = Chat(library)
    chat.send(Start(country="GB"))
    assert chat.session.country == "GB"
    chat.send(Start(country="XX"))
    assert chat.session.country == "GB"


# ---- beginning, once and again


def test_each_conversation_is_counted_once_and_one_without_an_answer_never(library: ContentBundle) -> None:
    chat = Chat(library)
    chat.begin()
    assert chat.session.started == 1
    chat.send(Start())
    assert chat.session.started == 0, "nothing was said in it"
    chat.press("!go_on:chooser")
    chat.press("bleeding")
    chat.press("!restart")
    chat.press("!go_on:chooser")
    assert chat.session.started == 2


def test_what_a_clinic_has_counted_of_a_conversation_is_forgotten_with_its_answers_only(chat: Chat) -> None:
    chat.session = chat.session.with_changes(recorded="begun", feedback_given=True)
    chat.press("!restart")
    assert (chat.session.recorded, chat.session.feedback_given) == ("", False)
    chat.session = chat.session.with_changes(recorded="begun")
    chat.press("!restart")
    assert chat.session.recorded == "begun", "it began once, and nothing was answered since"


def test_to_go_on_twice_begins_once(chat: Chat) -> None:
    before = chat.session
    chat.press("!go_on:chooser")
    assert chat.last[0].text == says(chat, "earlier_question")
    assert chat.session == before


# ---- changing an answer


def test_a_change_is_one_turn_and_belongs_to_an_answer_that_was_given(chat: Chat) -> None:
    turn, answers = chat.session.turn, chat.session.answers
    chat.press("!change:safety.pain")
    assert chat.last[0].text == says(chat, "earlier_question")
    assert chat.session.changing == ""
    screen = chat.press("!change:chooser.topic")
    assert chat.last[0].text == says(chat, "answers_open_changed")
    assert (chat.session.turn, chat.session.answers) == (turn + 1, answers)
    assert (screen.state_id, screen.lead) == ("chooser.topic", says(chat, "changing"))


def test_the_question_that_is_changed_says_what_was_answered(chat: Chat) -> None:
    screen = chat.press("!change:chooser.topic")
    (given,) = [option for option in screen.options if option.id == "bleeding"]
    assert screen.text.startswith(f"You said: {given.text}\n\n")


def test_an_answer_without_words_of_its_own_is_said_in_the_bots(chat: Chat) -> None:
    chat.tap({"safety.blood_now": "not_sure"}, at="safety.pregnant")
    screen = chat.press("!change:safety.blood_now")
    assert screen.text.startswith(f"You said: {says(chat, 'not_sure')}\n\n")


def test_before_anything_has_begun_there_is_nothing_to_change_or_to_take_back(library: ContentBundle) -> None:
    chat = Chat(library)
    for button in ("!change:chooser.topic", "!back", "!review", "!why", "!explain", "yes"):
        chat.press(button)
        assert chat.last[0].text == says(chat, "nothing_open"), button


def test_a_change_that_is_left_alone_changes_nothing(chat: Chat) -> None:
    answers = chat.session.answers
    chat.press("!change:chooser.topic")
    screen = chat.press("!back")
    assert (chat.session.changing, chat.session.answers) == ("", answers)
    assert screen.state_id == "safety.signs"


def test_a_button_of_nothing_is_said_to_be_not_here(chat: Chat) -> None:
    for button in ("!nonsense", "!page:nonsense", "!term:nonsense"):
        screen = chat.press(button)
        assert chat.last[0].text == says(chat, "not_here"), button
        assert screen.state_id == "safety.signs"


# ---- who is asked whether it was clear


def ended(library: ContentBundle) -> Chat:
    asking = replace(town(library), environment=replace(town(library).environment, feedback_enabled=True))
    chat = Chat(asking)
    chat.begin()
    chat.tap(ENDS)
    assert chat.screen.kind is MessageKind.ENDING
    return chat


def test_whether_an_ending_was_clear_is_asked_and_thanked_for_once(library: ContentBundle) -> None:
    chat = ended(library)
    assert "!feedback:yes" in ids(chat.screen)
    screen = chat.press("!feedback:yes")
    assert chat.last[0].text == says(chat, "feedback_thanks")
    assert chat.session.feedback_given
    assert "!feedback:yes" not in ids(screen)
    chat.press("!feedback:no")
    assert len(chat.last) == 1, "no thanks a second time"


def test_other_words_are_no_feedback(library: ContentBundle) -> None:
    chat = ended(library)
    chat.press("!feedback:maybe")
    assert not chat.session.feedback_given
    assert len(chat.last) == 1


def test_before_the_ending_nothing_can_be_said_of_it(chat: Chat) -> None:
    chat.press("!feedback:yes")
    assert not chat.session.feedback_given
    assert len(chat.last) == 1


# ---- numbers, countries and languages


def test_where_no_number_is_known_a_country_is_chosen_first(library: ContentBundle) -> None:
    chat = Chat(library)
    chat.send(Start())
    screen = chat.press("!call")
    assert screen.text == says(chat, "countries_letters")


def test_every_number_is_a_card_and_the_open_question_stands_below(chat: Chat) -> None:
    chat.press("!country:GB")
    chat.press("!call")
    kinds = [message.kind for message in chat.last]
    assert kinds[0] is MessageKind.CONTACT
    assert kinds[-1] is MessageKind.QUESTION


def test_a_country_without_a_certain_number_is_said_to_be_so(chat: Chat) -> None:
    chat.press("!country:LK")
    assert chat.last[0].text == "The number for Sri Lanka is not certain, so I do not show one."


def test_the_flow_of_a_link_outlives_the_choice_of_country_and_of_language(library: ContentBundle) -> None:
    flow = "pain_with_sex"
    chat = Chat(library)
    chat.send(Start(flow))
    listed = chat.press(f"!country:nowhere:{flow}")
    assert all(button.endswith(f":{flow}") for button in ids(listed) if button.startswith("!countries"))
    opening = chat.press(f"!country:GB:{flow}")
    assert chat.last[0].text.startswith("Thank you. I will show the numbers for")
    assert f"!go_on:{flow}" in ids(opening)
    listed = chat.press(f"!languages:{flow}")
    assert [button for button in ids(listed) if button.startswith("!language:")]
    opening = chat.press(f"!language:en:{flow}")
    assert chat.last[0].text == says(chat, "language_set")
    assert f"!go_on:{flow}" in ids(opening)


def test_numbers_before_the_start_lead_to_the_start_but_an_emergency_leads_to_no_question(
    library: ContentBundle,
) -> None:
    chat = Chat(library)
    chat.send(Start())
    assert "!restart" in ids(chat.press("!privacy"))
    assert "!restart" not in ids(chat.press("!urgent"))


def test_a_clinic_that_is_left_keeps_its_country(library: ContentBundle) -> None:
    chat = Chat(town(library))
    clinic = next(iter(chat.library.environment.clinics.values()))
    chat.send(Start(clinic=clinic.id))
    assert chat.session.clinic == clinic.id
    chat.press("!leave_clinic")
    assert (chat.session.clinic, chat.session.country) == ("", clinic.country)


def test_who_stops_is_forgotten_but_not_where_they_would_call_for_help(chat: Chat) -> None:
    chat.press("!country:GB")
    chat.press("!stop")
    assert (chat.session.answers, chat.session.consented, chat.session.country) == ({}, False, "GB")


# ---- what stays of a question that was answered


def test_of_an_answered_question_stays_what_was_asked_and_what_was_answered(chat: Chat) -> None:
    screen = chat.screen
    yes = next(option for option in screen.options if option.id == "yes")
    talk = Snapshot(chat.library, chat.session)
    assert talk.answered_text("yes") == f"{screen.text}\n\n✓ {yes.text}"
    assert talk.answered_text("no such option") == ""


def test_of_a_changed_answer_stays_the_new_one_below_what_was_said_before(chat: Chat) -> None:
    screen = chat.press("!change:chooser.topic")
    pain = next(option for option in screen.options if option.id == "pain")
    assert Snapshot(chat.library, chat.session).answered_text("pain") == f"{screen.text}\n\n✓ {pain.text}"


def test_where_no_question_stands_nothing_stays(library: ContentBundle) -> None:
    assert Snapshot(library, Session()).answered_text("yes") == ""
    assert Snapshot(library, ended(library).session).answered_text("yes") == ""


def test_where_the_red_flags_force_the_emergency_screen_no_question_stays(chat: Chat) -> None:
    flag = RedFlag("R01", "x", Urgency.EMERGENCY, AnswerIs("chooser.topic", frozenset({"bleeding"})))
    talk = Snapshot(replace(chat.library, red_flags=(flag,)), chat.session)
    assert talk.shown_question
    assert talk.answered_text("yes") == ""


def test_where_the_bot_only_informs_a_note_leads_to_all_pages(library: ContentBundle) -> None:
    chat = Chat(replace(library, information_only=True))
    chat.send(Start())
    assert "!all_pages" in ids(chat.press("!privacy"))
    assert "!restart" not in ids(chat.screen)
