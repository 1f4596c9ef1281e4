"""Program that calls every operation of the three clients, and prints the responses.

`python -m tests.support.usage --okta URL --clerk URL --pangea URL` runs it against your own servers.
Type checkers check it in their strictest mode.
"""

import argparse
import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

import httpx2
from clerk import AsyncClerk, Clerk
from clerk.errors import AuthenticationError, ClerkError, UnprocessableEntityError
from clerk.models import ErrorResponse as ClerkErrorResponse
from clerk.models import (
    RefreshFormat,
    SessionActivity,
    SessionCookies,
    SessionList,
    SessionRefreshResponse,
    SessionToken,
)
from clerk.models import Session as ClerkSession
from clerk.models import SessionListResponse as ClerkSessionListResponse
from clerk.models import SessionStatus as ClerkSessionStatus
from okta import AsyncOkta, Okta
from okta.errors import APIStatusError as OktaStatusError
from okta.errors import NotFoundError, OktaError
from okta.models import AuthenticationMethod, HttpMethod, IdentityProviderType, Link
from okta.models import Error as OktaErrorBody
from okta.models import Session as OktaSession
from okta.models import SessionStatus as OktaSessionStatus
from pangea import AsyncPangea, Pangea
from pangea.errors import APIStatusError as PangeaStatusError
from pangea.errors import BadRequestError, PaginationError, PangeaError
from pangea.models import (
    ClientSessionListResponse,
    EmptyResponse,
    Intelligence,
    RefreshSessionResponse,
    SessionFilter,
    SessionOrderBy,
    SortOrder,
    TokenInfo,
    TokenType,
    Verdict,
)
from pangea.models import ErrorResponse as PangeaErrorResponse
from pangea.models import Session as PangeaSession
from pangea.models import SessionListResponse as PangeaSessionListResponse

OKTA_TOKEN = "00QCjAl4MlV-WPXM-DrXXXXXXXXXXXXXXXXXXXXXXX"
OKTA_SESSION = "l7FbDVqS8zHSy65uJD85"
OKTA_USER = "00ub0oNGTSWTBKOLGLNR"
OKTA_COOKIE = "sid=l7FbDVqS8zHSy65uJD85"

CLERK_KEY = "sk_test_4eC39HqLyjWDarjtT1zdp7dcXXXXXXXXXXXXXXXXXX"
CLERK_SESSION = "sess_1234567890abcdef"
CLERK_USER = "user_456"
CLERK_CLIENT = "client_123"
CLERK_ORGANIZATION = "org_2g7np7Hrk0SN6kj5EDMLDaKNL0S"
CLERK_TOKEN = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.test.token"

PANGEA_TOKEN = "pts_v6rjfnqj5vxbxqhqfyvoxdi5mjkemzrq"
PANGEA_SESSION = "pmt_zppkzrjguxyblaia6itbiesejn7jejnr"
PANGEA_USER = "pui_xpkhwpnz2cmegsws737xbsqnmnuwtvm5"
PANGEA_USER_TOKEN = "ptu_wuk7tvtpswyjtlsx52b7yyi2l7zotv4a"
PANGEA_REFRESH_TOKEN = "ptr_xpkhwpnz2cmegsws737xbsqnmnuwtbm5"


def use_okta(url: str) -> None:
    with (
        httpx2.Client() as http,
        Okta(
            domain="acme.okta.com",
            api_token=OKTA_TOKEN,
            base_url=url,
            timeout=20.0,
            http=http,
        ) as okta,
    ):
        created = okta.sessions.create("00HiohZYpJgMSHwmL9TQy7RRzuY-q9soKp1SPmYYow")
        print_okta_session(created)
        print_okta_session(okta.sessions.get(created.id))
        print_okta_session(okta.sessions.refresh(created.id))
        okta.sessions.revoke(created.id)
        okta.user_sessions.revoke(created.user_id)
    with Okta(access_token="eyJraWQiOiJ4In0.e30.c2ln", base_url=url) as okta:
        okta.user_sessions.revoke(OKTA_USER, oauth_tokens=True, forget_devices=False)
    with Okta(base_url=url) as okta:
        print_okta_session(okta.sessions.get_current(cookie=OKTA_COOKIE))
        print_okta_session(okta.sessions.refresh_current(cookie=OKTA_COOKIE))
        okta.user_sessions.end(keep_current=True, cookie=OKTA_COOKIE)
        okta.sessions.close_current(cookie=OKTA_COOKIE)
    with Okta(api_token=OKTA_TOKEN, base_url=f"{url}/no/such/place") as okta:
        try:
            okta.sessions.get(OKTA_SESSION)
        except NotFoundError as error:
            print_okta_error(error)
        except OktaError as error:
            print("okta failed otherwise:", error)


