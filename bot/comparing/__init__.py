"""Two versions of the flows, held against each other over all conversations: who now ends differently, and how."""
