"""Checks to report.json and PDF: layout, figures and words. Does no mathematics and needs no Scipion."""
