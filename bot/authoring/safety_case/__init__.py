"""The safety case: hazards, what controls them, what was proved today, and what is still open. Made from data alone."""
