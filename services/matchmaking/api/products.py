"""Products, and the list of enterprises under warning."""

from typing import Annotated, Final

from fastapi import APIRouter, Header, Path, Query, Request, Response, status

from services.matchmaking.domain.errors import (
    BankNotAdmitted,
    ProductAmbiguous,
    ProductChangedMeanwhile,
    ProductNotFound,
    TermsRefused,
)
from services.matchmaking.domain.product import Product
from services.matchmaking.domain.warned import WarnedState
from services.matchmaking.handlers import products as handlers
from services.matchmaking.problems import PROBLEMS
from services.matchmaking.schemas.products import ProductRead, ProductTerms, WarnedEnterpriseRead
from services.matchmaking.store.products import ProductFilter
from services.matchmaking.store.warned import WarnedFilter
from shared.auth.caller import allow
from shared.auth.identity import Caller, CallerKind, Role
from shared.clock import Now
from shared.db import Transaction
from shared.districts import DistrictQuery
from shared.idempotency import Once
from shared.pagination import Page, Pages, link_next
from shared.problems import responses

router: Final = APIRouter(prefix="/v1", tags=["matchmaking"])

_CITY = (Role.CITY_ADMIN, Role.CITY_ANALYST)
WarningReader = Annotated[Caller, allow(*_CITY, Role.DISTRICT_LEAD, Role.DISTRICT_OFFICER)]
ProductReader = Annotated[Caller, allow(CallerKind.BANK, *_CITY)]
BankCaller = Annotated[Caller, allow(CallerKind.BANK)]
ProductCode = Annotated[
    str, Path(pattern="^[a-z0-9][a-z0-9-]{0,63}$", description="The bank's own code.")
]
BankFilter = Annotated[str | None, Query(max_length=100, description="A bank's client id.")]


@router.get("/warned-enterprises")
async def list_warned_enterprises(
    request: Request,
    response: Response,
    session: Transaction,
    caller: WarningReader,
    page: Pages,
    state: WarnedState = WarnedState.STANDING,
    district: DistrictQuery = None,
) -> Page[WarnedEnterpriseRead]:
    """List enterprises under warning in the caller's districts, latest first."""
    wanted = WarnedFilter(scope=caller.districts, district=district, state=state)
    found, cursor = await handlers.list_warned(session, wanted, page)
    link_next(request, response, cursor)
    data = [WarnedEnterpriseRead.model_validate(one, from_attributes=True) for one in found]
    return Page(data=data, next_cursor=cursor)


@router.get("/products")
async def list_products(
    request: Request,
    response: Response,
    session: Transaction,
    caller: ProductReader,
    page: Pages,
    bank: BankFilter = None,
) -> Page[ProductRead]:
    """List products by bank and code: a bank's own, or every bank's for the city."""
    found, cursor = await handlers.list_products(session, _wanted(caller, bank), page)
    link_next(request, response, cursor)
    data = [ProductRead.model_validate(one, from_attributes=True) for one in found]
    return Page(data=data, next_cursor=cursor)


@router.get("/products/{code}", responses=responses(PROBLEMS, ProductNotFound, ProductAmbiguous))
async def read_product(
    response: Response,
    session: Transaction,
    caller: ProductReader,
    code: ProductCode,
    bank: BankFilter = None,
) -> ProductRead:
    """Show a product: a bank's own, or any for the city, by `bank` where several have the code."""
    found = await handlers.find_product(session, _wanted(caller, bank), code)
    response.headers["ETag"] = found.tag
    return ProductRead.model_validate(found, from_attributes=True)


@router.put(
    "/products/{code}",
    response_model=ProductRead,
    responses={
        201: {"model": ProductRead, "description": "The first version."},
        **responses(PROBLEMS, ProductChangedMeanwhile, BankNotAdmitted, TermsRefused),
    },
)
async def put_product(
    session: Transaction,
    caller: BankCaller,
    once: Once,
    now: Now,
    code: ProductCode,
    terms: ProductTerms,
    if_match: Annotated[
        str | None, Header(max_length=500, description="Entity tags; without it, last write wins.")
    ] = None,
) -> Response:
    """Put a product of the calling bank in place, or a new version over the current one."""
    expected = [tag.strip() for tag in (if_match or "").split(",") if tag.strip()]

    async def put() -> Product:
        return await handlers.put_product(
            session, terms.to_domain(), bank=caller.subject, code=code, expected=expected, now=now
        )

    return await once.answer(_status, ProductRead, put, headers=_headers)


def _wanted(caller: Caller, bank: str | None) -> ProductFilter:
    return ProductFilter(caller.subject if caller.kind is CallerKind.BANK else None, bank)


def _status(product: Product) -> int:
    return status.HTTP_201_CREATED if product.version == 1 else status.HTTP_200_OK


def _headers(product: Product) -> dict[str, str]:
    headers = {"ETag": product.tag}
    if product.version == 1:
        headers["Location"] = f"/v1/products/{product.code}"
    return headers
