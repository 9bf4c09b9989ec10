"""The store in S3 or a compatible service, optionally behind a CDN."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from uuid import UUID

import aioboto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    HTTPClientError,
    IncompleteReadError,
)

from service.errors import NotFound, SetupProblem
from service.settings import Settings
from service.storage.store import served_path
from service.storage.tries import TRIES, StoreFailed, tried

#: The Cache-Control header of stored files. A key contains the hash of its file, so the file under a key
#: never changes.
CACHE_CONTROL = "public, max-age=31536000, immutable"
_MISSING = frozenset({"404", "NoSuchKey", "NotFound"})
_REFUSED = frozenset({"403", "AccessDenied", "InvalidAccessKeyId", "SignatureDoesNotMatch", "NoSuchBucket"})
_ADVICE = {
    "InvalidAccessKeyId": "This access key does not exist: set AWS_ACCESS_KEY_ID to a valid one.",
    "SignatureDoesNotMatch": "The secret does not match the access key: set AWS_SECRET_ACCESS_KEY.",
    "ExpiredToken": "The key has expired: set a new AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    "NoCredentialsError": "No access key is set: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.",
    "NoSuchBucket": "The bucket does not exist: create it, or set S3_BUCKET to an existing one.",
    "AccessDenied": "The key may not use the bucket: allow it to list, get, put and delete there, or set "
    "another AWS_ACCESS_KEY_ID with its AWS_SECRET_ACCESS_KEY.",
    "EndpointConnectionError": "The server does not answer: check S3_ENDPOINT_URL and AWS_REGION.",
    "PermanentRedirect": "The bucket is in another region: set AWS_REGION.",
}
_ANY_ADVICE = "Check S3_BUCKET, S3_ENDPOINT_URL, AWS_REGION, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
#: Error codes of the server after which the same request may succeed a moment later. All responses with a
#: status of 5xx have the same meaning.
_PASSING = frozenset({"SlowDown", "RequestTimeout", "Throttling", "ThrottlingException", "429"})
_LINK_SECONDS = 3600


class S3Store:
    """A store of files in one bucket. A second request verifies each put.

    ``client`` must not retry by itself. ``tries``: the total number of tries of a put.
    """

    def __init__(self, client: Any, bucket: str, *, cdn_base_url: str = "", tries: int = TRIES) -> None:
        self._client = client
        self._bucket = bucket
        self._cdn = cdn_base_url.rstrip("/")
        self._tries = tries

    async def put(self, key: str, data: bytes, media_type: str) -> None:
        """Upload a file, then verify its size and its SHA-256. Raises ``Unavailable``."""
        await tried(lambda: self._put(key, data, media_type), self._tries)

    async def _put(self, key: str, data: bytes, media_type: str) -> None:
        digest = hashlib.sha256(data)
        checksum = base64.b64encode(digest.digest()).decode()
        with _translating("stored"):
            await self._client.put_object(
                **self._place(key),
                Body=data,
                ContentType=media_type,
                CacheControl=CACHE_CONTROL,
                ChecksumSHA256=checksum,
                Metadata={"sha256": digest.hexdigest()},
            )
            head = await self._client.head_object(**self._place(key), ChecksumMode="ENABLED")
        stored_checksum = head.get("ChecksumSHA256", checksum)
        kept = head.get("Metadata", {}).get("sha256")
        if (head["ContentLength"], stored_checksum, kept) != (len(data), checksum, digest.hexdigest()):
            raise StoreFailed("The stored file differs from the file that was sent.", passing=True)

    async def get(self, key: str) -> bytes:
        """The bytes of a file. Raises ``NotFound`` and ``Unavailable``."""
        return await tried(lambda: self._get(key))

    async def _get(self, key: str) -> bytes:
        with _translating("read"):
            answer = await self._client.get_object(**self._place(key))
            async with answer["Body"] as body:
                data: bytes = await body.read()
        return data

    async def has(self, key: str) -> bool:
        """Whether the file exists. Raises ``Unavailable``."""
        try:
            await tried(lambda: self._look_at(key))
        except NotFound:
            return False
        return True

    async def _look_at(self, key: str) -> None:
        with _translating("read"):
            await self._client.head_object(**self._place(key))

    async def delete(self, key: str) -> None:
        """Delete a file, or all files of a folder. Raises ``Unavailable``."""
        await tried(lambda: self._delete(key))

    async def _delete(self, key: str) -> None:
        place = self._place(key)
        with _translating("deleted"):
            keys = await self._under(key) if key.endswith("/") else [key]
            for one in keys:
                await self._client.delete_object(**(place | {"Key": one}))

    def url(self, story_id: UUID, asset: str, key: str) -> str:
        """The URL of the file at the CDN. Without a CDN, the path of this service, which redirects to a link
        that expires."""
        return f"{self._cdn}/{key}" if self._cdn else served_path(story_id, asset, key)

    async def link(self, key: str, *, saved_as: str = "") -> str:
        """The URL of the file at the CDN. Without a CDN, a signed URL, which gives read access to this file
        for an hour."""
        if self._cdn:
            return f"{self._cdn}/{key}"
        wanted = self._place(key) | ({"ResponseContentDisposition": saved_as} if saved_as else {})
        with _translating("read"):
            signed: str = await self._client.generate_presigned_url(
                "get_object", Params=wanted, ExpiresIn=_LINK_SECONDS
            )
        return signed

    async def _under(self, folder: str) -> list[str]:
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=folder)
        return [found["Key"] async for page in pages for found in page.get("Contents", ())]

    def _place(self, key: str) -> dict[str, str]:
        """The arguments ``Bucket`` and ``Key`` for the S3 client. Raises ``NotFound`` for a key that S3 does
        not allow."""
        if not key or ".." in key.split("/") or key.startswith("/"):
            raise NotFound("The file is not in the store.", code="FILE_NOT_FOUND")
        return {"Bucket": self._bucket, "Key": key}


@asynccontextmanager
async def open_s3(settings: Settings) -> AsyncIterator[S3Store]:
    """Open the bucket of the settings, with one client. Raises ``SetupProblem`` if the bucket cannot be used.

    If the settings contain no access key, the client finds one in the same way as AWS's own tools (a role, a
    profile).
    """
    secret = settings.aws_secret_access_key.get_secret_value()
    session = aioboto3.Session(
        aws_access_key_id=settings.aws_access_key_id or None,
        aws_secret_access_key=secret or None,
        region_name=settings.aws_region,
    )
    config = Config(
        # This applies to links, too: the library still signs them in the old way, which newer regions refuse.
        signature_version="s3v4",
        # Our code retries, as for every store. Retries of the client as well would multiply the tries.
        retries={"total_max_attempts": 1, "mode": "standard"},
        connect_timeout=5,
        read_timeout=60,
        max_pool_connections=64,
        s3={"addressing_style": "path" if settings.s3_endpoint_url else "auto"},
    )
    async with session.client("s3", endpoint_url=settings.s3_endpoint_url or None, config=config) as client:
        try:
            await client.head_bucket(Bucket=settings.s3_bucket)
        except (BotoCoreError, ClientError) as error:
            why = await _reason(client, settings.s3_bucket, error)
            raise SetupProblem(
                f"The bucket {settings.s3_bucket} cannot be used ({why}). {_ADVICE.get(why, _ANY_ADVICE)}"
            ) from error
        yield S3Store(
            client, settings.s3_bucket, cdn_base_url=settings.cdn_base_url, tries=settings.store_tries
        )


async def _reason(client: Any, bucket: str, error: Exception) -> str:
    """The error code that explains why the bucket cannot be used. A HEAD response has no body with this code,
    so a second request asks for it."""
    if not isinstance(error, ClientError):
        return _code(error)
    try:
        await client.list_objects_v2(Bucket=bucket, MaxKeys=1)
    except (BotoCoreError, ClientError) as failure:
        return _code(failure)
    return _code(error)


@contextmanager
def _translating(done: str) -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if _code(error) in _MISSING:
            raise NotFound("The file is not in the store.", code="FILE_NOT_FOUND") from error
        why = "the keys may not do that" if _code(error) in _REFUSED else _code(error)
        raise StoreFailed(f"The file could not be {done}: {why}.", passing=_passes(error)) from error
    except (BotoCoreError, OSError, TimeoutError) as error:
        raise StoreFailed(
            f"The file could not be {done}: {type(error).__name__}.", passing=isinstance(error, _CUT)
        ) from error


#: The errors of connections that failed, were cut, or gave no answer in time.
_CUT = (ConnectionError, HTTPClientError, IncompleteReadError, OSError, TimeoutError)


def _passes(error: ClientError) -> bool:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= 500 or _code(error) in _PASSING


def _code(error: Exception) -> str:
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "unknown"))
    return type(error).__name__
