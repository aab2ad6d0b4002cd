"""Static files, read once at the start: bundled, hashed, compressed. Hashed names are kept for a year by browsers.

`/static/css/pijnstad.css` (the plain name) serves the same bytes with a short life: identity's pages link to that one.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import flask
from werkzeug.wrappers import Response

HERE = Path(__file__).parent
STYLES = ("theme.css", "utrecht.css", "page.css", "parts.css", "town.css")
BUNDLE = "css/pijnstad.css"
FOREVER = "public, max-age=31536000, immutable"
SHORT = "public, max-age=300"
_TYPES = {
    ".woff2": "font/woff2",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}


@dataclass(frozen=True, slots=True)
class Asset:
    """Hold one file: its bytes, the same compressed when that helps, its hash and type."""

    body: bytes
    small: bytes | None
    digest: str
    content_type: str


class Assets:
    """Know every static file by its plain and by its hashed name."""

    def __init__(self, root: Path = HERE) -> None:
        files = {
            path.relative_to(root / "static").as_posix(): path.read_bytes()
            for path in sorted((root / "static").rglob("*"))
            if path.is_file()
        }
        self._plain = {name: _asset(name, body) for name, body in files.items()}
        self._plain[BUNDLE] = _asset(BUNDLE, self._bundle(root / "styles"))
        self._hashed = {hashed_name(name, asset.digest): name for name, asset in self._plain.items()}

    def url(self, name: str) -> str:
        """Return the long-lived address of a file. Errors: KeyError."""
        return f"/static/{hashed_name(name, self._plain[name].digest)}"

    def find(self, name: str) -> tuple[Asset, bool] | None:
        """Return a file and whether it was asked for by its hashed name."""
        plain = self._hashed.get(name)
        asset = self._plain.get(plain or name)
        return (asset, plain is not None) if asset else None

    def _bundle(self, styles: Path) -> bytes:
        css = "\n".join((styles / name).read_text(encoding="utf-8") for name in STYLES)
        return re.sub(r'url\("/static/([^"]+)"\)', self._font, _small(css)).encode()

    def _font(self, match: re.Match[str]) -> str:
        return f'url("/static/{hashed_name(match[1], self._plain[match[1]].digest)}")'


def hashed_name(name: str, digest: str) -> str:
    """Return `css/pijnstad.1a2b3c4d5e6f.css` for `css/pijnstad.css`."""
    path = PurePosixPath(name)
    return (path.parent / f"{path.stem}.{digest[:12]}{path.suffix}").as_posix()


def serve(assets: Assets, name: str) -> Response:
    """Answer with one static file, compressed when the browser takes that; 304 when it has it."""
    found = assets.find(name)
    if found is None:
        flask.abort(404)
    asset, hashed = found
    zipped = asset.small is not None and flask.request.accept_encodings.quality("gzip") > 0
    response = flask.Response(asset.small if zipped else asset.body, content_type=asset.content_type)
    response.headers.update(_headers(hashed, zipped))
    response.set_etag(asset.digest[:20] + ("-gz" if zipped else ""))
    return response.make_conditional(flask.request)


def _headers(hashed: bool, zipped: bool) -> Mapping[str, str]:
    headers = {"Cache-Control": FOREVER if hashed else SHORT, "Vary": "Accept-Encoding"}
    return headers | {"Content-Encoding": "gzip"} if zipped else headers


def _asset(name: str, body: bytes) -> Asset:
    suffix = PurePosixPath(name).suffix
    content_type = _TYPES.get(suffix) or mimetypes.guess_type(name)[0] or "text/plain; charset=utf-8"
    small = gzip.compress(body, 9, mtime=0)
    return Asset(body, small if len(small) < 0.9 * len(body) else None, hashlib.sha256(body).hexdigest(), content_type)


def _small(css: str) -> str:
    """Return the stylesheet without comments (licences stay) and without the white space that means nothing."""
    licences = re.findall(r"/\* @license.*?\*/", css, flags=re.S)
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.S)
    css = re.sub(r"\s+", " ", css)
    css = re.sub(r"\s?([{};,])\s?", r"\1", css).replace(": ", ":").replace(";}", "}\n")
    return "\n".join([*licences, css.strip()])
