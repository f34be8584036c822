"""What "Analyze results" opens. Needs only Tk and matplotlib, no viewer of another program."""

from vrs.viewers.viewer_check import VrsCheckViewer
from vrs.viewers.viewer_prepare import VrsPrepareViewer
from vrs.viewers.viewer_report import VrsReportViewer, VrsReportWebViewer
from vrs.viewers.viewer_volume import VrsVolumeViewer

__all__ = [
    "VrsCheckViewer",
    "VrsPrepareViewer",
    "VrsReportViewer",
    "VrsReportWebViewer",
    "VrsVolumeViewer",
]
