"""Which addresses may be fetched from."""

import pytest

from producers.addresses import AddressPolicy, is_public


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1", "::ffff:127.0.0.1",
        "::ffff:169.254.169.254", "64:ff9b::7f00:1", "2002:7f00:1::", "64:ff9b:1::1", "::7f00:1", "fec0::1",
        "::ffff:0:7f00:1", "3fff::1", "5f00::1", "192.88.99.1", "198.18.0.1", "192.0.2.1", "2001:db8::1", "not-an-address", "127.1", "2130706433",
    ],
)  # fmt: skip
def test_no_inner_address_is_public(address: str) -> None:
    """In whatever form it is written or wrapped."""
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808"])
def test_addresses_of_the_internet_are_public(address: str) -> None:
    """Also through the forms that wrap an IPv4 address."""
    assert is_public(address)


def test_only_the_host_that_the_settings_name_may_be_private() -> None:
    """An entry with a port opens that port alone."""
    policy = AddressPolicy(("intranet.example", "127.0.0.1:8080", "[::1]:8080"))
    assert policy.permits("Intranet.example", 443, "10.0.0.1")
    assert policy.permits("127.0.0.1", 8080, "127.0.0.1")
    assert policy.permits("::1", 8080, "::1")
    assert not policy.permits("127.0.0.1", 9200, "127.0.0.1")
    assert not policy.permits("evil.example", 443, "10.0.0.1")
