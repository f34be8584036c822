"""Views of isosurfaces, drawn by this package or by ChimeraX."""
