"""A second way to the concentrations of `steelyard.exposure.curve`, for its tests: sums of exponentials in 120 digits.

The transfer function of the model is split into partial fractions, and every dose adds its own curve. Where rates meet, each is moved
by a relative 1e-30: that changes no digit which a double has, and with 120 digits the cancellation it brings costs nothing that counts.
"""

from collections.abc import Iterator, Sequence

import mpmath as mp
import numpy as np

from steelyard.exposure.compartments import Compartments
from steelyard.exposure.curve import Doses, Regimen

Terms = list[tuple[mp.mpf, mp.mpf]]  # (coefficient, rate): the sum of coefficient * exp(-rate t)
DIGITS = 120


def exact(
    model: Compartments, doses: Doses, samples: Sequence[int], what: str = "central", past: Regimen | None = None
) -> list[mp.mpf]:
    """The curve of one person at each sample time."""
    with mp.workdps(DIGITS):
        kernel = {iv: list(_kernel(model, what, iv)) for iv in (False, True) if iv or model.ka is not None}
        each = [float(_of(model.lag_h)), 0.0]
        total = []
        for sample in samples:
            value = mp.mpf(0)
            for minute, amount, duration, iv in _listed(doses):
                since = mp.mpf(int(sample) - minute) / 60 - mp.mpf(each[iv])
                value += amount * _response(kernel[iv], since, mp.mpf(duration) / 60)
            if past is not None:
                value += _earlier(kernel[past.iv], doses, past, int(sample), mp.mpf(each[past.iv]))
            total.append(value)
        return total


def _of(number: object) -> mp.mpf:
    return mp.mpf(float(np.asarray(number, float).reshape(-1)[0]))


def _listed(doses: Doses) -> Iterator[tuple[int, mp.mpf, int, bool]]:
    minute = np.asarray(doses.minute)
    columns = (minute, doses.amount, np.broadcast_to(doses.duration_min, minute.shape), np.broadcast_to(doses.iv, minute.shape))
    for m, a, d, iv in zip(*columns, strict=True):
        yield int(m), mp.mpf(float(a)), int(d), bool(iv)


def _kernel(model: Compartments, what: str, iv: bool) -> Iterator[tuple[mp.mpf, mp.mpf]]:
    """What a unit dose at once gives."""
    volume, clearance = _of(model.volume), _of(model.clearance)
    pairs = [(_of(q), _of(v)) for q, v in ((model.q2, model.v2), (model.q3, model.v3)) if _of(q) > 0]
    zeros, poles = [q / v for q, v in pairs], _poles(clearance / volume, [(q / volume, q / v) for q, v in pairs])
    scale = 1 / volume
    before: list[mp.mpf] = []
    if not iv:
        before = [_of(model.ka) * (1 + mp.mpf("1e-30"))]
        scale *= _of(model.ka) * _of(model.available)
    if what == "central":
        yield from _fractions(scale, zeros, [*before, *poles])
    elif what == "effect":
        ke0 = _of(model.ke0) * (1 + mp.mpf("2e-30"))
        yield from _fractions(scale * ke0, zeros, [*before, *poles, ke0])
    else:
        made = model.metabolite
        assert made is not None
        out = _of(made.clearance) / _of(made.volume) * (1 + mp.mpf("3e-30"))
        yield from _fractions(scale * _of(made.formed) * clearance / _of(made.volume), zeros, [*before, *poles, out])
        if not iv:
            first = _of(made.presystemic) * _of(model.ka) * _of(model.available) / _of(made.volume)
            yield from _fractions(first, [], [*before, out])


def _poles(k10: mp.mpf, exchange: list[tuple[mp.mpf, mp.mpf]]) -> list[mp.mpf]:
    """The rates of the compartments that exchange: what their matrix of rate constants, as it stands, does not mix."""
    matrix = mp.zeros(1 + len(exchange))
    matrix[0, 0] = k10 + sum((to for to, _ in exchange), mp.mpf(0))
    for j, (to, back) in enumerate(exchange, 1):
        matrix[j, 0], matrix[0, j], matrix[j, j] = -to, -back, back
    return [mp.re(rate) for rate in mp.eig(matrix, left=False, right=False)]


def _fractions(scale: mp.mpf, zeros: list[mp.mpf], poles: list[mp.mpf]) -> Iterator[tuple[mp.mpf, mp.mpf]]:
    for i, pole in enumerate(poles):
        over = mp.fprod(zero - pole for zero in zeros)
        under = mp.fprod(other - pole for j, other in enumerate(poles) if j != i)
        yield scale * over / under, pole


def _response(kernel: Terms, since: mp.mpf, duration: mp.mpf) -> mp.mpf:
    """What one unit, given at once or at a constant rate, gives so many hours after its begin."""
    if since <= 0:
        return mp.mpf(0)
    if duration == 0:
        return mp.fsum(c * mp.exp(-r * since) for c, r in kernel)
    over = max(since - duration, mp.mpf(0))
    return mp.fsum(c / r * (mp.exp(-r * over) - mp.exp(-r * since)) for c, r in kernel) / duration


def _earlier(kernel: Terms, doses: Doses, past: Regimen, sample: int, lag: mp.mpf) -> mp.mpf:
    """All doses of the past: those after the sample give nothing; the rest, without end, is a geometric series."""
    every, duration = mp.mpf(past.every_min) / 60, mp.mpf(past.duration_min) / 60
    last = past.last_minute if past.last_minute is not None else int(np.min(doses.minute)) - past.every_min
    since = mp.mpf(sample - last) / 60 - lag
    while since <= 0:
        since += every
    value = mp.mpf(0)
    while since <= duration:  # still going in
        value += _response(kernel, since, duration)
        since += every
    for c, r in kernel:
        one = (
            c * mp.exp(-r * since) if duration == 0 else c / r * (mp.exp(-r * (since - duration)) - mp.exp(-r * since)) / duration
        )
        value += one / (1 - mp.exp(-r * every))
    return value * _of(past.amount)
