"""Reports side by side: what differs between them, on the terminal and as one page."""

from vrs.report.compare.comparison import Comparison, compare
from vrs.report.compare.finished import FinishedReport, NotAReport, read_report

__all__ = ["Comparison", "FinishedReport", "NotAReport", "compare", "read_report"]