async def use_async_okta(url: str) -> None:
    async with (
        httpx2.AsyncClient() as http,
        AsyncOkta(
            domain="acme.okta.com",
            api_token=OKTA_TOKEN,
            base_url=url,
            timeout=20.0,
            http=http,
        ) as okta,
    ):
        created = await okta.sessions.create(
            "00HiohZYpJgMSHwmL9TQy7RRzuY-q9soKp1SPmYYow"
        )
        print_okta_session(created)
        got, refreshed = await asyncio.gather(
            okta.sessions.get(created.id), okta.sessions.refresh(created.id)
        )
        print_okta_session(got)
        print_okta_session(refreshed)
        await okta.sessions.revoke(created.id)
        await okta.user_sessions.revoke(created.user_id)
    async with AsyncOkta(access_token="eyJraWQiOiJ4In0.e30.c2ln", base_url=url) as okta:
        await okta.user_sessions.revoke(
            OKTA_USER, oauth_tokens=True, forget_devices=False
        )
    async with AsyncOkta(base_url=url) as okta:
        print_okta_session(await okta.sessions.get_current(cookie=OKTA_COOKIE))
        print_okta_session(await okta.sessions.refresh_current(cookie=OKTA_COOKIE))
        await okta.user_sessions.end(keep_current=True, cookie=OKTA_COOKIE)
        await okta.sessions.close_current(cookie=OKTA_COOKIE)
    async with AsyncOkta(api_token=OKTA_TOKEN, base_url=f"{url}/no/such/place") as okta:
        try:
            await okta.sessions.get(OKTA_SESSION)
        except NotFoundError as error:
            print_okta_error(error)
        except OktaError as error:
            print("okta failed otherwise:", error)


def print_okta_session(session: OktaSession) -> None:
    left = session.expires_at - datetime.now(UTC)
    print(session.id, session.user_id, session.login.lower(), left.total_seconds())
    if session.status is OktaSessionStatus.ACTIVE:
        print("signed in with", ", ".join(method.value for method in session.amr))
    if AuthenticationMethod.MFA in session.amr or session.mfa_active:
        print("with more than one factor")
    if session.created_at is not None:
        print("began", session.created_at.isoformat())
    for verified in (
        session.last_password_verification,
        session.last_factor_verification,
    ):
        print("verified", "never" if verified is None else verified.isoformat())
    if session.idp is not None and session.idp.type is not None:
        own = session.idp.type is IdentityProviderType.OKTA
        print("by Okta" if own else "by", session.idp.id, session.idp.type.value)
    for link in (session.links.self, session.links.refresh, session.links.user):
        if link is not None:
            print_okta_link(link)


def print_okta_link(link: Link) -> None:
    if link.href is not None:
        print(link.href.partition("/api")[2], link.name, link.type, link.templated)
    if link.hints is not None and link.hints.allow is not None:
        print("may be read:", HttpMethod.GET in link.hints.allow)


def print_okta_error(error: OktaStatusError) -> None:
    print(error.status_code, error.code, error.message, error.request_id)
    print(error.response.headers.get("X-Rate-Limit-Reset"), str(error))
    if isinstance(error.body, OktaErrorBody):
        print(error.body.error_code, error.body.error_summary, error.body.error_id)
        for cause in error.body.error_causes or []:
            print(cause.error_summary)


