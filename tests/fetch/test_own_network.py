"""Machines of the user's own network are asked only where the user typed their address, whatever a name server says."""

from __future__ import annotations

import socket

import pytest

from tenure.errors import FetchError
from tenure.fetch.addresses import is_public
from tenure.fetch.client import Client, FetchSettings


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.1", "10.1.2.3", "172.20.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",  # noqa: S104
        "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1%eth0", "fd00::1", "::ffff:127.0.0.1", "2002:7f00:1::",
        "64:ff9b::7f00:1", "ff02::1",
    ],
)  # fmt: skip
def test_addresses_of_the_own_network_are_told(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34"])
def test_addresses_of_the_public_network_are_told(address):
    assert is_public(address)


class Names:
    """A name server that answers each question with the next of its answers, and connections that lead to the site."""

    def __init__(self, monkeypatch, answers, port):
        self.asked, self.connected, self._answers = [], [], answers
        plain, connect = socket.getaddrinfo, socket.create_connection

        def look_up(host, service, *rest, **more):
            if host not in self._answers:
                return plain(host, service, *rest, **more)
            self.asked.append(host)
            answers = self._answers[host]
            address = answers.pop(0) if len(answers) > 1 else answers[0]
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, service))]

        def connecting(address, *rest, **more):
            self.connected.append(address[0])
            return connect(("127.0.0.1", port), *rest, **more)

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        monkeypatch.setattr(socket, "create_connection", connecting)


@pytest.fixture
def client():
    made = Client(FetchSettings(delay_seconds=0.0, retries=0, obey_robots=False), sleep=lambda _: None)
    yield made
    made.close()


def refusal(client, url, typed=None):
    with pytest.raises(FetchError) as caught:
        client.get(url, typed=typed)
    return str(caught.value)


def test_a_name_is_looked_up_once_and_the_connection_goes_to_what_was_found(site, client, monkeypatch):
    site.page("/a", b"A")
    names = Names(monkeypatch, {"press.example": ["93.184.216.34", "127.0.0.1"]}, int(site.url.rpartition(":")[2]))
    for _ in range(3):
        assert client.get("http://press.example/a").content == b"A"
    assert names.asked == ["press.example"]
    assert set(names.connected) == {"93.184.216.34"}
    assert site.headers["/a"][0]["host"] == "press.example"


def test_a_public_name_that_means_a_machine_here_is_refused(site, client, monkeypatch):
    names = Names(monkeypatch, {"press.example": ["127.0.0.1"]}, int(site.url.rpartition(":")[2]))
    assert "own network (127.0.0.1)" in refusal(client, "http://press.example/a")
    assert names.connected == []


@pytest.mark.parametrize(
    "target",
    [
        "http://127.0.0.1:1/x",
        "http://localhost:1/x",
        "http://[::1]:1/x",
        "http://169.254.169.254/latest",
        "http://2130706433:1/",
    ],
)
def test_redirects_and_links_into_the_own_network_are_refused(site, client, monkeypatch, target):
    port = int(site.url.rpartition(":")[2])
    site.page("/away", b"", 302, Location=target)
    Names(monkeypatch, {"press.example": ["93.184.216.34"]}, port)
    assert "own network" in refusal(client, "http://press.example/away")
    assert "own network" in refusal(client, target, typed="http://press.example/feed.xml")
    assert "own network" in refusal(client, f"{site.url}/away"), "one machine here is no leave to ask another"


def test_what_the_user_typed_is_asked_and_so_is_the_rest_of_that_place(site, client):
    site.page("/new", b"B")
    site.page("/old", b"", 302, Location="/new")
    assert client.get(f"{site.url}/old").content == b"B"
    assert client.get(f"{site.url}/new", typed=f"{site.url}/feed.xml").content == b"B"


@pytest.mark.parametrize(
    "host", ["a" * 64 + ".example", "a..example", "x." * 130 + "example", "ü" * 70 + ".example", ".example"]
)
def test_a_host_that_nothing_can_be_called_is_one_line(client, host):
    message = refusal(client, f"http://{host}/a")
    assert "not the name of a host" in message or "not an http(s) address" in message


def test_a_redirect_to_a_host_that_nothing_can_be_called_is_one_line(site, client):
    site.page("/old", b"", 302, Location="http://" + "b" * 80 + ".example/")
    assert "not the name of a host" in refusal(client, f"{site.url}/old")
