"""The official Python SDK against Plantain."""

import asyncio
import base64
import io
import json
import os
import urllib.request

from openai import AsyncOpenAI, AuthenticationError, APIError, BadRequestError, OpenAI

BASE_URL = os.environ["PLANTAIN_BASE_URL"]
KEY = os.environ["PLANTAIN_API_KEY"]
INPUT = os.environ["PLANTAIN_CLIENT_INPUT"]
OUTPUT = os.environ["PLANTAIN_CLIENT_OUTPUT"]
MODEL = "gemini-2.5-flash-image"
PROMPT = "A cute baby sea otter"
REFUSED = "A cute baby sea otter [scenario: image-safety]"

client = OpenAI(base_url=BASE_URL, api_key=KEY)
written = 0


def picture(data, size="1024x1024", **more):
    global written
    assert data, "no picture in the answer"
    if isinstance(data, str):
        data = base64.b64decode(data, validate=True)
    written += 1
    file = os.path.join(OUTPUT, f"{written}.picture")
    with open(file, "wb") as out:
        out.write(data)
    return {"file": file, "size": size, "format": "png", **more}


def feature(name):
    def attempt(function):
        try:
            result = {"feature": name, "status": "pass", "pictures": function() or []}
        except Exception as error:  # one failure does not end the suite
            result = {"feature": name, "status": "fail", "detail": f"{type(error).__name__}: {error}"[:1000]}
        print("@result", json.dumps(result), flush=True)
        return function

    return attempt


def path(name):
    return os.path.join(INPUT, name)


@feature("generate")
def generate():
    answer = client.images.generate(model=MODEL, prompt=PROMPT, response_format="b64_json")
    assert isinstance(answer.created, int) and answer.usage.total_tokens > 0
    assert answer.output_format == "png" and answer.size == "1024x1024", answer.size
    # What is saved as .png without looking, as programs written for OpenAI's models do, is PNG.
    named = client.images.generate(model="gpt-image-1", prompt=PROMPT)
    assert named.output_format == "png", named.output_format
    return [picture(answer.data[0].b64_json), picture(named.data[0].b64_json)]


@feature("ratio")
def ratio():
    answer = client.images.generate(model=MODEL, prompt=PROMPT, extra_body={"aspect_ratio": "16:9"})
    return [picture(answer.data[0].b64_json, "1344x768")]


@feature("n")
def two():
    answer = client.images.generate(model=MODEL, prompt=PROMPT, n=2)
    assert len(answer.data) == 2
    return [picture(item.b64_json) for item in answer.data]


@feature("url")
def url():
    answer = client.images.generate(model=MODEL, prompt=PROMPT, response_format="url")
    assert answer.data[0].b64_json is None
    with urllib.request.urlopen(answer.data[0].url) as response:
        assert response.headers["content-type"].startswith("image/")
        return [picture(response.read())]


@feature("stream")
def stream():
    with client.images.generate(model=MODEL, prompt=PROMPT, stream=True, partial_images=1) as events:
        *_, last = events
    assert last.type == "image_generation.completed" and last.usage.total_tokens > 0
    return [picture(last.b64_json)]


@feature("edit")
def edit():
    # A BytesIO has no name: it goes out as `upload`, application/octet-stream.
    with open(path("first.png"), "rb") as file:
        image = io.BytesIO(file.read())
    answer = client.images.edit(model=MODEL, image=image, prompt="Add a hat", size="1024x1024")
    return [picture(answer.data[0].b64_json)]


@feature("edit 2")
def edit_two():
    with open(path("first.png"), "rb") as first, open(path("second.jpg"), "rb") as second:
        answer = client.images.edit(model=MODEL, image=[first, second], prompt="Both", size="1024x1024")
    return [picture(answer.data[0].b64_json)]


@feature("mask")
def mask():
    with open(path("first.png"), "rb") as first, open(path("mask.png"), "rb") as hole:
        answer = client.images.edit(model=MODEL, image=first, mask=hole, prompt="A sunflower")
    return [picture(answer.data[0].b64_json, masked=True)]


@feature("edit stream")
def edit_stream():
    async def work():
        async with AsyncOpenAI(base_url=BASE_URL, api_key=KEY) as later:
            with open(path("first.png"), "rb") as file:
                events = await later.images.edit(
                    model=MODEL, image=file, prompt="At night", size="1024x1024", stream=True
                )
            return [event async for event in events]

    last = asyncio.run(work())[-1]
    assert last.type == "image_edit.completed"
    return [picture(last.b64_json)]


@feature("models")
def models():
    names = {model.id for model in client.models.list()}
    assert {MODEL, "gemini-3-pro-image", "dall-e-3"} <= names
    assert client.models.retrieve(MODEL).id == MODEL


@feature("wrong key")
def wrong_key():
    try:
        OpenAI(base_url=BASE_URL, api_key="sk-" + "0" * 48).images.generate(prompt=PROMPT)
    except AuthenticationError as error:
        assert error.code == "invalid_api_key"
    else:
        raise AssertionError("no error was raised")


@feature("refusal")
def refusal():
    try:
        client.images.generate(model=MODEL, prompt=REFUSED)
    except BadRequestError as error:
        assert error.code == "moderation_blocked" and error.type == "image_generation_user_error"
    else:
        raise AssertionError("no error was raised")
    try:
        for _ in client.images.generate(model=MODEL, prompt=REFUSED, stream=True):
            pass
    except APIError as error:
        assert error.code == "moderation_blocked"
    else:
        raise AssertionError("no error was raised in the stream")
