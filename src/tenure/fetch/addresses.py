"""Which machine a host name means, looked up once, and which machines may be asked.

Rules.
 1. Machines of this network (loopback, private, link-local, not routed) are asked only at an address that the user typed as
    such: a number, `localhost`, a name without a dot or of a local zone. A link in a feed or a redirect may lead to the same
    host and port, to no other of them. A public name that turns out to mean such a machine is refused.
 2. A name is looked up once, and the connection goes to the address that was found: a name server that answers otherwise the
    next time (rebinding) changes nothing.
 3. Behind a proxy that the environment names, the proxy looks names up; only what is written in the address is judged.
"""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

import httpx

from tenure.errors import FetchError

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

__all__ = ["Pinned", "Resolver", "is_public"]

_LOCAL_ZONES = ("localhost", "local", "lan", "internal", "intranet", "home.arpa", "corp", "home")
_LONGEST_LABEL, _LONGEST_NAME = 63, 253
_PORTS = {"http": 80, "https": 443}
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Return whether an IP address is one of the public network, also where it is wrapped in an IPv6 address.

    >>> is_public("8.8.8.8"), is_public("127.0.0.1"), is_public("::ffff:10.0.0.1")
    (True, False, False)
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    inner: IPv4Address | IPv6Address | None = None
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
    one = inner or found
    return one.is_global and not one.is_multicast and not one.is_reserved


def host_of(url: str) -> str:
    """Return the host of an address as a name server is asked for it; FetchError when no host can be called so."""
    host = urlsplit(url).hostname or ""
    try:
        ascii_host = host if host.isascii() else httpx.URL(url).raw_host.decode("ascii")
    except (httpx.InvalidURL, UnicodeError) as err:
        raise _no_host(url) from err
    labels = ascii_host.rstrip(".").split(".")
    if ":" not in ascii_host and (
        len(ascii_host) > _LONGEST_NAME or not all(0 < len(label) <= _LONGEST_LABEL for label in labels)
    ):
        raise _no_host(url)
    return ascii_host


def _no_host(url: str) -> FetchError:
    return FetchError("not the name of a host", value=urlsplit(url).hostname, remedy="check the address")


def _is_local_name(host: str) -> bool:
    """Return whether whoever types this host means a machine of their own network."""
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        name = host.lower().rstrip(".")
        return "." not in name or name.endswith(tuple(f".{zone}" for zone in _LOCAL_ZONES))
    return True


def _place(url: str) -> tuple[str, int]:
    parts = urlsplit(url)
    try:
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError as err:
        raise FetchError("not a port", value=parts.netloc, remedy="check the address") from err
    return host_of(url).lower(), port


class Resolver:
    """Finds the address of each host once and keeps it."""

    def __init__(self) -> None:
        """Know no host yet."""
        self._found: dict[tuple[str, int], tuple[str, ...]] = {}

    def address(self, url: str, typed: str) -> str | None:
        """Return the IP address to connect to for `url`, reached from the address that the user typed; None for a proxy's.

        Raises FetchError for a host that cannot be found, and for one that may not be asked.
        """
        host, port = _place(url)
        may_be_local = (host, port) == _place(typed) and _is_local_name(host)
        if _proxy(url) is not None:
            if _is_local_name(host) and not may_be_local:
                raise _refused(url, host)
            return None
        found = self._look_up(host, port, url)
        allowed = [a for a in found if may_be_local or is_public(a)]
        if not allowed:
            raise _refused(url, found[0])
        return allowed[0]

    def _look_up(self, host: str, port: int, url: str) -> tuple[str, ...]:
        if (host, port) not in self._found:
            try:
                rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            except OSError as err:
                raise httpx.ConnectError(str(err)) from err
            except UnicodeError as err:
                raise _no_host(url) from err
            self._found[host, port] = tuple(dict.fromkeys(str(row[4][0]) for row in rows))
        return self._found[host, port]


def _refused(url: str, where: str) -> FetchError:
    return FetchError(
        f"leads to a machine of your own network ({where})", value=url, remedy="give its numeric address if you mean it"
    )


def _proxy(url: str) -> str | None:
    """Return the proxy that the environment names for an address, None where there is none."""
    parts = urlsplit(url)
    named = getproxies()
    proxy = named.get(parts.scheme) or named.get("all")
    return None if proxy is None or proxy_bypass(parts.hostname or "") else proxy


class Pinned(httpx.BaseTransport):
    """Connects to the address that a request carries as its extension `address`, under the name that it asks for."""

    def __init__(self) -> None:
        """Open no connection yet."""
        self._direct: dict[str, httpx.HTTPTransport] = {}

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send the request and return the open answer."""
        address = request.extensions.get("address")
        host = request.url.host
        proxy = None if address else _proxy(str(request.url))
        key = proxy or host  # one pool a name: a connection that was proven to be one host's serves no other
        if key not in self._direct:
            self._direct[key] = httpx.HTTPTransport(proxy=proxy, limits=httpx.Limits(max_keepalive_connections=0))
        if address:
            request.extensions = {**request.extensions, "sni_hostname": host}
            request.url = request.url.copy_with(host=address)
        return self._direct[key].handle_request(request)

    def close(self) -> None:
        """Close all connections."""
        for transport in self._direct.values():
            transport.close()