def use_clerk(url: str) -> None:
    with Clerk(secret_key=CLERK_KEY, base_url=url, timeout=20.0) as clerk:
        session = clerk.sessions.create(
            CLERK_USER, active_organization_id=CLERK_ORGANIZATION
        )
        print_clerk_session(session)
        print_clerk_session(clerk.sessions.get(session.id))
        page = clerk.sessions.list(
            client_id=CLERK_CLIENT,
            user_id=CLERK_USER,
            status="active",
            paginated=True,
            limit=20,
            offset=0,
        )
        print_clerk_list(page.items, page.body)
        for session in clerk.sessions.list(status=ClerkSessionStatus.ACTIVE):
            print_clerk_session(session)
        for session in page.all():
            print_clerk_session(session)
        refreshed = clerk.sessions.refresh(
            CLERK_SESSION,
            expired_token=CLERK_TOKEN,
            refresh_token="7QkV3mZy0eR1sT8uWbXc",
            request_origin="https://app.example.com",
            request_headers={"user-agent": ["Mozilla/5.0"], "accept": ("text/html",)},
            format=RefreshFormat.COOKIE,
            request_originating_ip="192.0.2.17",
        )
        print_refreshed(refreshed)
        print_clerk_session(
            clerk.sessions.verify(  # pyright: ignore[reportDeprecated]
                CLERK_SESSION, token=CLERK_TOKEN
            )
        )
        print_token(clerk.sessions.create_token(CLERK_SESSION, expires_in_seconds=60))
        print_token(
            clerk.sessions.create_token_from_template(
                CLERK_SESSION, "custom_hasura", expires_in_seconds=60
            )
        )
        if clerk.sessions.revoke(CLERK_SESSION).status == "revoked":
            print("revoked")
        try:
            clerk.sessions.list(limit=0)
        except UnprocessableEntityError as error:
            print_clerk_error(error.code, error.message, error.request_id, error.body)
        except (AuthenticationError, ClerkError) as error:
            print("clerk failed otherwise:", error)


async def use_async_clerk(url: str) -> None:
    async with AsyncClerk(secret_key=CLERK_KEY, base_url=url, timeout=20.0) as clerk:
        session = await clerk.sessions.create(
            CLERK_USER, active_organization_id=CLERK_ORGANIZATION
        )
        print_clerk_session(session)
        print_clerk_session(await clerk.sessions.get(session.id))
        page = await clerk.sessions.list(
            client_id=CLERK_CLIENT,
            user_id=CLERK_USER,
            status="active",
            paginated=True,
            limit=20,
            offset=0,
        )
        print_clerk_list(page.items, page.body)
        async for session in await clerk.sessions.list(
            status=ClerkSessionStatus.ACTIVE
        ):
            print_clerk_session(session)
        for session in await page.all():
            print_clerk_session(session)
        refreshed = await clerk.sessions.refresh(
            CLERK_SESSION,
            expired_token=CLERK_TOKEN,
            refresh_token="7QkV3mZy0eR1sT8uWbXc",
            request_origin="https://app.example.com",
            request_headers={"user-agent": ["Mozilla/5.0"], "accept": ("text/html",)},
            format="cookie",
            request_originating_ip="192.0.2.17",
        )
        print_refreshed(refreshed)
        print_clerk_session(
            await clerk.sessions.verify(  # pyright: ignore[reportDeprecated]
                CLERK_SESSION, token=CLERK_TOKEN
            )
        )
        print_token(
            await clerk.sessions.create_token(CLERK_SESSION, expires_in_seconds=60)
        )
        print_token(
            await clerk.sessions.create_token_from_template(
                CLERK_SESSION, "custom_hasura", expires_in_seconds=60
            )
        )
        revoked = await clerk.sessions.revoke(CLERK_SESSION)
        if revoked.status == "revoked":
            print("revoked")
        try:
            await clerk.sessions.list(limit=0)
        except UnprocessableEntityError as error:
            print_clerk_error(error.code, error.message, error.request_id, error.body)
        except (AuthenticationError, ClerkError) as error:
            print("clerk failed otherwise:", error)


def print_clerk_session(session: ClerkSession) -> None:
    print(session.object, session.id, session.user_id, session.client_id)
    match session.status:
        case ClerkSessionStatus.ACTIVE:
            print("signed in in", session.last_active_organization_id)
        case ClerkSessionStatus.PENDING:
            print("has yet to", ", ".join(task.key for task in session.tasks or []))
        case other:
            print("over:", other.value)
    if session.actor is not None:
        print("impersonated by", session.actor.get("sub"))
    if session.latest_activity is not None:
        print_activity(session.latest_activity)
    age = session.last_active_at - session.created_at
    print(age, session.updated_at, session.expire_at < session.abandon_at)


