"""What comes in a message beside text, and service messages: one small example of each, as Telegram tells a bot."""

from typing import Any

Json = dict[str, Any]

_FILE = {"file_id": "AgACAgIAAxk", "file_unique_id": "AQADBA", "file_size": 4096}
_PICTURE = {**_FILE, "width": 320, "height": 240}
_PLACE = {"latitude": 51.5, "longitude": -0.12}
_POLL = {
    "id": "5400", "question": "Which?", "options": [{"text": "One", "voter_count": 0, "persistent_id": "1"}],
    "total_voter_count": 0, "is_closed": False, "is_anonymous": True, "type": "regular",
    "allows_multiple_answers": False, "allows_revoting": True, "members_only": False,
}  # fmt: skip
_STICKER = {**_PICTURE, "type": "regular", "is_animated": False, "is_video": False, "emoji": "🙂"}

NON_TEXT_CONTENT: dict[str, Json] = {
    "photo": {"photo": [_PICTURE]},
    "caption": {"photo": [_PICTURE], "caption": "what this is"},
    "voice": {"voice": {**_FILE, "duration": 3, "mime_type": "audio/ogg"}},
    "audio": {"audio": {**_FILE, "duration": 3}},
    "video": {"video": {**_PICTURE, "duration": 3}},
    "video_note": {"video_note": {**_FILE, "length": 240, "duration": 3}},
    "animation": {"animation": {**_PICTURE, "duration": 3}, "document": _FILE},
    "document": {"document": {**_FILE, "file_name": "letter.pdf", "mime_type": "application/pdf"}},
    "sticker": {"sticker": _STICKER},
    "contact": {"contact": {"phone_number": "+15550100", "first_name": "Somebody"}},
    "location": {"location": _PLACE},
    "venue": {"location": _PLACE, "venue": {"location": _PLACE, "title": "A place", "address": "A street"}},
    "poll": {"poll": _POLL},
    "dice": {"dice": {"emoji": "🎲", "value": 4}},
    "payment": {
        "successful_payment": {
            "currency": "XTR", "total_amount": 1, "invoice_payload": "x",
            "telegram_payment_charge_id": "1", "provider_payment_charge_id": "1",
        }
    },
    "unheard_of": {"something_telegram_invents_tomorrow": {"answer": 42}},
}  # fmt: skip

# Nobody wrote these: a client, or Telegram, made them of what a person did in a private chat. They look like messages.
SERVICE_MESSAGES: dict[str, Json] = {
    "pinned": {"pinned_message": {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "private"}}},
    "auto_delete_timer": {"message_auto_delete_timer_changed": {"message_auto_delete_time": 86_400}},
    "auto_delete_off": {"message_auto_delete_timer_changed": {"message_auto_delete_time": 0}},
    "chat_background": {"chat_background_set": {"type": {"type": "chat_theme", "theme_name": "🎮"}}},
    "background_colour": {"chat_background_set": {"type": {
        "type": "fill", "fill": {"type": "solid", "color": 0xAABBCC}, "dark_theme_dimming": 0,
    }}},
    "write_access": {"write_access_allowed": {"from_request": True}},
    "users_shared": {"users_shared": {"request_id": 1, "users": [{"user_id": 1}]}},
    "web_app_data": {"web_app_data": {"data": "x", "button_text": "Open"}},
}  # fmt: skip
