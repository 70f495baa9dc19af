"""Documents that programs fetch again and again: they are sent only if they changed (RFC 9110, section 13)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from aiohttp import web
from aiohttp.helpers import ETAG_ANY, ETag

_HEADERS: Final = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}


@dataclass(frozen=True, slots=True)
class Document:
    """A document and when it last changed (aware UTC), as far as this process knows."""

    body: bytes
    content_type: str
    changed_at: datetime
    etag: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "etag", hashlib.sha256(self.body).hexdigest()[:32])

    def is_known_to(self, request: web.Request) -> bool:
        """Whether the request's sender has this document already."""
        tags = request.if_none_match
        if tags is not None:  # then If-Modified-Since doesn't count
            return any(tag.value in {self.etag, ETAG_ANY} for tag in tags)
        since = request.if_modified_since
        return since is not None and self.changed_at.replace(microsecond=0) <= since

    def response(self, request: web.Request, cache: str, file_name: str = "") -> web.Response:
        """The document, or 304. ``cache`` is the value of Cache-Control; with a ``file_name``, it is a download."""
        headers = {**_HEADERS, "Cache-Control": cache}
        if file_name:
            headers["Content-Disposition"] = f'attachment; filename="{file_name}"'
        if self.is_known_to(request):
            response = web.Response(status=304, headers=headers)
        else:
            response = web.Response(body=self.body, content_type=self.content_type, charset="utf-8", headers=headers)
        response.etag = ETag(self.etag)
        response.last_modified = self.changed_at
        return response
