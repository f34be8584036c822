"""Two reports side by side: what differs between them, on the terminal and as one page."""

from vrs.report.compare.finished import FinishedReport, NotAReport, read_report
from vrs.report.compare.pairs import Comparison, compare

__all__ = ["Comparison", "FinishedReport", "NotAReport", "compare", "read_report"]
