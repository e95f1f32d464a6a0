"""What a translation is: texts for texts, each remembering the English it was made from. No state, no arrow."""
