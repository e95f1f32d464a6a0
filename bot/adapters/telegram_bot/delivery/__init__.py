"""Delivery of outbox entries to Telegram: one queue a chat, emergencies first."""
