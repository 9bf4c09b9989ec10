"""Webhooks' pure rules: signatures, delays, and where nobody may make us call."""

from __future__ import annotations

import base64

from service.access.addresses import fault_of, is_own, is_public
from service.domain.webhooks import DELAYS, delay_after, new_secret, sign
from tests.cases import for_each


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


@for_each(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "0.1.2.3", "192.0.0.192", "192.0.2.1", "192.88.99.1", "198.18.0.1", "198.19.255.255", "198.51.100.1",
        "203.0.113.1", "240.0.0.1", "255.255.255.255", "224.0.0.1", "239.255.255.250", "168.63.129.16",
        "::1", "::", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:0:8.8.8.8", "64:ff9b::7f00:1",
        "64:ff9b:1::808:808", "100::1", "100:0:0:1::1", "2001::1", "2001:0:808:808::1", "2001:2::1",
        "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::", "2002:808:808::1", "2002:a9fe:a9fe::1",
        "2600::5efe:7f00:1", "2600::200:5efe:808:808", "3fff::1", "4000::1", "5f00::1", "fc00::1", "fd00::1",
        "fe80::1", "fe80::1%eth0", "fec0::1", "feff::1", "ff02::1", "2600::1%eth0", "not an address", "",
        "127.1", "2130706433", "0x7f.1", "8.8.8.8 ", "8.8.8.08",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public_are_known(address: str) -> None:
    assert not is_public(address)


@for_each(
    "address",
    ["93.184.216.34", "8.8.8.8", "192.0.1.1", "172.32.0.1", "100.128.0.1", "2606:2800:220:1::1",
     "2001:4860::1", "2001:200::1", "::ffff:8.8.8.8", "64:ff9b::5db8:d822", "3ffe::1"],
)  # fmt: skip
def test_public_addresses_are_known(address: str) -> None:
    assert is_public(address)


def test_addresses_of_this_machine_are_known() -> None:
    assert is_own("127.0.0.1")
    assert not is_own("198.51.100.7")


@for_each(
    "url",
    [
        "http://example.com/hook", "ftp://example.com", "https://", "https:///hook", "https://user:word@example.com/",
        "https://localhost/", "https://api.localhost/", "https://127.0.0.1/", "https://[::1]/",
        "https://[::ffff:10.0.0.1]/", "https://169.254.169.254/latest", "https://example.com:99999/",
        "https://example.com\\@127.0.0.1/", "https://redis/", "https://db.internal/", "https://printer.local./",
        "https://nas.home.arpa/", "https://a b.example/", "https://example.com%00.org/", "https://a..example/",
        "https://1.2.3.4.5/", "https://8.8.8.08/", "https://[v1.x]/", "https://" + "a." * 200 + "org/",
        "https://exam\tple.com/", "https://example.com/a b", "https://example.com/\n", " https://example.com/",
        "https://example.com/\x7f", "https://example.com/\u3000", "https://example.com/\u200b",
        "https://example.com\\evil", "https://example.com/a\\b", "https://example.com:0/", "https://example.com:٨٠/",
    ],
)  # fmt: skip
def test_urls_that_nobody_may_make_us_call_have_a_fault(url: str) -> None:
    assert fault_of(url) is not None


@for_each(
    "url",
    ["https://example.com/hook?x=1", "https://EXAMPLE.com.:8443", "https://8.8.8.8/", "https://[2606:4700::1111]/",
     "https://bücher.example/", "https://例え.テスト/", "https://a_b.example.org/", "https://1and1.com/", "https://0x.org/"],
)  # fmt: skip
def test_a_public_url_has_no_fault(url: str) -> None:
    assert fault_of(url) is None


def test_where_private_addresses_are_allowed_they_have_no_fault() -> None:
    assert fault_of("http://127.0.0.1:9000/hook", private=True) is None
    assert fault_of("http://redis/", private=True) is None
    for url in ("ftp://127.0.0.1/", "http://127.0.0.1:0/", "http://local\thost/", "http://localhost\\x"):
        assert fault_of(url, private=True) is not None
