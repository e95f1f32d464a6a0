"""The conversation engine: pure; one event in, the next session and messages out."""