def print_activity(activity: SessionActivity) -> None:
    print(activity.object, activity.id, "mobile" if activity.is_mobile else "fixed")
    known = (activity.device_type, activity.browser_name, activity.browser_version)
    print(" ".join(part for part in known if part is not None))
    where = (activity.ip_address, activity.city, activity.country)
    print(", ".join(part for part in where if part is not None))


def print_clerk_list(
    sessions: list[ClerkSession], body: ClerkSessionListResponse
) -> None:
    total = body.total_count if isinstance(body, SessionList) else len(body)
    print(len(sessions), "of", total)
    for session in sessions:
        print_clerk_session(session)


def print_refreshed(response: SessionRefreshResponse) -> None:
    if isinstance(response, SessionCookies):
        print(
            response.object, [cookie.partition("=")[0] for cookie in response.cookies]
        )
    elif isinstance(response, SessionToken):
        print_token(response)
    else:
        print("unknown:", sorted(response))


def print_token(token: SessionToken) -> None:
    print(token.object, len(token.jwt.split(".")), "parts")


def print_clerk_error(
    code: str | None, message: str | None, request_id: str | None, body: object
) -> None:
    print(code, message, request_id)
    if isinstance(body, ClerkErrorResponse):
        for detail in body.errors:
            print(detail.code, detail.message, detail.long_message)
            if detail.meta is not None:
                print("about", detail.meta.get("param_name"))
        print(body.clerk_trace_id, sorted(body.meta or {}))


def use_pangea(url: str) -> None:
    with Pangea(token=PANGEA_TOKEN, domain="aws.eu.pangea.cloud", base_url=url) as api:
        refreshed = api.client.session.refresh(
            PANGEA_REFRESH_TOKEN, user_token=PANGEA_USER_TOKEN
        )
        print_pangea_refreshed(refreshed)
        own = api.client.session.list(
            PANGEA_USER_TOKEN,
            filter={"email": "joe.user@email.com", "profile_team": "red"},
            last="Mjox",
            order="desc",
            order_by="created_at",
            size=10,
        )
        print_own_sessions(own.items, own.body)
        page = api.session.list(
            filter=session_filter(),
            last="Mjox",
            order=SortOrder.ASC,
            order_by=SessionOrderBy.EXPIRE,
            size=50,
        )
        print_all_sessions(page.items, page.body)
        try:
            for session in api.session.list():
                print_pangea_session(session)
        except PaginationError as error:
            print("the server repeats itself:", error)
        print_empty_response(
            api.client.session.invalidate(PANGEA_USER_TOKEN, PANGEA_SESSION)
        )
        print_empty_response(api.client.session.logout(PANGEA_USER_TOKEN))
        print_empty_response(
            api.session.invalidate(PANGEA_SESSION, user_initiated=True)
        )
        print_empty_response(api.session.logout(PANGEA_USER))
        try:
            api.session.list(size=0)
        except BadRequestError as error:
            print_pangea_error(error)
        except PangeaError as error:
            print("pangea failed otherwise:", error)


async def use_async_pangea(url: str) -> None:
    async with AsyncPangea(
        token=PANGEA_TOKEN, domain="aws.eu.pangea.cloud", base_url=url
    ) as api:
        refreshed = await api.client.session.refresh(
            PANGEA_REFRESH_TOKEN, user_token=PANGEA_USER_TOKEN
        )
        print_pangea_refreshed(refreshed)
        own = await api.client.session.list(
            PANGEA_USER_TOKEN,
            filter={"email": "joe.user@email.com", "profile_team": "red"},
            last="Mjox",
            order="desc",
            order_by="created_at",
            size=10,
        )
        print_own_sessions(own.items, own.body)
        page = await api.session.list(
            filter=session_filter(),
            last="Mjox",
            order=SortOrder.ASC,
            order_by=SessionOrderBy.EXPIRE,
            size=50,
        )
        print_all_sessions(page.items, page.body)
        try:
            async for session in await api.session.list():
                print_pangea_session(session)
        except PaginationError as error:
            print("the server repeats itself:", error)
        print_empty_response(
            await api.client.session.invalidate(PANGEA_USER_TOKEN, PANGEA_SESSION)
        )
        print_empty_response(await api.client.session.logout(PANGEA_USER_TOKEN))
        print_empty_response(
            await api.session.invalidate(PANGEA_SESSION, user_initiated=True)
        )
        print_empty_response(await api.session.logout(PANGEA_USER))
        try:
            await api.session.list(size=0)
        except BadRequestError as error:
            print_pangea_error(error)
        except PangeaError as error:
            print("pangea failed otherwise:", error)


