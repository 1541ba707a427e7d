"""Every consumer is bound to a stream, every fact is consumed or excused."""

from importlib import import_module

from shared.bus.streams import DURABLES, PRODUCERS
from shared.events.base import Event
from tests.architecture.deployables import PACKAGES, consumers

# Facts that nobody consumes yet, and who will.
EXCUSED = {
    "ingest.feed.late.v1": "webhooks and live views of the gateway",
    "gateway.representative.changed.v1": "the record of who may act for whom; webhooks",
    "cases.case.opened.v1": "webhooks and live views of the gateway",
    "cases.case.dispatched.v1": "webhooks and live views of the gateway",
    "cases.case.returned.v1": "webhooks and live views of the gateway",
    "cases.case.accepted.v1": "webhooks and live views of the gateway",
    "cases.case.progressed.v1": "webhooks and live views of the gateway",
    "cases.case.transferred.v1": "webhooks and live views of the gateway",
    "cases.clock.breached.v1": "webhooks and live views of the gateway",
    "scoring.area_alert.raised.v1": "webhooks and live views of the gateway",
    "matchmaking.commitment.checked.v1": "webhooks and live views of the gateway",
}


def events() -> list[type[Event]]:
    """List all event classes of the registry."""
    found: list[type[Event]] = []
    for producer in ("ingest", "scoring", "cases", "matchmaking", "gateway"):
        found += import_module(f"shared.events.{producer}").EVENTS
    return found


def test_every_consumer_is_bound_to_its_durable() -> None:
    declared = {
        (name, consumer.name, consumer.event.subject)
        for name in PACKAGES
        for consumer in consumers(name)
    }
    assert declared == {(each.service, each.name, each.subject) for each in DURABLES}


def test_every_event_is_consumed_or_excused() -> None:
    subjects = {event.subject for event in events()}
    consumed = {durable.subject for durable in DURABLES}
    assert subjects == consumed | set(EXCUSED)
    assert not consumed & set(EXCUSED), "an excuse that is no longer needed"


def test_every_event_lies_in_the_stream_of_who_states_it() -> None:
    for event in events():
        producer = event.__module__.rsplit(".", 1)[1]
        assert event.subject.split(".")[0] == producer
        assert producer in PRODUCERS


def test_names_of_durables_are_unique_and_say_whose_they_are() -> None:
    names = [durable.name for durable in DURABLES]
    assert len(set(names)) == len(names)
    assert all(each.name.startswith(f"{each.service}-") for each in DURABLES)
