"""The page of the pipeline, and what an operator does there after logging in."""

from __future__ import annotations

import re
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, get, post
from litestar.di import NamedDependency
from litestar.enums import RequestEncodingType
from litestar.exceptions import ValidationException
from litestar.params import Body, FromQuery, QueryParameter
from litestar.response import Redirect, Template

from dateline.errors import Unavailable
from reader.access import LASTS, SESSION, Access, Role
from reader.operations import Operations

Asked = Request[Any, Any, Any]

_HERE: Final = "/pipeline"
_OURS: Final = re.compile(r"/(?![/\\])[!-~]*")
"""A path of this site: never another site's address, however a browser reads it."""


class Login(msgspec.Struct, frozen=True, kw_only=True):
    """The form of the login page; `next` is the page of the reader to go on to."""

    token: str = ""
    next: str = _HERE


class Replay(msgspec.Struct, frozen=True, kw_only=True):
    """The form of the quarantine: events to send again, and what shows that one of our pages sent it."""

    form_token: str = ""
    events: list[str] | str = []  # one ticked box comes alone


class Logout(msgspec.Struct, frozen=True, kw_only=True):
    """The button that ends a session."""

    form_token: str = ""


@get("/pipeline", sync_to_thread=True, include_in_schema=False)
def pipeline(
    request: Asked,
    operations: NamedDependency[Operations],
    access: NamedDependency[Access],
    sent: FromQuery[int | None] = None,
) -> Template:
    """How far the stages are, what became of every event, whether the sums agree, and what lies in quarantine."""
    try:
        behind, unreachable = operations.lags(), None
    except Unavailable as error:
        behind, unreachable = (), str(error)
    return Template(
        "pipeline.html",
        context={
            "flow": operations.flow(),
            "lags": behind,
            "unreachable": unreachable,
            "audited": operations.audited(),
            "sent": sent,
            "form_token": access.form_token(request),
            "can_be_operated": access.can_be_operated,
        },
    )


@post("/pipeline/replay", sync_to_thread=True, include_in_schema=False)
def replay(
    request: Asked,
    operations: NamedDependency[Operations],
    access: NamedDependency[Access],
    data: Annotated[Replay, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Redirect:
    """Send the chosen events again."""
    access.demand(request, data.form_token)
    events = {data.events} if isinstance(data.events, str) else set(data.events)
    if not events:
        raise ValidationException(
            detail="replay: expected at least one event, got none: tick some and send again"
        )
    return Redirect(f"/pipeline?sent={operations.replay(events)}", status_code=303)


@get("/login", include_in_schema=False, sync_to_thread=False)
def login_page(
    access: NamedDependency[Access], to: Annotated[str, QueryParameter(name="next")] = _HERE
) -> Template:
    """Where an operator shows a token."""
    return _login(access, to)


@post("/login", include_in_schema=False, sync_to_thread=False)
def login(
    request: Asked,
    access: NamedDependency[Access],
    data: Annotated[Login, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Template | Redirect:
    """Begin a session, if the token is an operator's."""
    if not access.can_be_operated or access.role_of(data.token.strip()) < Role.OPERATE:
        return _login(access, data.next, refused=True)
    answer = Redirect(_ours(data.next), status_code=303)
    answer.set_cookie(
        key=SESSION,
        value=access.new_session(),
        max_age=LASTS,
        path="/",
        httponly=True,
        samesite="strict",
        secure=request.url.scheme == "https",
    )
    return answer


@post("/logout", include_in_schema=False, sync_to_thread=False)
def logout(
    request: Asked,
    access: NamedDependency[Access],
    data: Annotated[Logout, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Redirect:
    """End the session in this browser."""
    access.demand(request, data.form_token)
    answer = Redirect("/pipeline", status_code=303)
    answer.delete_cookie(SESSION, path="/")
    return answer


def _ours(address: str) -> str:
    return address if _OURS.fullmatch(address) else _HERE


def _login(access: Access, to: str, *, refused: bool = False) -> Template:
    return Template(
        "login.html",
        context={"refused": refused, "can_be_operated": access.can_be_operated, "next": _ours(to)},
        status_code=403 if refused else 200,
    )


HANDLERS: Final[list[Any]] = [pipeline, replay, login_page, login, logout]
