"""Clinics: their file, draft links, printed posters, weekly statistics, and the command `clinic …`."""
