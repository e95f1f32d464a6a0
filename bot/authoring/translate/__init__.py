"""Translation files: make and update them, export them as PO files and import those again."""
