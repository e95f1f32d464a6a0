"""The peers, each as its own documentation would have it written, in an environment of their own."""
