"""The safety case: what can go wrong, what holds it, what was proved today, and what is still open. From data alone."""
