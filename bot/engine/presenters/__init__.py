"""Presenters: each builds one kind of message."""
