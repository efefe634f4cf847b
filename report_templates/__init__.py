"""Statements in, report out: the saved record, the HTML and CSS, the figures, the PDF and the exports beside it."""
