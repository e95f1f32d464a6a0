"""Sessions: each update is one transaction over a chat's record and outbox."""
