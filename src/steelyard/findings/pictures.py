"""The series that charts are drawn from."""

from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from steelyard.nof1.joint import JointModel
from steelyard.nof1.model import Priors
from steelyard.nof1.response import Response
from steelyard.records.model import Scale

from .diary import Prepared
from .model import Picture

Array = NDArray[np.float64]
MOST_POINTS = 2000
RECENT_H = 44 * 24.0
RELIEF_H = np.arange(0, 24.01, 0.25)


def picture(finding: str, scale: Scale, prepared: Prepared, response: Response, priors: Priors, unit: str) -> Picture:
    """The course of the outcome with its 95 % band, ratings, doses, and relief by hours since a usual dose."""
    diary = response.best.diary
    grid = _grid(diary.rating_h[0], diary.rating_h[-1])
    fitted = JointModel(diary, priors, grid_h=grid).smooth(response.best.fit.points.mode)
    mean, low, high = response.relief_curve(RELIEF_H)
    return Picture(
        finding=finding,
        outcome=scale.id,
        low=diary.low,
        high=diary.high,
        unit=unit,
        rating_time=[_minute(t) for t in prepared.rating_times],
        rating=diary.rating.tolist(),
        dose_time=[_minute(t) for t in prepared.dose_times],
        dose_amount=[None if np.isnan(a) else float(a) for a in prepared.amount],
        dose_unit=prepared.unit,
        path_time=[_local(h, prepared) for h in grid],
        path_mean=fitted.course.tolist(),
        path_low=fitted.band[0].tolist(),
        path_high=fitted.band[1].tolist(),
        relief_hours=RELIEF_H.tolist(),
        relief_mean=mean.tolist(),
        relief_low=low.tolist(),
        relief_high=high.tolist(),
    )


def _grid(start: float, end: float) -> Array:
    """Fine over the last six weeks, where single doses are drawn, and coarse before."""
    recent = max(start, end - RECENT_H)
    before = np.linspace(start, recent, int(min(MOST_POINTS, (recent - start) / 6.0)), endpoint=False)
    return np.concatenate([before, np.linspace(recent, end, max(int(end - recent), 10))])


def _minute(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M")


def _local(hour: float, prepared: Prepared) -> str:
    """Diary hours to the clock the person read at that time."""
    at = max(int(np.searchsorted(prepared.diary.zone_from_h, hour, side="right")) - 1, 0)
    return _minute(prepared.origin + timedelta(hours=float(hour + prepared.diary.zone_offset_h[at])))
