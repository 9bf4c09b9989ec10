"""The security headers for browsers: what a page may do with an answer, and which origins may read the
answer."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from aiohttp import hdrs, web

from service.settings import Settings

_ALWAYS = {
    "Server": "storytroupe",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
_A_YEAR = "max-age=31536000"

#: Paths that pages of other origins may call, if the settings allow these origins. Paths of the studio are
#: not included.
_OPEN_TO_ORIGINS = ("/api/", "/stories")
_PREFLIGHT_SECONDS = "600"
_METHODS = "GET, HEAD, POST, PATCH, PUT, DELETE"
_ASKED_WITH = (
    "Authorization, Content-Type, Idempotency-Key, If-None-Match, If-Range, Last-Event-ID, Range, "
    "X-Request-ID"
)
_SHOWN = (
    "Accept-Ranges, Content-Disposition, Content-Range, ETag, Idempotency-Replayed, RateLimit, "
    "RateLimit-Policy, Retry-After, X-Request-ID"
)


class Policy:
    """The security headers that follow from the settings."""

    def __init__(self, settings: Settings) -> None:
        self._origins = frozenset(settings.cors_origins)
        self.headers: Mapping[str, str] = {
            **_ALWAYS,
            "Content-Security-Policy": content_policy(settings),
            **({"Strict-Transport-Security": _A_YEAR} if settings.public_url.startswith("https:") else {}),
        }

    def of_origin(self, request: web.Request) -> Mapping[str, str]:
        """Return the CORS headers that let a page of another origin read the answer. Credentials are never
        allowed, so a page has only the rights of its token."""
        if not (self._origins and request.path.startswith(_OPEN_TO_ORIGINS)):
            return {}
        origin = request.headers.get(hdrs.ORIGIN, "")
        if origin not in self._origins and "*" not in self._origins:
            return {hdrs.VARY: hdrs.ORIGIN}
        return {
            hdrs.VARY: hdrs.ORIGIN,
            hdrs.ACCESS_CONTROL_ALLOW_ORIGIN: "*" if "*" in self._origins else origin,
            hdrs.ACCESS_CONTROL_EXPOSE_HEADERS: _SHOWN,
        }

    def preflight(self, request: web.Request) -> web.Response | None:
        """Return the answer to a preflight request. None if the request is not a preflight request."""
        asks = request.method == hdrs.METH_OPTIONS and hdrs.ACCESS_CONTROL_REQUEST_METHOD in request.headers
        if not (asks and hdrs.ACCESS_CONTROL_ALLOW_ORIGIN in self.of_origin(request)):
            return None
        headers = {
            hdrs.ACCESS_CONTROL_ALLOW_METHODS: _METHODS,
            hdrs.ACCESS_CONTROL_ALLOW_HEADERS: _ASKED_WITH,
            hdrs.ACCESS_CONTROL_MAX_AGE: _PREFLIGHT_SECONDS,
        }
        return web.Response(status=204, headers=headers)


def content_policy(settings: Settings) -> str:
    """Return the ``Content-Security-Policy``. Scripts, styles and connections are allowed only from the
    server itself. Pictures and sounds may also come from the file store."""
    media = " ".join(("'self'", *sorted(file_origins(settings))))
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; connect-src 'self'; "
        f"img-src {media} data:; media-src {media}; manifest-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    )


def file_origins(settings: Settings) -> frozenset[str]:
    """Return the other origins that files come from: the origin of the CDN or of the bucket."""
    if settings.cdn_base_url:
        return frozenset({_origin(settings.cdn_base_url)})
    if not settings.s3_bucket:
        return frozenset()
    if settings.s3_endpoint_url:
        return frozenset({_origin(settings.s3_endpoint_url)})
    bucket, region = settings.s3_bucket, settings.aws_region
    return frozenset({f"https://{bucket}.s3.{region}.amazonaws.com", f"https://{bucket}.s3.amazonaws.com"})


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def is_own_origin(origin: str, request: web.Request) -> bool:
    """Return whether an ``Origin`` is the origin of this server, according to the ``Host`` of the request."""
    try:
        parts = urlsplit(origin)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.netloc == request.host
