"""Printing: posters and pocket cards of a clinic, as PDF."""
