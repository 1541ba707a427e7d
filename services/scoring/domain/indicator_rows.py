"""How the rows of the domain reference's table of indicators are written, family by family."""

from services.scoring.domain.rules import Family, Indicator, Reading, Source, Threshold

Steps = tuple[tuple[Threshold, float], ...]
Row = tuple[str, Source, Reading, Steps, str]


def at(number: float) -> Threshold:
    """Return what is reached from a number on."""
    return Threshold(number=number)


ONE = at(1)


def family(of: Family, half_life_days: int, *rows: Row) -> tuple[Indicator, ...]:
    """Return the indicators of one family whose evidence fades alike."""
    return tuple(
        Indicator(
            id=name,
            family=of,
            source=source,
            reading=reading,
            half_life_days=half_life_days,
            steps=steps,
            citation=citation,
        )
        for name, source, reading, steps, citation in rows
    )
