"""Run the scenarios in flows/tests: chats that clinicians write as tests."""
