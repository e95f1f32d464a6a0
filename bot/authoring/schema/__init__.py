"""JSON Schemas of all files that authors write, for their editors."""
