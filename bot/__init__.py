"""A guided questionnaire in a chat: it asks, it points to care, it never diagnoses. Start reading at `engine.step`."""

__version__ = "0.1.0"
