"""The PDF: the parts of the report as objects of pylatex, compiled by pdflatex."""
