"""From checks to report.json, HTML and PDF: words, figures and layout. No mathematics, no Scipion."""
