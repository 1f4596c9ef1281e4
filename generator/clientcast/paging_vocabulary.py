"""Names by which APIs page, without case and punctuation: `next_page_token`, `nextPageToken`."""

import re

CURSOR_PAIRS: dict[str, frozenset[str]] = {
    "nextcursor": frozenset(
        {"cursor", "pagecursor", "startcursor", "nextcursor", "after", "startingafter"}
    ),
    "nextpagecursor": frozenset({"cursor", "pagecursor", "nextpagecursor"}),
    "nextpagetoken": frozenset({"pagetoken", "nextpagetoken"}),
    "nexttoken": frozenset({"nexttoken", "paginationtoken", "token"}),
    "nextpaginationtoken": frozenset({"paginationtoken", "nextpaginationtoken"}),
    "nextcontinuationtoken": frozenset({"continuationtoken"}),
    "continuationtoken": frozenset({"continuationtoken"}),
    "continue": frozenset({"continue"}),
    "nextmarker": frozenset({"marker"}),
    "nextbookmark": frozenset({"bookmark"}),
    "bookmark": frozenset({"bookmark"}),
    "endcursor": frozenset({"after", "cursor", "startcursor", "aftercursor"}),
    "nextpagekey": frozenset({"nextpagekey", "pagekey"}),
    "nextoffset": frozenset({"offset"}),
}
"""Members of a response that are the cursor of the next page, and parameters that take it."""

SIMILAR_PAIRS: dict[str, frozenset[str]] = {
    "cursor": frozenset({"cursor"}),
    "next": frozenset({"cursor", "next", "after", "startcursor", "pagetoken"}),
    "after": frozenset({"after"}),
    "pagetoken": frozenset({"pagetoken"}),
    "marker": frozenset({"marker"}),
}
"""The same, if their description or the object around them tells that it is the next one."""

LAST_ID_PARAMETERS = frozenset({"startingafter", "after", "afterid"})
"""Parameters that take the id of the last item, if the response has a flag as well."""

NEXT_URLS = frozenset(
    {
        "next",
        "nexturl",
        "nexturi",
        "nexthref",
        "nextlink",
        "nextpage",
        "nextpageurl",
        "nextpageuri",
        "nextpagelink",
        "odatanextlink",
    }
)
"""Members of a response that may have the URL of the next page."""

SURE_URLS = NEXT_URLS - {"next", "nextpage"}
LINK_HOLDERS = frozenset({"links", "link"})

OFFSETS = frozenset({"offset", "skip", "startat", "pageoffset"})
PAGE_NUMBERS = frozenset(
    {"page", "pagenumber", "pageno", "pagenum", "pageindex", "currentpage"}
)
LIMITS = frozenset(
    {
        "limit",
        "pagelimit",
        "perpage",
        "pagesize",
        "size",
        "top",
        "take",
        "count",
        "maxresults",
        "maxitems",
        "itemsperpage",
        "resultsperpage",
        "rows",
    }
)

HAS_MORE = frozenset(
    {"hasmore", "hasnext", "hasnextpage", "hasmoreitems", "hasmoreresults", "more"}
)
TOTALS = frozenset(
    {
        "total",
        "totalcount",
        "totalitems",
        "totalitemcount",
        "totalresults",
        "totalresultcount",
        "totalrecords",
        "totalrecordcount",
        "totalentries",
        "totalelements",
        "totalobjects",
        "totalrows",
        "totalhits",
    }
)
TOTAL_PAGES = frozenset(
    {"totalpages", "totalpagecount", "pagecount", "numpages", "lastpage", "nbpages"}
)

ENVELOPES = frozenset(
    {
        "meta",
        "metadata",
        "pagination",
        "paginationinfo",
        "paginator",
        "paging",
        "pageinfo",
        "pagemeta",
        "page",
        "pages",
        "links",
        "link",
        "cursors",
        "cursor",
        "next",
        "responsemetadata",
        "resultinfo",
        "data",
        "result",
        "response",
    }
)
"""Members whose own members say how a response is paged."""

ITEM_HOLDERS = frozenset({"data", "result", "results", "response", "embedded", "page"})
"""Objects in a response that may have the items."""

ITEM_NAMES = (
    "data",
    "items",
    "results",
    "records",
    "entries",
    "values",
    "objects",
    "list",
    "elements",
    "content",
    "rows",
    "resources",
    "hits",
)
"""Names of arrays that have the items where there are several arrays."""

OTHER_ARRAYS = frozenset(
    {
        "aggregations",
        "columns",
        "errors",
        "error",
        "facets",
        "fields",
        "filters",
        "headers",
        "included",
        "includes",
        "info",
        "links",
        "link",
        "messages",
        "meta",
        "notes",
        "order",
        "schema",
        "sort",
        "suggestions",
        "tags",
        "warnings",
    }
)
"""Names of arrays beside the items."""

_SEPARATORS = re.compile(r"[^a-z0-9]+")

IS_NEXT = re.compile(
    r"\bnext\b|\bsubsequent\b|\bmore (?:results|items|data|pages)\b", re.I
)
IS_URL = re.compile(r"https?://|\bURL\b|\bURI\b|\blink\b|\bhref\b|\bhyperlink\b", re.I)
IS_OF_ONE_PAGE = re.compile(
    r"\b(?:this|current|each|per|the returned|single) page\b|\breturned\b|\bin (?:this|the)"
    r" (?:response|list|array|set|page|batch)\b",
    re.I,
)
IS_PAGE_NUMBER = re.compile(
    r"\bpages? (?:number|index|to skip)\b|\bnumber of pages\b|\bwhich page\b|\bpage of\b",
    re.I,
)
STARTS_AT_0 = re.compile(
    r"\b(?:zero|0)[- ](?:based|indexed)|\b(?:start|begin)\w*(?: \w+)? (?:at|from|with) (?:0|zero)\b"
    r"|\bfirst page is (?:0|zero)\b",
    re.I,
)
STARTS_AT_1 = re.compile(
    r"\b(?:one|1)[- ](?:based|indexed)|\b(?:start|begin)\w*(?: \w+)? (?:at|from|with) (?:1|one)\b"
    r"|\bfirst page is (?:1|one)\b",
    re.I,
)


def folded(name: str) -> str:
    """Return a name without case and punctuation."""
    return _SEPARATORS.sub("", name.lower())
