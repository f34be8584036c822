"""The pages of the PDF: one module a kind of page, each turns the report's data into LaTeX."""

from vrs.report.pdf.document import document

__all__ = ["document"]
