"""From checks to report.json, HTML and PDF: words, figures, layout. No mathematics, no Scipion."""

REPORT_JSON = "report.json"
REPORT_HTML = "report.html"
REPORT_TEX = "report.tex"
REPORT_PDF = "report.pdf"
REFERENCES = "references.bib"
CURVES = "curves"
"""Names in the folder of a report."""
