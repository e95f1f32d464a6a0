"""Readers: one module for each kind of content file, or for a part that several kinds share."""
