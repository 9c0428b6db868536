"""The content security policy of a served page: its own scripts and styles by their hashes, nothing from elsewhere."""

from __future__ import annotations

import base64
import hashlib
import re

__all__ = ["page_policy"]

_SCRIPT = re.compile(rb"<script\b([^>]*)>(.*?)</script\s*>", re.DOTALL | re.IGNORECASE)
_NOT_CODE = re.compile(rb"""type\s*=\s*["']?(application/(ld\+)?json|text/plain|application/octet-stream)""", re.IGNORECASE)


def page_policy(page: bytes) -> str:
    """Return the policy for a page: inline scripts by hash, no `eval`.

    The page unpacks the map library and its workers into blobs, hence `blob:`; only code with a listed hash can make one.
    Styles may be inline, since the map library sets them on elements; they can load nothing.

    >>> "'unsafe-eval'" in page_policy(b"<script>1</script>")
    False
    """
    hashes = []
    for attributes, body in _SCRIPT.findall(page):
        if not _NOT_CODE.search(attributes) and not re.search(rb"\bsrc\s*=", attributes):
            digest = base64.b64encode(hashlib.sha256(body.replace(b"\r\n", b"\n")).digest()).decode()
            hashes.append(f"'sha256-{digest}'")
    return "; ".join(
        (
            "default-src 'none'",
            " ".join(["script-src 'self' blob:", *dict.fromkeys(hashes)]),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self' data: blob:",
            "worker-src 'self' blob:",
            "child-src blob:",
            "base-uri 'none'",
            "form-action 'none'",
            "frame-ancestors 'none'",
        )
    )
