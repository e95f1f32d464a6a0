"""The translators' workshop: skeletons to fill in, and the way out to their own tools and back."""
