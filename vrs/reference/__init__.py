"""Reference sets: the numbers and findings of many reports, by classes of resolution."""
