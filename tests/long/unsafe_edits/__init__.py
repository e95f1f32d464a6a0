"""What a tired author might do to the shipped flows, done on purpose: each is refused, or shown to be harmless."""
