"""A flow as a printed booklet for a clinical reviewer: all questions and transitions, and the hash that is signed."""
