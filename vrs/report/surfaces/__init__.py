"""Views of isosurfaces, drawn by VTK or ChimeraX in processes of their own."""
