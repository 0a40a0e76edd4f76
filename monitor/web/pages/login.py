"""Logging in and out."""

from __future__ import annotations

import hashlib
import hmac
import time
from ipaddress import IPv6Network, ip_address
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from monitor.service.sessions import IDLE, Throttle
from monitor.web.identity import SESSION, clean_name, local_path, set_cookie
from monitor.web.page_request import Asking, site_of
from monitor.web.rendering import page
from monitor.web.routes import Routes
from monitor.web.site import Site
from monitor.wording import counted

router = Routes()

#: Wrong passwords: of one address, and of one name, in ten minutes.
MOST_OF_ADDRESS, MOST_OF_NAME, MINUTES = 10, 20, 10
MOST_PASSWORD = 1_000
#: How long the page of the login may stay open.
LOGIN_SECONDS = 3_600


class Door:
    """Counts wrong passwords, by address and by name."""

    def __init__(self) -> None:
        self.addresses = Throttle(MOST_OF_ADDRESS, MINUTES * 60)
        self.names = Throttle(MOST_OF_NAME, MINUTES * 60)

    def wait(self, address: str, name: str) -> int:
        """For how many seconds nothing is tried; 0 when it may be."""
        return max(self.addresses.wait(network(address)), self.names.wait(name.casefold()))

    def note(self, address: str, name: str, *, right: bool) -> None:
        """Count a try."""
        for throttle, who in ((self.addresses, network(address)), (self.names, name.casefold())):
            if right:
                throttle.succeeded(who)
            else:
                throttle.failed(who)


def network(address: str) -> str:
    """What an address is counted by: of IPv6 the part that one visitor has all addresses of."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    return str(IPv6Network((parsed, 64), strict=False)) if parsed.version == 6 else address


def login_token(site: Site, at: str | None = None) -> str:
    """What shows that the login's form was made by us, lately."""
    at = at or str(int(time.time()))
    signature = hmac.new(site.key, f"login\0{at}".encode(), hashlib.sha256).hexdigest()[:32]
    return f"{at}.{signature}"


def is_ours(site: Site, token: str) -> bool:
    """Whether the login's form was made by us, lately."""
    at = token.partition(".")[0]
    if not at.isdigit() or not hmac.compare_digest(token.encode(), login_token(site, at).encode()):
        return False
    return time.time() - int(at) <= LOGIN_SECONDS


@router.get("/login")
async def show_login(request: Request) -> Response:
    """The form."""
    site = site_of(request)
    target = local_path(request.query_params.get("next"))
    if site.password() is None:
        return RedirectResponse(target, 303)
    return _form(site, request, target)


def _form(
    site: Site, request: Request, target: str, *, status: int = 200, **said: Any
) -> HTMLResponse:
    values = {"problem": None, "person": "", "next": target} | said
    return page(
        site, request, "login.html", None, status=status, login_token=login_token(site), **values
    )


@router.post("/login")
async def log_in(request: Request) -> Response:
    """Check the password, begin a session."""
    site = site_of(request)
    door: Door = request.app.state.door
    given = await request.form(max_files=0, max_fields=10)
    person = clean_name(str(given.get("person", "")))
    target = local_path(str(given.get("next", "")))
    password = str(given.get("password", ""))[:MOST_PASSWORD]
    address = request.client.host if request.client else ""

    def again(problem: str, status: int) -> HTMLResponse:
        return _form(site, request, target, status=status, problem=problem, person=person)

    if not is_ours(site, str(given.get("form_token", ""))):
        return again("The form was too old. Please try again.", 403)
    if not person:
        return again("Say who you are: it stands beside what you judge.", 422)
    if wait := door.wait(address, person):
        minutes = counted(-(-wait // 60), "minute")
        response = again(f"Too many wrong passwords. Try again in {minutes}.", 429)
        response.headers["Retry-After"] = str(wait)
        return response
    # Counted before it is known, so that many tries at once are no more than one after another.
    door.note(address, person, right=False)
    cookie = await site.ask(site.sessions.login, password, person, address)
    if cookie is None:
        return again("That is not the password.", 401)
    door.note(address, person, right=True)
    entered = RedirectResponse(target, 303)
    set_cookie(entered, site, SESSION, cookie, int(IDLE.total_seconds()))
    return entered


@router.post("/logout")
async def log_out(request: Request) -> Response:
    """End the session."""
    asking = await Asking.of(request)
    await asking.form()
    if asking.who.session is not None:
        await asking.site.ask(asking.site.sessions.end, asking.who.session, asking.who.person)
    response = RedirectResponse("/login", 303)
    response.delete_cookie(SESSION, path="/")
    return response
