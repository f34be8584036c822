"""From checks to report.json and PDF: words, figures and layout. No mathematics, no Scipion."""
