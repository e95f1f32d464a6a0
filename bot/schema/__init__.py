"""What the files may hold, as JSON Schema, so that editors complete and underline. The reader has the last word."""