def session_filter() -> SessionFilter:
    return SessionFilter(
        created_at__gte=datetime(2023, 2, 7, tzinfo=UTC),
        created_at__lt=datetime(2023, 2, 8, tzinfo=timezone(timedelta(hours=1))),
        email__in=["joe.user@email.com"],
        enabled=True,
        scopes=("scope1",),
        type=TokenType.SESSION,
        username="joe.user",
    )


def print_pangea_refreshed(response: RefreshSessionResponse) -> None:
    print_envelope(response.request_id, response.status, response.summary)
    print(response.response_time - response.request_time)
    for token in (response.result.refresh_token, response.result.active_token):
        if token is not None:
            print(token.token.partition("_")[0], token.client_id, token.audience)
            print(token.identity, token.email, token.enabled, token.life)


def print_own_sessions(
    sessions: list[PangeaSession], body: ClientSessionListResponse
) -> None:
    print_envelope(body.request_id, body.status, body.summary)
    print(len(sessions), "of", len(body.result.sessions), body.result.last or "no more")
    for session in sessions:
        print_pangea_session(session)


def print_all_sessions(
    sessions: list[PangeaSession], body: PangeaSessionListResponse
) -> None:
    print_envelope(body.request_id, body.status, body.summary)
    print(body.result.count, body.result.last or "no more")
    for session in sessions:
        print_pangea_session(session)


def print_pangea_session(session: PangeaSession) -> None:
    print(session.id, session.identity, session.email, session.scopes)
    print(session.profile.get("first_name", ""), session.profile.get("User-Agent"))
    print(session.life, (session.expire - session.created_at).days, "days")
    if session.type is TokenType.SESSION and session.active_token is not None:
        print_token_info(session.active_token)


def print_token_info(token: TokenInfo) -> None:
    print(token.id, token.type.value, token.enabled, token.life, token.expire.year)
    print(token.identity, token.email, len(token.profile), token.created_at.date())
    print(token.scopes or [], token.audience or [], token.client_id)
    print("claims:", sorted(token.claims or {}))
    if token.intelligence is not None:
        print_intelligence(token.intelligence)


def print_intelligence(found: Intelligence) -> None:
    print("embargo:", found.embargo, "breached:", found.user_intel)
    if found.ip_intel is not None:
        address = found.ip_intel
        print(address.is_bad, address.is_vpn, address.is_proxy)
        if address.reputation is not None:
            bad = address.reputation.verdict is Verdict.MALICIOUS
            print(bad, address.reputation.score, address.reputation.category)
        if address.geolocation is not None:
            place = address.geolocation
            print(place.city, place.postal_code, place.country, place.country_code)
            print(place.latitude, place.longitude)
    if found.domain_intel is not None and found.domain_intel.reputation is not None:
        print(found.domain_intel.is_bad, found.domain_intel.reputation.verdict)


def print_empty_response(response: EmptyResponse) -> None:
    print_envelope(response.request_id, response.status, response.summary)
    print(len(response.result), response.response_time >= response.request_time)


def print_envelope(request_id: str, status: str, summary: str | None) -> None:
    print(request_id, status.lower() == "success", summary)


def print_pangea_error(error: PangeaStatusError) -> None:
    print(error.status_code, error.code, error.message, error.request_id)
    if isinstance(error.body, PangeaErrorResponse) and error.body.result is not None:
        for fault in error.body.result.errors or []:
            print(fault.code, fault.detail, fault.source, fault.path)


def main(arguments: Sequence[str] | None = None) -> None:
    """Use each synchronous client, then each asynchronous one."""
    parser = argparse.ArgumentParser()
    for name in ("okta", "clerk", "pangea"):
        parser.add_argument(f"--{name}", metavar="URL", required=True)
    urls = parser.parse_args(arguments)
    okta, clerk, pangea = str(urls.okta), str(urls.clerk), str(urls.pangea)
    use_okta(okta)
    use_clerk(clerk)
    use_pangea(pangea)
    asyncio.run(use_async_okta(okta))
    asyncio.run(use_async_clerk(clerk))
    asyncio.run(use_async_pangea(pangea))


if __name__ == "__main__":
    main()
