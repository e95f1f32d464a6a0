"""The adapter for the terminal: the command `chat`, and transcripts."""
