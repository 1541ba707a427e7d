"""Who there is in the city: enterprises as the register knows them, and how large they begin."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from shared.codes.divisions import DEVELOPMENT_AREA, DISTRICTS
from shared.codes.uscc import ALPHABET, check_character
from simulation.chance import Chance
from simulation.shape import Parameters, Population, Trade
from simulation.world.months import HISTORY_MONTHS, day_in, first_of
from simulation.world.names import Name, Names

_LEDGER_BEGINS: Final = date(1992, 6, 1)
_HISTORY_BEGINS: Final = first_of(0)
_LEDGER_DAYS: Final = (_HISTORY_BEGINS - _LEDGER_BEGINS).days
# What a registration office of the development area puts into credit codes.
_AREA_OFFICE: Final = "110302"
# GB 11714: weights of the eight characters of an organisation code before its check character.
_ORGANISATION: Final = (3, 7, 9, 10, 5, 8, 4, 2)
_SERIAL_PLACES: Final = 6
_SERIALS: Final = len(ALPHABET) ** _SERIAL_PLACES
# Prime, hence a permutation of the serials: neighbours in the register have distant codes.
_STRIDE: Final = 472_882_027
_ROUND: Final = (10, 30, 50, 100, 200, 500, 1000, 2000, 3000, 5000, 10_000)
_LARGE: Final = 200


@dataclass(frozen=True, slots=True)
class Enterprise:
    """One enterprise: what the register says, and its staff at the beginning of the history.

    `sister` is the credit code of an enterprise of the same group; `gone`: cancelled long ago.
    """

    serial: int
    uscc: str
    name: Name
    known_as: tuple[str, ...]
    district: str
    trade: Trade
    established_on: date
    registered_capital: Decimal
    staff: int
    sister: str | None
    gone: bool


def enterprises(parameters: Parameters, chance: Chance, number: int) -> Iterator[Enterprise]:
    """Make `number` enterprises; a larger city of the same seed begins with the same ones."""
    given = parameters.population
    names = Names(
        everyday_share=given.everyday_brand_share, confusable_share=given.confusable_share
    )
    codes = [_code(parameters, chance, serial) for serial in range(number)]
    brand: str | None = None
    for serial in range(number):
        draw = chance.stream("register", serial)
        sister = _sister(given, chance, serial, codes)
        trade = _trade(parameters, chance, serial)
        staff = draw.lognormvariate(0, given.staff_spread) * given.staff_median * trade.staff
        name = names.give(draw, trade.words, brand=brand if sister and serial % 2 else None)
        brand = name.brand
        staff = max(1, min(given.staff_largest, round(staff)))
        known_as = _known_as(given, draw, name, staff)
        established = _established(given, draw)
        yield Enterprise(
            serial=serial,
            uscc=codes[serial],
            name=name,
            known_as=known_as,
            district=_district(parameters, chance, serial),
            trade=trade,
            established_on=established,
            registered_capital=_capital(draw, staff),
            staff=staff,
            sister=sister,
            gone=draw.random() < given.already_gone_share and established < _HISTORY_BEGINS,
        )


def _sister(given: Population, chance: Chance, serial: int, codes: list[str]) -> str | None:
    """Return the other one of a pair of neighbours, if the pair is a group and wholly there."""
    pair, other = serial // 2, serial ^ 1
    if other >= len(codes) or chance.number("pair", pair) >= given.sister_share:
        return None
    return codes[other]


def _trade(parameters: Parameters, chance: Chance, serial: int) -> Trade:
    weights = [trade.share for trade in parameters.trades]
    return chance.stream("trade", serial).choices(parameters.trades, weights)[0]


def _district(parameters: Parameters, chance: Chance, serial: int) -> str:
    weights = parameters.districts.weights
    return chance.stream("district", serial).choices(DISTRICTS, weights)[0].code


def _code(parameters: Parameters, chance: Chance, serial: int) -> str:
    place = _district(parameters, chance, serial)
    division = _AREA_OFFICE if place == DEVELOPMENT_AREA else place
    first = int(chance.number("codes") * _SERIALS)
    organisation = "MA" + _places((first + serial * _STRIDE) % _SERIALS)
    body = f"91{division}{organisation}"
    body += _organisation_check(organisation)
    return body + check_character(body)


def _organisation_check(code: str) -> str:
    values = (int(letter, 36) for letter in code)
    total = sum(value * weight for value, weight in zip(values, _ORGANISATION, strict=True))
    return "0123456789X"[-total % 11]


def _places(number: int) -> str:
    characters = ""
    for _ in range(_SERIAL_PLACES):
        number, place = divmod(number, len(ALPHABET))
        characters = ALPHABET[place] + characters
    return characters


def _known_as(given: Population, draw: random.Random, name: Name, staff: int) -> tuple[str, ...]:
    """Say by which short names the register knows it: brand and trade, seldom the brand alone."""
    share = given.short_name_share_large if staff >= _LARGE else given.short_name_share
    if draw.random() >= share:
        return ()
    return (name.short, name.brand) if draw.random() < share else (name.short,)


def _established(given: Population, draw: random.Random) -> date:
    if draw.random() < given.founded_within_history_share:
        return day_in(draw.randrange(HISTORY_MONTHS - 2), draw.random())
    # The younger the more: most enterprises of a city are of the last ten years.
    age = _LEDGER_DAYS * draw.betavariate(1.0, 2.6)
    return _LEDGER_BEGINS + timedelta(days=int(_LEDGER_DAYS - age))


def _capital(draw: random.Random, staff: int) -> Decimal:
    """Choose a round capital that grows with staff, as people declare it."""
    wanted = 40.0 * staff**0.7 * draw.lognormvariate(0, 0.9)
    nearest = min(_ROUND, key=lambda amount: abs(amount - wanted))
    factor = 10 if wanted > _ROUND[-1] * 2 else 1
    return Decimal(nearest * factor * 10_000)
