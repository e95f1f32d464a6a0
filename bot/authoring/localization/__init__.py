"""Translation of texts: each remembers the English it was made from; it can add no state and no transition."""
