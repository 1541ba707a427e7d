"""A bucket gives what is in it, and fills with time."""

import pytest

from gateway.limits import Buckets, TooFast


class Watch:
    """A clock that the test turns."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_then_the_rate_holds() -> None:
    watch = Watch()
    buckets = Buckets(per_second=2.0, burst=3, clock=watch)
    assert [buckets.take("a").left for _ in range(3)] == [2, 1, 0]
    with pytest.raises(TooFast) as refused:
        buckets.take("a")
    assert refused.value.values == {"seconds": 1}
    watch.now += 0.5
    assert buckets.take("a").left == 0
    watch.now += 60
    assert buckets.take("a").left == 2


def test_everyone_has_a_bucket_of_their_own() -> None:
    buckets = Buckets(per_second=0.5, burst=1, clock=Watch())
    buckets.take("a")
    assert buckets.take("b").left == 0
    with pytest.raises(TooFast) as refused:
        buckets.take("a")
    assert refused.value.quota.headers() == {
        "RateLimit-Policy": '"default";q=1;w=2',
        "RateLimit": '"default";r=0;t=2',
    }


def test_a_refusal_takes_nothing() -> None:
    watch = Watch()
    buckets = Buckets(per_second=1.0, burst=1, clock=watch)
    buckets.take("a")
    for _ in range(5):
        with pytest.raises(TooFast):
            buckets.take("a")
    watch.now += 1
    assert buckets.take("a").left == 0
