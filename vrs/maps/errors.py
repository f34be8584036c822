"""What can go wrong outside the measurements; every message is one sentence for the user."""


class OutputError(Exception):
    """The folder of the report cannot be used."""


class WorkflowError(Exception):
    """The workflow cannot be made or loaded."""


class ReportFailed(Exception):
    """No report could be written."""
