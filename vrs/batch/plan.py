"""What a batch is to do: its maps, the files of their reports, and what measures them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Dict, Optional, Sequence, Tuple

from vrs.batch.forecast import Forecast, forecast
from vrs.batch.row import Row, Size
from vrs.run.queue_choice import QueueChoice


@dataclass(frozen=True)
class InQueue:
    """The queue of a cluster, and how its jobs share the maps.

    Attributes
    ----------
    choice : QueueChoice
    maps : int or None -- in a task; by default by the forecasts
    tasks : int or None -- most of them at once; by default the queue decides alone
    """

    choice: QueueChoice
    maps: Optional[int] = None
    tasks: Optional[int] = None


@dataclass(frozen=True)
class BatchPlan:
    """What is to be measured, and how.

    Attributes
    ----------
    folder : Path -- of the batch
    rows : sequence of (Row, Size or None)
    pdf, html : bool -- whether reports have them
    keep_all : bool -- measure each map in a Scipion project that is kept
    workers : int -- most maps at once
    cores : int -- of the computer
    in_queue : InQueue or None -- the queue of a cluster that measures; None for this computer
    mirror : Path or None -- the mirror of EMDB with which the folder is brought up to date
    """

    folder: Path
    rows: Sequence[Tuple[Row, Optional[Size]]]
    pdf: bool
    html: bool
    keep_all: bool
    workers: int
    cores: int
    in_queue: Optional[InQueue] = None
    mirror: Optional[Path] = None

    def forecasts(self) -> Dict[str, Forecast]:
        """What each map will take, by its name."""
        return {
            row.name: forecast(row.options, size, self.pdf, self.html) for row, size in self.rows
        }
