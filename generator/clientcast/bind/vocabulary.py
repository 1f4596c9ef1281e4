"""Words of operations: verbs, nouns in singular and plural, and words without a meaning alone."""

import re

VERBS = frozenset("""
    abort accept acknowledge activate add allow analyze apply approve archive assign attach
    authenticate authorize ban batch block calculate cancel capture change charge check claim
    clear clone close complete compute configure confirm connect convert copy count create
    deactivate decline decrypt delete deliver deploy destroy detach detect disable disconnect
    discard dispatch download duplicate edit enable encrypt end enqueue evaluate execute expire
    export extract fetch find finalize finish flush follow force forget fork generate get grant
    hide identify import increment initialize initiate insert install invite invoke join kill
    leave like link list load lock login logout lookup mark merge migrate modify move mute
    notify open parse patch pause pay ping play poll post preview process promote publish pull
    purge push put query read rebuild redeem refresh refund regenerate register reject release
    remove rename render renew reopen reorder replace replay report request rerun resend reset
    resolve restart restore resume retrieve retry return revoke rollback rotate run save scan
    schedule search send set share show sign signin signout signup simulate skip sort start
    stop subscribe submit suspend swap sync synchronize terminate test toggle transfer
    translate trigger unarchive unassign unban unblock undelete undo unfollow uninstall unlink
    unlock unmute unpublish unregister unshare unsubscribe unsuspend update upgrade upload
    upsert validate verify view void vote watch withdraw write
""".split())
"""Verbs that name an operation in the last segment of a path: `/orders/{id}/cancel`."""

SAFE_VERBS = frozenset("""
    authorize calculate check compare compute count download evaluate execute export fetch find
    generate list login logout lookup parse ping poll preview query read refresh render resolve
    retrieve scan search show simulate sort sync test translate validate verify view
""".split())
"""The verbs that may name a GET in the same way."""

READ_VERBS = frozenset({"fetch", "get", "read", "retrieve"})
"""Verbs that say no more than GET."""

ARTICLES = frozenset({"a", "an", "the"})

QUANTIFIERS = frozenset("""
    a active all an another any archived available bulk current deleted every existing expired
    featured filtered inactive latest many multiple my new old one own paginated pending popular
    private public recent related selected single some specific the top
""".split())
"""Words between a verb and its noun that go with any noun."""

PREPOSITIONS = frozenset("""
    and as at by during for from in into like of on onto or per than to using via when where
    which with within without
""".split())
"""Words that need another one after them."""

LINKS = frozenset({"by", "for", "from", "in", "into", "of", "on", "onto", "to"})
"""Prepositions before the noun that an operation belongs to: `addUserToGroup`."""

TITLE_WORDS = frozenset("""
    api apis controller controllers endpoint endpoints management methods module operations
    resource resources route routes router service services view views viewset
""".split())
"""Words of a tag or group that say nothing about its noun: `UsersController`."""

_COLLECTIVE_NOUNS = frozenset("""
    access address alias analysis atlas basis bias bonus business bus canvas class comms
    contents cors defaults details diagnostics earnings gas gps https info insights lens logistics means
    metadata metrics mms news options overseas pos preferences progress settings sms species
    series stats totals tls us usages
""".split())
"""Nouns in singular that end in s, and plurals that mean one object."""
_PLURALS = {
    "ads": "ad",
    "analyses": "analysis",
    "apps": "app",
    "caches": "cache",
    "children": "child",
    "cookies": "cookie",
    "criteria": "criterion",
    "dns": "dns",
    "geese": "goose",
    "halves": "half",
    "ids": "id",
    "indices": "index",
    "ips": "ip",
    "knives": "knife",
    "matrices": "matrix",
    "media": "media",
    "men": "man",
    "mice": "mouse",
    "movies": "movie",
    "people": "person",
    "shelves": "shelf",
    "tvs": "tv",
    "vertices": "vertex",
    "vms": "vm",
    "women": "woman",
}
_VERSION = re.compile(r"v?\d+")


def is_plural(word: str) -> bool:
    """Return whether a noun in lower case is a plural of several objects."""
    return singular(word) != word


def singular(word: str) -> str:
    """Return the singular of a noun in lower case; the noun itself if it is one."""
    if word in _PLURALS:
        return _PLURALS[word]
    if (
        len(word) <= 3
        or word in _COLLECTIVE_NOUNS
        or not word.endswith("s")
        or word.endswith(("ss", "us", "is", "ics"))
    ):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    is_sibilant = word.endswith(("sses", "shes", "ches", "xes")) or (
        word.endswith("uses") and not word.endswith(("ouses", "auses"))
    )
    return word[:-2] if is_sibilant else word[:-1]


def stem(words: tuple[str, ...]) -> str:
    """Return a key of words in lower case that is equal in singular, plural and spacing."""
    text = "".join(words)
    text = _PLURALS.get(text, text)
    if text.endswith("is"):
        text = text[:-2]
    elif text.endswith("s") and not text.endswith(("ss", "us")):
        text = text[:-1]
    text = text.removesuffix("e")
    return f"{text[:-1]}y" if text.endswith("i") else text


def is_complete(words: tuple[str, ...]) -> bool:
    """Return whether words can be a name: with a verb or noun, and no preposition at an end."""
    return (
        bool(words)
        and words[0] not in PREPOSITIONS
        and words[-1] not in PREPOSITIONS
        and not all(_VERSION.fullmatch(word) for word in words)
        and words[-1] not in ARTICLES
    )
