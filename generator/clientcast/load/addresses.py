"""Addresses of hosts, and which of them belong to private networks."""

import ipaddress
import socket

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48")))
_COMPATIBLE = ipaddress.IPv6Network("::/96")
_SITE_LOCAL = ipaddress.IPv6Network("fec0::/10")


class NoAddressError(Exception):
    """A name has no address."""


def resolve(host: str, port: int) -> list[Address]:
    """Return the addresses of a host, in the order of the resolver.

    Args:
        host: A name, or an address.
        port: The port.

    Raises:
        NoAddressError: It has none.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no name of a host"
        raise NoAddressError(reason) from None
    # A zone, as in `fe80::1%eth0`, belongs to a link-local address.
    names = [str(entry[4][0]).partition("%")[0] for entry in found]
    return [ipaddress.ip_address(name) for name in dict.fromkeys(names)]


def is_public(address: Address) -> bool:
    """Return whether an address is one of the Internet, in whatever notation it is."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = _embedded(address)
        if inner is not None:
            return is_public(inner)
        if address in _SITE_LOCAL:
            return False
    return address.is_global and not (
        address.is_multicast or address.is_reserved or address.is_unspecified
    )


def _embedded(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address that packets to an IPv6 address reach; None for others."""
    if address.ipv4_mapped is not None:
        return address.ipv4_mapped
    if address.sixtofour is not None:
        return address.sixtofour
    if address.teredo is not None:
        return address.teredo[1]
    is_translated = any(address in network for network in _NAT64)
    if is_translated or (address in _COMPATIBLE and int(address) > 1):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None
