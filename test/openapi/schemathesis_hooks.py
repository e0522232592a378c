"""
Real pictures where a request carries some: any text or bytes would do for the schema, and almost none of them
is a picture. Wrong requests stay as they are.
"""

import base64
import random
import struct
import zlib

import schemathesis
from schemathesis import GenerationMode

SLOTS = ("image", "images", "image_url", "image[]", "mask")
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
    if not isinstance(value, (str, bytes)) or value in ("", b""):
        return value
    return PICTURE if is_form else DATA_URL


@schemathesis.hook
def before_call(ctx, case, kwargs):
    # Some are left as they are, so that broken pictures are met too.
    is_right = case.meta is not None and case.meta.generation.mode == GenerationMode.POSITIVE
    if not is_right or not isinstance(case.body, dict) or choice.random() < 0.1:
        return
    is_form = case.media_type == "multipart/form-data"
    for slot in SLOTS:
        if slot in case.body:
            case.body[slot] = with_pictures(case.body[slot], is_form)
