"""Tests that read like chats, or like promises."""
