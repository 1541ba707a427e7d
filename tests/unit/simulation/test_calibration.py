"""Whether what was said came true: figures worked out by hand."""

from datetime import date, timedelta

from simulation.demo.calibration import Bin, Calibration, calibrate

SUNDAY = date(2020, 8, 2)
HORIZON = timedelta(days=90)
LAYOFFS = {
    "a": [SUNDAY + timedelta(days=1)],
    "b": [SUNDAY + timedelta(days=90)],
    "c": [SUNDAY + timedelta(days=91)],  # beyond the horizon
    "d": [SUNDAY],  # just happened: nobody asks whether it will
    "e": [SUNDAY - timedelta(days=121)],  # long ago
    "f": [],
}


def test_said_and_seen_are_compared_bin_by_bin() -> None:
    said = {SUNDAY: {"a": 0.75, "b": 0.55, "c": 0.51, "d": 0.95}}

    assert calibrate(said, LAYOFFS, horizon=HORIZON) == Calibration(
        error=0.062,  # (2 · |.53 - .5| + |.75 - 1| + 2 · 0) / 5
        bins=(
            Bin(0.0, 2, 0.0, 0.0),
            Bin(0.5, 2, 0.53, 0.5),
            Bin(0.7, 1, 0.75, 1.0),
        ),
    )


def test_of_nobody_there_is_no_error() -> None:
    assert calibrate({}, LAYOFFS, horizon=HORIZON) == Calibration(None, ())
