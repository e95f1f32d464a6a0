"""A flow on paper, for whoever reviews it and reads no YAML: every question, every way out, and the hash they sign."""
