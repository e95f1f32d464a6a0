"""Telegram's stand-in is as strict as Telegram: each rule refuses, each fault happens, nobody is let off."""
