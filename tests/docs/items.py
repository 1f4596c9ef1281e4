"""What the vendors' own pages have, item by item: where in the seeds, and where on ours."""

from dataclasses import dataclass

from tests.docs import floor
from tests.docs.floor import Check

OKTA, USERS = "001_25709e5bf9ee3217.txt", "002_c198b51d3938446e.txt"
CLERK = "003_69aa3c9a9cda6fdc.txt"
CSHARP, NODE = "000_19773c825be212f3.txt", "004_ca6de9999cc00fc4.txt"


@dataclass(frozen=True)
class Item:
    """Something that a vendor's pages have.

    Attributes:
        vendor: Whose pages.
        what: What it is.
        seed: The page.
        quoted: Where on it, in its own words.
        ours: Where ours has it.
        check: Whether it is there for an operation.
    """

    vendor: str
    what: str
    seed: str
    quoted: str
    ours: str
    check: Check


ITEMS = (
    Item("okta", "base URL", OKTA, "All URIs are relative to", "HTTP request", floor.has_server),
    Item("okta", "method table", OKTA, "Method HTTP request Description", "index, All operations", floor.has_method_table),
    Item("okta", "HTTP method and route", OKTA, "GET /api/v1/sessions/{sessionId}", "lead", floor.has_request),
    Item("okta", "signature", OKTA, "Session GetSession (string sessionId)", "Signature", floor.has_signature),
    Item("okta", "summary", OKTA, "Retrieve a Session", "lead", floor.has_summary),
    Item("okta", "description", OKTA, "Revokes the specified Session", "lead", floor.has_description),
    Item("okta", "notes on an operation", USERS, "Note: This operation", "lead", floor.has_description),
    Item("okta", "example", OKTA, "Session result = apiInstance.GetSession(sessionId);", "Example, both modes", floor.has_example),
    Item("okta", "client set up in the example", OKTA, 'config.Token ="YOUR_API_KEY";', "Example", floor.has_set_up),
    Item("okta", "what to catch", OKTA, "catch (ApiException  e)", "Errors", floor.has_errors),
    Item("okta", "parameter names", OKTA, "Name Type Description Notes", "Parameters", floor.has_names),
    Item("okta", "parameter types", USERS, "| oauthTokens | bool? |", "Parameters, Type", floor.has_types),
    Item("okta", "parameter descriptions", USERS, "ID of an existing Okta user", "Parameters, Description", floor.has_meanings),
    Item("okta", "optional parameters", OKTA, "[optional]", "Parameters, Required", floor.has_required),
    Item("okta", "defaults", USERS, "[default to true]", "Parameters, Description", floor.has_defaults),
    Item("okta", "example values", OKTA, "l7FbDVqS8zHSy65uJD85", "Parameters, Example", floor.has_values),
    Item("okta", "return type", OKTA, "Return type", "Returns", floor.has_returns),
    Item("okta", "empty answers", OKTA, "void (empty response body)", "Returns", floor.has_returns),
    Item("okta", "authorization", OKTA, "apiToken, oauth2", "Authorization", floor.has_authorization),
    Item("okta", "no authorization", OKTA, "No authorization required", "Authorization", floor.has_authorization),
    Item("okta", "request headers", OKTA, "Content-Type: Not defined", "HTTP request", floor.has_request_headers),
    Item("okta", "response statuses", OKTA, "Status code Description Response headers", "Responses", floor.has_statuses),
    Item("okta", "status descriptions", OKTA, "429 Too Many Requests -", "Responses, Description", floor.has_status_texts),
    Item("okta", "response headers", OKTA, "Response headers", "Response headers", floor.has_response_headers),
    Item("okta", "back links", OKTA, "[Back to top] [Back to API list] [Back to Model list]", "last line", floor.has_back),
    Item("pangea", "signature", NODE, "refresh(refreshToken: string, options: RefreshOptions)", "Signature", floor.has_signature),
    Item("pangea", "summary", CSHARP, "Invalidate all sessions belonging to a user.", "lead", floor.has_summary),
    Item("pangea", "required parameters", CSHARP, "required parameters", "Parameters, Required", floor.has_required),
    Item("pangea", "parameter types", NODE, "last (string):", "Parameters, Type", floor.has_types),
    Item("pangea", "parameter descriptions", NODE, "A user token value", "Parameters, Description", floor.has_meanings),
    Item("pangea", "optional parameters", NODE, "Supported options:", "Parameters, Required", floor.has_required),
    Item("pangea", "members of the body", NODE, "An object of options:", "Parameters, Sent in", floor.has_places),
    Item("pangea", "allowed values", NODE, "One of: id, created_at, type", "Parameters, Description", floor.has_allowed),
    Item("pangea", "limits", NODE, "Minimum is 1.", "Parameters, Description", floor.has_limits),
    Item("pangea", "response object", CSHARP, "Response<SessionListResult>", "Returns, a link", floor.has_returns),
    Item("pangea", "example", NODE, "await authn.session.logout(", "Example, both modes", floor.has_example),
    Item("clerk", "overview of a resource", CLERK, "The Session object is an abstraction", "head of the page", floor.has_overview),
    Item("clerk", "available operations", CLERK, "Available Operations", "index, All operations", floor.has_method_table),
    Item("clerk", "description", CLERK, "Retrieve the details of a session", "lead", floor.has_description),
    Item("clerk", "example", CLERK, "Example Usage", "Example, both modes", floor.has_example),
    Item("clerk", "client set up in the example", CLERK, "new ClerkBackendApi(bearerAuth:", "Example", floor.has_set_up),
    Item("clerk", "parameters", CLERK, "Parameter Type Required Description Example", "Parameters", floor.has_names),
    Item("clerk", "required", CLERK, "SessionId string ✔️", "Parameters, Required", floor.has_required),
    Item("clerk", "example values", CLERK, "custom_hasura", "Parameters, Example", floor.has_values),
    Item("clerk", "response", CLERK, "GetSessionListResponse", "Returns, a link", floor.has_returns),
    Item("clerk", "errors by status", CLERK, "400, 401, 404, 410", "Errors, Status", floor.has_errors),
    Item("clerk", "content types of errors", CLERK, "application/json", "Responses, Content type", floor.has_content_types),
    Item("clerk", "errors of any other kind", CLERK, "SDKError 4XX, 5XX */*", "Errors, last line", floor.has_any_error),
    Item("clerk", "deprecated operations", CLERK, "DEPRECATED: This will be removed", "lead", floor.has_deprecated),
    Item("clerk", "deprecations in words", CLERK, "Deprecation Notice (2024-01-01)", "lead", floor.has_told_deprecations),
)  # fmt: skip

BEYOND: tuple[tuple[str, str, Check], ...] = (
    ("upstream name", "lead", lambda o: f"`{o.id}`" in o.section.text),
    ("sync and async examples", "Example", floor.has_example),
    ("errors by class, with links", "Errors", floor.has_errors),
    ("scopes of a credential", "Authorization", floor.has_scopes),
    ("a body of an answer", "Returns", floor.has_response_object),
    (
        "when it is tried again",
        "Retries",
        lambda o: "max_retries" in o.part("Retries"),
    ),
    (
        "how pages are followed",
        "Paging",
        lambda o: ("pagination" in o.operation.get("x-client", {}))
        == any(s.title == "Paging" for s in o.section.inner),
    ),
)
"""What none of the vendors' pages has, and where ours has it."""
