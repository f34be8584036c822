"""Errors that the user can do something about; our own defects stay ordinary exceptions."""


class VrsError(Exception):
    """Something that the user can put right.

    Parameters
    ----------
    reason : str
        What is wrong, with the value and its limit; without a capital and without a full stop, so
        that it can stand inside a sentence.
    advice : str -- what to do about it, in the imperative, written like the reason; may be missing
    """

    def __init__(self, reason: str, advice: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.advice = advice

    def __str__(self) -> str:
        if not self.advice:
            return self.reason
        # A colon after a colon is hard to read, and the output of a program may have several.
        if ": " in self.reason:
            return f"{self.reason.rstrip('.')}. {_capitalized(self.advice)}"
        return f"{self.reason}: {self.advice}"


class MapError(VrsError):
    """The map, or a value that belongs to it, cannot be used."""


class ContourOutside(MapError):
    """No voxel of the map reaches the contour level."""


class OutputError(VrsError):
    """The folder or file for the output cannot be used."""


class WorkflowError(VrsError):
    """The workflow cannot be filled or loaded."""


class ReportFailed(VrsError):
    """No report was written."""


def sentence(reason: str, advice: str = "") -> str:
    """A reason, with the advice if there is any, as a sentence of running text.

    >>> sentence("the mask is empty", "lower the contour level")
    'The mask is empty: lower the contour level.'
    >>> sentence("“xmipp” failed; it printed: no such map.", "choose another engine")
    '“xmipp” failed; it printed: no such map. Choose another engine.'
    """
    text = _capitalized(str(VrsError(reason, advice)))
    return text if text.endswith(".") else f"{text}."


def _capitalized(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"
