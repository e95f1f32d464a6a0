"""Stores: where rows and processed updates are kept, in memory, in a file or on a server."""
