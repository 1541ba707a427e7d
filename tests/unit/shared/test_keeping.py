"""What is done beside a block ends with it, whatever happens there or here."""

import asyncio

import pytest

from shared.keeping import Keeping


async def test_it_is_done_again_and_again_and_not_after_the_end() -> None:
    done = 0

    async def keep() -> None:
        nonlocal done
        done += 1

    async with Keeping(keep, every=0.001):
        while done < 3:  # noqa: ASYNC110 that it goes on is what is tested
            await asyncio.sleep(0.001)
    at_the_end = done
    await asyncio.sleep(0.02)

    assert done == at_the_end


async def test_what_went_wrong_is_told_to_who_asks() -> None:
    async def keep() -> None:
        raise LookupError("the lease is gone")

    async with Keeping(keep, every=0.001) as keeping:
        keeping.check()
        await asyncio.sleep(0.05)
        with pytest.raises(LookupError):
            keeping.check()


async def test_a_cancellation_that_is_forgotten_does_not_keep_it_alive() -> None:
    begun = asyncio.Event()

    async def keep() -> None:
        begun.set()
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            return  # as asyncio.wait_for of Python 3.11 can

    async def block() -> None:
        async with Keeping(keep, every=0.001):
            await begun.wait()

    ended, _ = await asyncio.wait({asyncio.ensure_future(block())}, timeout=5)
    assert len(ended) == 1
