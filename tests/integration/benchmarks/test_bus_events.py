"""Facts pass through the kernel and raw messages beside it, on servers of the benchmark's own."""

from benchmarks.bus_events import measure


async def test_facts_and_raw_messages_are_measured_in_one_run() -> None:
    (measured,) = await measure(events=40, runs=1)

    assert (measured.name, measured.unit) == ("bus/events", "events/s")
    assert measured.figure > 0
    assert measured.limit > 0
