"""Plots and slices, drawn with matplotlib."""
