"""Many maps: a list, workers that measure map after map, and a state that survives any end."""

from vrs.report.index import INDEX_FILES

STATE = "batch.sqlite"
LOG = "batch.log"
REPORTS = "reports"
JOBS = "jobs"
HISTORY = "history.csv"
"""Names in the folder of a batch; a report is in the folder of its name in ``REPORTS``."""

WRITTEN = (STATE, f"{STATE}-journal", LOG, REPORTS, JOBS, HISTORY, *INDEX_FILES)
"""All that a batch writes into its folder."""
