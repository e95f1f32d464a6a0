"""The comparison of two versions of the flows over all conversations: who now ends differently, and how."""
