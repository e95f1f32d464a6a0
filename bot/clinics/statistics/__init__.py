"""Statistics: how many conversations did what, by clinic and week, shown with disclosure control."""
