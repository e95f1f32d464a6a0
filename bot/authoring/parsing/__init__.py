"""Strict parsing: YAML and Markdown files in, flows, pages and texts or located diagnostics out; no guess, no crash."""
