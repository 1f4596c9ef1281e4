"""Items on the vendors' own reference pages, with their locations there and on our pages."""

from dataclasses import dataclass

from tests.docs import checks
from tests.docs.checks import Check

OKTA, USERS = "001_25709e5bf9ee3217.txt", "002_c198b51d3938446e.txt"
CLERK = "003_69aa3c9a9cda6fdc.txt"
CSHARP, NODE = "000_19773c825be212f3.txt", "004_ca6de9999cc00fc4.txt"


@dataclass(frozen=True)
class VendorItem:
    """An item of a vendor's reference pages.

    Attributes:
        vendor: Name of the vendor.
        name: Name of the item.
        seed: File of the vendor's page in `../shared/seeds`.
        quote: Quotation from that page that contains the item.
        location: Section of our page with the item.
        check: Function that returns whether the page of an operation has the item.
    """

    vendor: str
    name: str
    seed: str
    quote: str
    location: str
    check: Check


ITEMS = (
    VendorItem("okta", "base URL", OKTA, "All URIs are relative to", "HTTP request", checks.has_base_url),
    VendorItem("okta", "method table", OKTA, "Method HTTP request Description", "index, All operations", checks.has_method_table),
    VendorItem("okta", "HTTP method and route", OKTA, "GET /api/v1/sessions/{sessionId}", "introduction", checks.has_http_request),
    VendorItem("okta", "signature", OKTA, "Session GetSession (string sessionId)", "Signature", checks.has_signature),
    VendorItem("okta", "summary", OKTA, "Retrieve a Session", "introduction", checks.has_summary),
    VendorItem("okta", "description", OKTA, "Revokes the specified Session", "introduction", checks.has_description),
    VendorItem("okta", "notes on an operation", USERS, "Note: This operation", "introduction", checks.has_description),
    VendorItem("okta", "example", OKTA, "Session result = apiInstance.GetSession(sessionId);", "Example, both modes", checks.has_example),
    VendorItem("okta", "client set up in the example", OKTA, 'config.Token ="YOUR_API_KEY";', "Example", checks.has_client_setup),
    VendorItem("okta", "errors to catch", OKTA, "catch (ApiException  e)", "Errors", checks.has_errors),
    VendorItem("okta", "parameter names", OKTA, "Name Type Description Notes", "Parameters", checks.has_parameter_names),
    VendorItem("okta", "parameter types", USERS, "| oauthTokens | bool? |", "Parameters, Type", checks.has_parameter_types),
    VendorItem("okta", "parameter descriptions", USERS, "ID of an existing Okta user", "Parameters, Description", checks.has_parameter_descriptions),
    VendorItem("okta", "optional parameters", OKTA, "[optional]", "Parameters, Required", checks.has_required_parameters),
    VendorItem("okta", "defaults", USERS, "[default to true]", "Parameters, Description", checks.has_defaults),
    VendorItem("okta", "example values", OKTA, "l7FbDVqS8zHSy65uJD85", "Parameters, Example", checks.has_example_values),
    VendorItem("okta", "return type", OKTA, "Return type", "Returns", checks.has_returns),
    VendorItem("okta", "empty responses", OKTA, "void (empty response body)", "Returns", checks.has_returns),
    VendorItem("okta", "authorization", OKTA, "apiToken, oauth2", "Authorization", checks.has_authorization),
    VendorItem("okta", "no authorization", OKTA, "No authorization required", "Authorization", checks.has_authorization),
    VendorItem("okta", "request headers", OKTA, "Content-Type: Not defined", "HTTP request", checks.has_request_headers),
    VendorItem("okta", "response statuses", OKTA, "Status code Description Response headers", "Responses", checks.has_statuses),
    VendorItem("okta", "status descriptions", OKTA, "429 Too Many Requests -", "Responses, Description", checks.has_status_descriptions),
    VendorItem("okta", "response headers", OKTA, "Response headers", "Response headers", checks.has_response_headers),
    VendorItem("okta", "back links", OKTA, "[Back to top] [Back to API list] [Back to Model list]", "last line", checks.has_back_links),
    VendorItem("pangea", "signature", NODE, "refresh(refreshToken: string, options: RefreshOptions)", "Signature", checks.has_signature),
    VendorItem("pangea", "summary", CSHARP, "Invalidate all sessions belonging to a user.", "introduction", checks.has_summary),
    VendorItem("pangea", "required parameters", CSHARP, "required parameters", "Parameters, Required", checks.has_required_parameters),
    VendorItem("pangea", "parameter types", NODE, "last (string):", "Parameters, Type", checks.has_parameter_types),
    VendorItem("pangea", "parameter descriptions", NODE, "A user token value", "Parameters, Description", checks.has_parameter_descriptions),
    VendorItem("pangea", "optional parameters", NODE, "Supported options:", "Parameters, Required", checks.has_required_parameters),
    VendorItem("pangea", "members of the body", NODE, "An object of options:", "Parameters, Sent in", checks.has_parameter_locations),
    VendorItem("pangea", "allowed values", NODE, "One of: id, created_at, type", "Parameters, Description", checks.has_allowed_values),
    VendorItem("pangea", "limits", NODE, "Minimum is 1.", "Parameters, Description", checks.has_parameter_limits),
    VendorItem("pangea", "response object", CSHARP, "Response<SessionListResult>", "Returns, a link", checks.has_returns),
    VendorItem("pangea", "example", NODE, "await authn.session.logout(", "Example, both modes", checks.has_example),
    VendorItem("clerk", "overview of a resource", CLERK, "The Session object is an abstraction", "page of the resource", checks.has_overview),
    VendorItem("clerk", "available operations", CLERK, "Available Operations", "index, All operations", checks.has_method_table),
    VendorItem("clerk", "description", CLERK, "Retrieve the details of a session", "introduction", checks.has_description),
    VendorItem("clerk", "example", CLERK, "Example Usage", "Example, both modes", checks.has_example),
    VendorItem("clerk", "client set up in the example", CLERK, "new ClerkBackendApi(bearerAuth:", "Example", checks.has_client_setup),
    VendorItem("clerk", "parameters", CLERK, "Parameter Type Required Description Example", "Parameters", checks.has_parameter_names),
    VendorItem("clerk", "required", CLERK, "SessionId string ✔️", "Parameters, Required", checks.has_required_parameters),
    VendorItem("clerk", "example values", CLERK, "custom_hasura", "Parameters, Example", checks.has_example_values),
    VendorItem("clerk", "response", CLERK, "GetSessionListResponse", "Returns, a link", checks.has_returns),
    VendorItem("clerk", "errors by status", CLERK, "400, 401, 404, 410", "Errors, Status", checks.has_errors),
    VendorItem("clerk", "content types of errors", CLERK, "application/json", "Responses, Content type", checks.has_content_types),
    VendorItem("clerk", "errors of any other kind", CLERK, "SDKError 4XX, 5XX */*", "Errors, last line", checks.has_common_errors),
    VendorItem("clerk", "deprecated operations", CLERK, "DEPRECATED: This will be removed", "introduction", checks.has_deprecated),
    VendorItem("clerk", "deprecations in words", CLERK, "Deprecation Notice (2024-01-01)", "introduction", checks.has_deprecation_notice),
)  # fmt: skip

ADDITIONAL_ITEMS: tuple[tuple[str, str, Check], ...] = (
    ("upstream name", "introduction", lambda o: f"`{o.id}`" in o.section.text),
    ("sync and async examples", "Example", checks.has_example),
    ("errors by class, with links", "Errors", checks.has_errors),
    ("scopes of a credential", "Authorization", checks.has_scopes),
    ("an example of a response body", "Returns", checks.has_response_object),
    (
        "when a call is retried",
        "Retries",
        lambda o: "max_retries" in o.part("Retries"),
    ),
    (
        "how to page",
        "Paging",
        lambda o: ("pagination" in o.operation.get("x-client", {}))
        == any(s.title == "Paging" for s in o.section.inner),
    ),
)
"""Items of our pages that no vendor's page has: name, location and check."""
