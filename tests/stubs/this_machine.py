"""This machine's addresses in every spelling that a URL may have, and listeners that must hear of none."""

from __future__ import annotations

import asyncio
import socket
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

LOOPBACKS = ("127.0.0.1", "127.0.0.2", "::1")

#: Digits that become the usual ones when a host is mapped, by the first of each ten.
_DIGITS = {
    "full width": "０１２３４５６７８９",
    "circled": "⓪①②③④⑤⑥⑦⑧⑨",
    "superscript": "⁰¹²³⁴⁵⁶⁷⁸⁹",
    "subscript": "₀₁₂₃₄₅₆₇₈₉",
    "bold": "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗",
    "double struck": "𝟘𝟙𝟚𝟛𝟜𝟝𝟞𝟟𝟠𝟡",
    "sans": "𝟢𝟣𝟤𝟥𝟦𝟧𝟨𝟩𝟪𝟫",
    "monospace": "𝟶𝟷𝟸𝟹𝟺𝟻𝟼𝟽𝟾𝟿",
}
_STOPS = "。．｡"
_LETTERS = ("ｌｏｃａｌｈｏｓｔ", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ", "𝐥𝐨𝐜𝐚𝐥𝐡𝐨𝐬𝐭", "𝓁ℴ𝒸𝒶𝓁𝒽ℴ𝓈𝓉", "LOCALHOST", "loCalhost")


def spellings() -> list[str]:
    """Hosts that lead to this machine, as they may stand in a URL; each once."""
    found = [*_named(), *_wrapped(), *_of_no_host()]
    for address in ("127.0.0.1", "127.0.0.2", "127.255.255.254"):
        found += _numbers(address)
    for address in ("127.0.0.1", "127.0.0.2"):
        found += _mapped(address)
    return list(dict.fromkeys(found))


def _numbers(address: str) -> Iterator[str]:
    """As ``inet_aton`` reads them, and nearly so."""
    a, b, c, d = map(int, address.split("."))
    whole = int.from_bytes(bytes((a, b, c, d)), "big")
    yield from (address, f"{address}.", f"user@{address}", f"{a}%2e{b}%2e{c}%2e{d}")
    yield from (str(whole), hex(whole), hex(whole).upper(), f"0{whole:o}", f"0x{whole:016x}")
    yield from (f"{a}.{whole & 0xFF_FFFF}", f"{a}.{b}.{whole & 0xFFFF}", f"{a}.{hex(whole & 0xFF_FFFF)}")
    yield from (f"0{a:o}.0{b:o}.0{c:o}.0{d:o}", f"0x{a:x}.0x{b:x}.0x{c:x}.0x{d:x}", f"0x{a:x}.{b}.{c}.{d}")
    yield from (f"{a:03}.{b:03}.{c:03}.{d:03}", f"0{a:o}.{b}.0x{c:x}.{d}", f"{a + 256}.{b}.{c}.{d}")


def _mapped(address: str) -> Iterator[str]:
    """In characters that become digits and stops later."""
    short = address.replace(".0.0", "")
    for digits in _DIGITS.values():
        yield from (text.translate(dict(zip(map(ord, "0123456789"), digits, strict=True)))
                    for text in (address, short))  # fmt: skip
    for stop in _STOPS:
        yield from (text.replace(".", stop) for text in (address, short, f"{address}."))
    yield address.replace("0", "٠").replace("1", "١")


def _named() -> Iterator[str]:
    yield from _LETTERS
    yield from ("localhost", "localhost.", "localhost。", "a.localhost", "localhost.localdomain")
    yield from ("ip6-localhost", "ip6-loopback", socket.gethostname(), "this.internal", "here.local")
    yield from (
        "rebinding.example.org",
        "127.0.0.1.example.org",
        "LEADS-HERE.example.org",
        "ｈｅｒｅ.example.org",
    )


def _wrapped(inner: str = "127.0.0.1") -> Iterator[str]:
    """In IPv6, by itself and around IPv4."""
    yield from (
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[0000::0001]",
        "[::0.0.0.1]",
        "[::1%25lo]",
        "[::1%lo]",
        "[::1%251]",
    )
    yield from (
        f"[::ffff:{inner}]",
        "[::ffff:7f00:1]",
        "[0:0:0:0:0:FFFF:7F00:0001]",
        f"[::{inner}]",
        "[::7f00:2]",
    )
    yield from (f"[::ffff:0:{inner}]", f"[64:ff9b::{inner}]", f"[64:ff9b:1::{inner}]", "[2002:7f00:1::]")
    yield from (
        "[2001:0:7f00:1::1]",
        "[2001::80ff:fffe]",
        f"[2600::5efe:{inner}]",
        f"[2600::200:5efe:{inner}]",
    )
    yield from (
        "[fe80::1%25lo]",
        "[fec0::1]",
        "[fd00::1]",
        "[ff02::1]",
        "[ff01::1]",
        "[2001:db8::1]",
        "[3fff::1]",
    )


def _of_no_host() -> Iterator[str]:
    """What stands for any address, which is this machine to whoever connects to it."""
    yield from (
        "0",
        "0.0.0.0",
        "0.0",
        "0x0",
        "00",
        "０",
        "⓪",
        "[::]",
        "[::ffff:0.0.0.0]",
        "[::ffff:0:0]",
        "0.0.0.1",
    )
    yield "255.255.255.255"


@dataclass
class Listeners:
    """Servers on one port of each loopback address that there is here; ``heard`` counts connections."""

    port: int
    heard: Counter[str] = field(default_factory=Counter)
    addresses: tuple[str, ...] = ()


@asynccontextmanager
async def listening() -> AsyncIterator[Listeners]:
    """Listen until the end, and say nothing to anybody."""
    sockets = _bound()
    listeners = Listeners(next(iter(sockets.values())).getsockname()[1], addresses=tuple(sockets))
    async with AsyncExitStack() as servers:
        for address, bound in sockets.items():

            async def hear(
                _reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str = address
            ) -> None:
                listeners.heard[address] += 1
                writer.close()

            await servers.enter_async_context(await asyncio.start_server(hear, sock=bound))
        yield listeners


def _bound() -> dict[str, socket.socket]:
    """Sockets at one port that is free on all of them."""
    addresses = [address for address in LOOPBACKS if _is_there(address)]
    for _ in range(50):
        sockets = {address: _socket(address) for address in addresses}
        port = 0
        try:
            for address, each in sockets.items():
                each.bind((address, port))
                port = each.getsockname()[1]
        except OSError:
            for each in sockets.values():
                each.close()
        else:
            return sockets
    raise AssertionError("no port is free on every loopback address")


def _socket(address: str) -> socket.socket:
    return socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)


def _is_there(address: str) -> bool:
    try:
        with _socket(address) as probe:
            probe.bind((address, 0))
    except OSError:
        return False
    return True
