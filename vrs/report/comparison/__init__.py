"""Two reports side by side: what differs between them, on the terminal and as one page."""

from vrs.report.comparison.finished import FinishedReport, NotAReport, read_report
from vrs.report.comparison.pairs import Comparison, compare

__all__ = ["Comparison", "FinishedReport", "NotAReport", "compare", "read_report"]
