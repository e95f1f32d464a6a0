"""The command `check`: every diagnostic in flows/ and content/, and the proof of every promise."""
