"""Google's Python SDK against a running Plantain: PLANTAIN_URL and PLANTAIN_KEY say which. One line a check."""

import io
import os
import sys
import time
import traceback

from google import genai
from google.genai import errors, types

URL, KEY = os.environ["PLANTAIN_URL"], os.environ["PLANTAIN_KEY"]
PICTURE = open(os.environ["PLANTAIN_PICTURE"], "rb").read()
MODEL = "gemini-nano-banana-2.1"
CLIENTS = []


def client(key=KEY, version=None):
    options = types.HttpOptions(base_url=URL, api_version=version, timeout=60_000)
    CLIENTS.append(genai.Client(api_key=key, vertexai=False, http_options=options))
    return CLIENTS[-1]


def picture_of(answer):
    for part in answer.candidates[0].content.parts:
        if part.inline_data is not None and not part.thought:
            return part.inline_data
    raise AssertionError("no picture")


def generate():
    for version in ("v1", "v1beta"):
        config = types.GenerateContentConfig(
            response_modalities=["IMAGE"], image_config=types.ImageConfig(aspect_ratio="16:9"), candidate_count=1
        )
        answer = client(version=version).models.generate_content(model=MODEL, contents="a red fox", config=config)
        assert picture_of(answer).mime_type == "image/jpeg"
        assert answer.usage_metadata.total_token_count > 1000


def edit():
    part = types.Part.from_bytes(data=PICTURE, mime_type="image/png")
    picture_of(client().models.generate_content(model=MODEL, contents=[part, "make it green"]))


def stream():
    pictures = 0
    for chunk in client().models.generate_content_stream(model=MODEL, contents="a red fox"):
        for part in chunk.candidates[0].content.parts or []:
            pictures += part.inline_data is not None
    assert pictures > 0


def converse():
    first = client().models.generate_content(model=MODEL, contents="a red fox")
    turns = [types.UserContent("a red fox"), first.candidates[0].content, types.UserContent("make it blue")]
    picture_of(client().models.generate_content(model=MODEL, contents=turns))


def files():
    own = client()
    file = own.files.upload(file=io.BytesIO(PICTURE), config={"mime_type": "image/png", "display_name": "up"})
    assert file.state.name == "ACTIVE" and file.size_bytes == len(PICTURE), file
    picture_of(own.models.generate_content(model=MODEL, contents=[file, "make it green"]))
    assert file.name in [one.name for one in own.files.list()]
    assert own.files.get(name=file.name).display_name == "up"
    own.files.delete(name=file.name)
    failed(403, "PERMISSION_DENIED", "You do not have permission", lambda: own.files.get(name=file.name))


def count_and_list():
    assert client().models.count_tokens(model=MODEL, contents="a red fox").total_tokens > 0
    names = [one.name for one in client().models.list(config={"page_size": 2})]
    assert f"models/{MODEL}" in names and len(set(names)) == len(names), names
    assert "generateContent" in client().models.get(model=MODEL).supported_actions


def refused():
    answer = client().models.generate_content(model=MODEL, contents="a fox [scenario: image-safety]")
    assert answer.candidates[0].finish_reason.name == "IMAGE_SAFETY"


def failed(code, status, words, call):
    try:
        call()
    except errors.APIError as error:
        assert (error.code, error.status) == (code, status), error
        assert words in error.message, error
        return error
    raise AssertionError(f"no {code}")


def documented_errors():
    def ask(prompt="a fox", model=MODEL, key=KEY, **config):
        return lambda: client(key).models.generate_content(model=model, contents=prompt, config=config or None)

    failed(400, "INVALID_ARGUMENT", "API key not valid", ask(key="wrong"))
    failed(404, "NOT_FOUND", "models/gemini-x is not found for API version", ask(model="gemini-x"))
    failed(400, "INVALID_ARGUMENT", "Multiple candidates", ask(candidate_count=2))
    failed(400, "INVALID_ARGUMENT", "googleSearch", ask(tools=[{"google_search": {}}]))
    failed(400, "INVALID_ARGUMENT", "aspect_ratio must be", ask(image_config={"aspect_ratio": "5:1"}))
    failed(503, "UNAVAILABLE", "overloaded", ask("a fox [scenario: overloaded]"))
    failed(404, "NOT_FOUND", "not served", lambda: list(client().caches.list()))
    error = failed(429, "RESOURCE_EXHAUSTED", "", ask("a fox [scenario: rate-limit 1]"))
    assert "RetryInfo" in str(error.details), error.details
    time.sleep(2)
    failed(402, "RESOURCE_EXHAUSTED", "", ask("a fox [scenario: credits-depleted]"))


failures = 0
# The last one leaves the upstream without credit.
for check in (generate, edit, stream, converse, files, count_and_list, refused, documented_errors):
    try:
        check()
        print(f"ok {check.__name__}")
    except Exception:
        failures += 1
        print(f"FAIL {check.__name__}")
        traceback.print_exc(file=sys.stdout)
sys.exit(1 if failures else 0)
