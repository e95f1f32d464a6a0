"""The data of the project: flows, pages, promises, clinics, languages; imports nothing else of `bot`."""
