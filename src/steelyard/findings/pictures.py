"""The series that charts are drawn from."""

from datetime import datetime, timedelta

import numpy as np

from steelyard.nof1.contrasts import relief_curve
from steelyard.nof1.fit import Fit
from steelyard.nof1.ignorable import smooth
from steelyard.nof1.model import Priors
from steelyard.records.model import Scale

from .diary import Prepared
from .model import Picture

MOST_POINTS = 3000
RELIEF_H = np.arange(0, 24.01, 0.25)


def picture(finding: str, scale: Scale, prepared: Prepared, fit: Fit, priors: Priors) -> Picture:
    """The course of the outcome with its 95 % band, ratings, doses, and relief by hours since a usual dose."""
    diary = prepared.diary
    start, end = diary.rating_h[0], diary.rating_h[-1]
    grid = np.linspace(start, end, int(min(MOST_POINTS, max((end - start) / 1.5, 10))))
    fitted = smooth(diary, priors, fit.points.mode[:5], grid)
    spread = 1.96 * np.sqrt(fitted.variance)
    mean, low, high = relief_curve(fit, diary, 1.0, RELIEF_H)
    return Picture(
        finding=finding,
        outcome=scale.id,
        low=diary.low,
        high=diary.high,
        unit="points",
        rating_time=[_minute(t) for t in prepared.rating_times],
        rating=diary.rating.tolist(),
        dose_time=[_minute(t) for t in prepared.dose_times],
        dose_amount=[None if np.isnan(a) else float(a) for a in prepared.amount],
        dose_unit=prepared.unit,
        path_time=[_local(h, prepared) for h in grid],
        path_mean=fitted.course.tolist(),
        path_low=(fitted.course - spread).tolist(),
        path_high=(fitted.course + spread).tolist(),
        relief_hours=RELIEF_H.tolist(),
        relief_mean=mean.tolist(),
        relief_low=low.tolist(),
        relief_high=high.tolist(),
    )


def _minute(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M")


def _local(hour: float, prepared: Prepared) -> str:
    """Diary hours to the clock the person read at that time."""
    at = max(int(np.searchsorted(prepared.diary.zone_from_h, hour, side="right")) - 1, 0)
    return _minute(prepared.origin + timedelta(hours=float(hour + prepared.diary.zone_offset_h[at])))
