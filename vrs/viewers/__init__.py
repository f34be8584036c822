"""What "Analyze results" opens. Needs only Tk and matplotlib, no viewer of another program.

Scipion asks the viewers of a class in the order of their names here: those that begin with AA come
before its own viewers of volumes and sets.
"""

from vrs.viewers.viewer_check import VrsCheckViewer
from vrs.viewers.viewer_compare import VrsCompareViewer
from vrs.viewers.viewer_prepare import VrsPrepareViewer
from vrs.viewers.viewer_report import VrsReportViewer, VrsReportWebViewer
from vrs.viewers.viewer_sets import VrsCheckResultsViewer as AAVrsCheckResultsViewer
from vrs.viewers.viewer_sets import VrsComparedReportsViewer as AAVrsComparedReportsViewer
from vrs.viewers.viewer_volume import VrsFirstVolumeViewer as AAVrsVolumeViewer
from vrs.viewers.viewer_volume import VrsVolumeViewer

__all__ = [
    "AAVrsCheckResultsViewer",
    "AAVrsComparedReportsViewer",
    "AAVrsVolumeViewer",
    "VrsCheckViewer",
    "VrsCompareViewer",
    "VrsPrepareViewer",
    "VrsReportViewer",
    "VrsReportWebViewer",
    "VrsVolumeViewer",
]
