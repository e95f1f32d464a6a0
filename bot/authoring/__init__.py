"""Tools for authors of flows: read, check, compare, print, translate and sign the content."""
