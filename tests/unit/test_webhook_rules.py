"""Webhooks' pure rules: signatures, delays, and where nobody may make us call."""

from __future__ import annotations

import base64

import pytest

from service.access.addresses import PrivateAddress, PublicResolver, fault_of, is_public
from service.domain.webhooks import DELAYS, delay_after, new_secret, sign


def test_signature_is_that_of_the_standards_own_example() -> None:
    signature = sign(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_secrets_differ_and_hold_32_bytes() -> None:
    one, other = new_secret(), new_secret()
    assert one != other
    assert len(base64.b64decode(one.removeprefix("whsec_"))) == 32


def test_tries_go_on_for_hours_and_then_end() -> None:
    delays = [delay_after(tries) for tries in range(1, len(DELAYS) + 1)]
    assert all(delay is not None for delay in delays)
    assert all(base <= (delay or 0) <= base * 1.2 for base, delay in zip(DELAYS, delays, strict=True))
    assert sum(DELAYS) > 12 * 3600
    assert delay_after(len(DELAYS) + 1) is None


def test_a_receivers_wish_to_wait_is_heeded_within_a_day() -> None:
    assert delay_after(1, 600) == 600
    assert delay_after(1, 10**9) == 86_400
    assert 30 <= (delay_after(2, 1) or 0) <= 36


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "255.255.255.255", "224.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fd00::1", "ff02::1",
        "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2002:a9fe:a9fe::1", "not an address", "",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public_are_known(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "64:ff9b::5db8:d822"])
def test_public_addresses_are_known(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/hook", "ftp://example.com", "https://", "https://user:word@example.com/",
        "https://localhost/", "https://api.localhost/", "https://127.0.0.1/", "https://[::1]/",
        "https://[::ffff:10.0.0.1]/", "https://169.254.169.254/latest", "https://example.com:99999/",
    ],
)  # fmt: skip
def test_urls_that_nobody_may_make_us_call_have_a_fault(url: str) -> None:
    assert fault_of(url) is not None


def test_a_public_url_has_no_fault_and_a_private_one_none_where_it_is_allowed() -> None:
    assert fault_of("https://example.com/hook?x=1") is None
    assert fault_of("http://127.0.0.1:9000/hook", private=True) is None
    assert fault_of("ftp://127.0.0.1/", private=True) is not None


async def test_a_name_that_leads_to_a_private_address_is_not_resolved() -> None:
    resolver = PublicResolver()
    with pytest.raises(PrivateAddress):
        await resolver.resolve("localhost", 443)
    await resolver.close()
