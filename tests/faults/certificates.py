"""TLS certificates of local servers: a trusted one and invalid ones."""

import os
import ssl
import tempfile
from datetime import UTC, datetime
from functools import lru_cache
from typing import Literal, TypeAlias

import trustme

Kind: TypeAlias = Literal[
    "trusted", "unknown CA", "another host", "expired", "client required"
]


@lru_cache(maxsize=1)
def _authority() -> trustme.CA:
    return trustme.CA()


@lru_cache(maxsize=1)
def authority_file() -> str:
    """Return the path of the CA certificate of the trusted ones."""
    descriptor, path = tempfile.mkstemp(suffix=".pem")
    os.close(descriptor)
    _authority().cert_pem.write_to_path(path)
    return path


@lru_cache(maxsize=2)
def client_context(*, is_trusted: bool) -> ssl.SSLContext:
    """Return the TLS configuration of a client with a certificate of its own."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    _authority().configure_trust(made)
    issuer = _authority() if is_trusted else trustme.CA()
    issuer.issue_cert("client@example.com").configure_cert(made)
    return made


@lru_cache(maxsize=5)
def context(kind: Kind) -> ssl.SSLContext:
    """Return the TLS configuration of a server with a certificate of this kind."""
    authority = trustme.CA() if kind == "unknown CA" else _authority()
    host = "other.example" if kind == "another host" else "127.0.0.1"
    if kind == "expired":
        past = datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)
        certificate = authority.issue_cert(host, not_before=past[0], not_after=past[1])
    else:
        certificate = authority.issue_cert(host)
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(made)
    if kind == "client required":
        _authority().configure_trust(made)
        made.verify_mode = ssl.CERT_REQUIRED
    return made
