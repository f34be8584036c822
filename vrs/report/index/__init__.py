"""An index of many reports: one page for the browser, and the same as CSV and JSON."""

INDEX_HTML = "index.html"
INDEX_CSV = "index.csv"
INDEX_JSON = "index.json"
"""Names of its files."""

INDEX_FILES = (INDEX_HTML, INDEX_CSV, INDEX_JSON)
