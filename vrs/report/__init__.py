"""From checks to report.json, HTML and PDF: words, figures, layout. No mathematics, no Scipion."""
