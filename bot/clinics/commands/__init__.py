"""Commands of `clinic …`, one file each."""
