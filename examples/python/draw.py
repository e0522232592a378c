#!/usr/bin/env python3
"""Draws, edits and streams with the official Python SDK: pip install openai"""

import base64
import os
from pathlib import Path

from openai import BadRequestError, OpenAI

MODEL = "gpt-image-1"

client = OpenAI(
    base_url=os.environ.get("PLANTAIN_BASE_URL", "http://127.0.0.1:4747/v1"),
    api_key=os.environ["PLANTAIN_API_KEY"],
)


def save(name: str, b64_json: str | None) -> None:
    if not b64_json:
        raise SystemExit("error: empty b64_json")
    Path(name).write_bytes(base64.b64decode(b64_json))


def draw() -> None:
    # Fields that the SDK does not know go in extra_body.
    response = client.images.generate(
        model=MODEL,
        prompt="A cute baby sea otter",
        response_format="b64_json",
        extra_body={"aspect_ratio": "1:1"},
    )
    save("otter.png", response.data[0].b64_json)
    print(f"drawn: otter.png, {response.size}, {response.usage.total_tokens} tokens")


def edit() -> None:
    # A list of files sends several references; mask=... limits where the picture may change.
    with open("otter.png", "rb") as picture:
        response = client.images.edit(model=MODEL, image=picture, prompt="The otter wears a red woollen hat")
    save("otter-hat.png", response.data[0].b64_json)
    print("edited: otter-hat.png")


def stream() -> None:
    for event in client.images.generate(
        model=MODEL,
        prompt="A cute baby sea otter at night, under the stars",
        stream=True,
        partial_images=1,
    ):
        if event.type == "image_generation.partial_image":
            print(f"draft {event.partial_image_index} has arrived")
        else:
            save("otter-night.png", event.b64_json)
            print("streamed: otter-night.png")


if __name__ == "__main__":
    try:
        draw()
        edit()
        stream()
    except BadRequestError as error:
        # A refusal is an error with code `moderation_blocked`, never an empty answer.
        raise SystemExit(f"error: {error.code}: {error.message}") from error
