"""May this request be served, and as whom?"""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.concurrency import run_in_threadpool

from api.context import ContextHere
from api.rate_headers import show_rates
from jobs import audit
from jobs.key_store import ON_LOOPBACK, Caller, KeyStore, Scope
from schemas.errors import Forbidden, QuotaExceeded, RateLimited, Unauthenticated

_OF_PROXIES = ("forwarded", "via", "x-real-ip")
_bearer = HTTPBearer(
    scheme_name="api_key",
    bearerFormat="np_…",
    description="`needlepoint keys create` makes one. As long as none was made, requests from "
    "this machine are served without.",
    auto_error=False,
)
_Bearer = Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]


def caller_with(scope: Scope) -> Callable[..., Awaitable[Caller]]:
    """The dependency of a route that needs this scope. It stands before whatever reads the body:
    who may not call is told so without a byte of it."""

    async def caller(request: Request, context: ContextHere, bearer: _Bearer) -> Caller:
        secret = bearer.credentials if bearer is not None else None
        keys = context.services.keys
        if keys.costs_no_query(secret):
            found = _caller_of(request, keys, secret)
        else:
            found = await run_in_threadpool(_caller_of, request, keys, secret)
        _name_actor(found)
        await _count_request(request, context, found.tenant)
        if scope not in found.scopes:
            raise Forbidden(f"this API key has not the scope {scope}")
        request.state.caller = found  # from here on a body may be read
        return found

    return caller


Reads = Annotated[Caller, Depends(caller_with(Scope.READ))]
Writes = Annotated[Caller, Depends(caller_with(Scope.WRITE))]
Audits = Annotated[Caller, Depends(caller_with(Scope.AUDIT))]


async def measures(request: Request, context: ContextHere, bearer: _Bearer) -> None:
    """Metrics are for a key of their scope, and for this machine."""
    if bearer is None and is_on_loopback(request):
        return
    await caller_with(Scope.METRICS)(request, context, bearer)


def is_on_loopback(request: Request) -> bool:
    """Whether the peer is this machine, and no page of a browser nor a proxy stands behind it.

    A page of another site can make a browser call a name that it points at this machine (the
    Host gives it away), or call this machine itself (the Origin does).
    """
    headers = request.headers
    if any(name in _OF_PROXIES or name.startswith("x-forwarded-") for name in headers):
        return False
    origin = headers.get("origin")
    return (
        request.client is not None
        and _is_loopback(request.client.host)
        and _is_loopback(_host_of("//" + headers.get("host", "")))
        and (origin is None or _is_loopback(_host_of(origin)))
    )


def _name_actor(caller: Caller) -> None:
    actor = audit.current()
    if actor is not None:
        actor.kind = audit.KEY if caller.key_id else audit.ON_LOOPBACK
        actor.tenant, actor.key_id = caller.tenant, caller.key_id


async def _count_request(request: Request, context: ContextHere, tenant: str) -> None:
    """Raises `RateLimited` and `QuotaExceeded`; the answer says how the tenant's rates stand
    either way."""
    quotas = context.services.quotas
    try:
        if quotas.costs_no_wait(tenant):
            request.state.rates = quotas.take_request(tenant)
        else:
            request.state.rates = await run_in_threadpool(quotas.take_request, tenant)
    except (QuotaExceeded, RateLimited):
        await show_rates(request, context, tenant)
        raise


def _caller_of(request: Request, keys: KeyStore, secret: str | None) -> Caller:
    if secret is not None:
        return keys.authenticate(secret)
    if keys.any_key():
        raise Unauthenticated("no API key: send Authorization: Bearer np_…")
    if not is_on_loopback(request):
        raise Unauthenticated(
            "no API key was made yet, so only this machine is served, under a name of its own and "
            "without a proxy: make one with `needlepoint keys create`"
        )
    return ON_LOOPBACK


def _host_of(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback
