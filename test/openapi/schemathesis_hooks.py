"""
Gives right requests a sense that a schema cannot express, so that many are drawn instead of refused: real
pictures where any text or bytes would fit, a size where `fit` needs one, fewer wishes that contradict each other.
Wrong requests stay as they are.
"""

import base64
import random
import struct
import zlib

import schemathesis
from schemathesis import GenerationMode

SLOTS = ("image", "images", "image_url", "image_urls", "image[]", "mask")
MEMBERS = ("image_url", "url", "b64_json", "data")
choice = random.Random(1)


def png(width: int, height: int) -> bytes:
    """A grey picture, all of it transparent, so that it can be a mask as well."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    rows = (b"\0" + b"\x80\x80\x80\0" * width) * height
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


PICTURE = png(64, 64)
DATA_URL = "data:image/png;base64," + base64.b64encode(PICTURE).decode()


def with_pictures(value, is_form):
    if isinstance(value, list):
        return [with_pictures(item, is_form) for item in value]
    if isinstance(value, dict):
        return {key: with_pictures(item, is_form) if key in MEMBERS else item for key, item in value.items()}
    # As text in a form too: schemathesis takes a body that a hook gave bytes for a wrong one.
    is_picture = isinstance(value, (str, bytes)) and (is_form or value != "")
    return DATA_URL if is_picture else value


@schemathesis.hook
def before_call(ctx, case, kwargs):
    is_right = case.meta is not None and case.meta.generation.mode == GenerationMode.POSITIVE
    # Some are left as they are, so that broken pictures and contradictions are met too.
    if not is_right or not isinstance(case.body, dict) or choice.random() < 0.1:
        return
    is_form = case.media_type == "multipart/form-data"
    body = dict(case.body)
    for slot in SLOTS:
        if slot in body:
            body[slot] = with_pictures(body[slot], is_form)
    for wish in ("image_size", "aspect_ratio", "mask_source"):
        body.pop(wish, None)
    if body.get("background") == "transparent":
        body["background"] = "auto"
    if body.get("fit") == "exact":
        body["size"] = "640x360"
    if choice.random() < 0.3:
        body["stream"] = "true"
    if choice.random() < 0.04 and case.query:
        case.query = {name: value for name, value in case.query.items() if name != "dry_run"}
    case.body = body
