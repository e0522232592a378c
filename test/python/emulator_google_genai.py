"""Google's official Python SDK against a running emulator.

Needs `pip install google-genai` and PLANTAIN_EMULATOR_URL, the emulator's address without a path. Prints one OK line
a check; exits 1 at the end when any of them failed.
"""

import os
import struct
import sys
import traceback

from google import genai
from google.genai import errors, types

BASE_URL = os.environ["PLANTAIN_EMULATOR_URL"]
MODEL = "gemini-nano-banana-2.1"
PNG_MODEL = "gemini-2.5-flash-image"


# The SDK closes a client as soon as nobody holds it, even while its models are in use.
CLIENTS = []


def client(api_version="v1beta", scenario=None, key="test-key"):
    headers = {"x-emulator-scenario": scenario} if scenario else {}
    options = types.HttpOptions(base_url=BASE_URL, api_version=api_version, headers=headers, timeout=60_000)
    CLIENTS.append(genai.Client(api_key=key, vertexai=False, http_options=options))
    return CLIENTS[-1]


def image_config(**fields):
    return types.GenerateContentConfig(response_modalities=["IMAGE"], image_config=types.ImageConfig(**fields))


def first_image(response):
    for part in response.candidates[0].content.parts:
        if part.inline_data is not None and not part.thought:
            return part.inline_data
    raise AssertionError("no image part")


def pixels(data):
    """Width and height from the bytes of a PNG or a JPEG."""
    if data[:8] == b"\x89PNG\r\n\x1a\n":
        return struct.unpack(">II", data[16:24])
    at = 2
    while at < len(data):
        marker, length = data[at + 1], struct.unpack(">H", data[at + 2 : at + 4])[0]
        if 0xC0 <= marker <= 0xC3:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + length
    raise AssertionError("no size in the JPEG")


def expect_error(call, code, text):
    try:
        call()
    except errors.APIError as error:
        assert error.code == code, f"code {error.code}, not {code}"
        assert text in str(error), f"{text!r} is not in {error}"
        return
    raise AssertionError("no error was raised")


def generate_jpeg():
    config = image_config(aspect_ratio="16:9", image_size="2K")
    response = client().models.generate_content(model=MODEL, contents="a lighthouse", config=config)
    image = first_image(response)
    assert image.mime_type == "image/jpeg", image.mime_type
    assert pixels(image.data) == (2752, 1536), pixels(image.data)
    usage = response.usage_metadata
    assert usage.candidates_tokens_details[0].token_count == 1680, usage
    thoughts = usage.thoughts_token_count or 0
    assert usage.total_token_count == usage.prompt_token_count + usage.candidates_token_count + thoughts, usage
    assert response.model_version == MODEL and response.response_id


def generate_png_on_v1():
    response = client("v1").models.generate_content(
        model=PNG_MODEL, contents="a lighthouse", config=image_config(aspect_ratio="9:16")
    )
    image = first_image(response)
    assert image.mime_type == "image/png", image.mime_type
    assert pixels(image.data) == (768, 1344), pixels(image.data)


def edit():
    reference = first_image(
        client().models.generate_content(model=PNG_MODEL, contents="a boat", config=image_config(aspect_ratio="3:2"))
    )
    response = client().models.generate_content(
        model=MODEL,
        contents=["add a hat", types.Part.from_bytes(data=reference.data, mime_type=reference.mime_type)],
        config=types.GenerateContentConfig(response_modalities=["IMAGE"]),
    )
    assert pixels(first_image(response).data) == (1264, 848)


def stream():
    config = types.GenerateContentConfig(response_modalities=["TEXT", "IMAGE"])
    seen = []
    for chunk in client().models.generate_content_stream(model=PNG_MODEL, contents="a lighthouse", config=config):
        for part in chunk.candidates[0].content.parts or []:
            seen.append("image" if part.inline_data else "text")
        last = chunk
    assert seen[:2] == ["text", "image"], seen
    assert last.candidates[0].finish_reason == types.FinishReason.STOP, last
    assert last.usage_metadata.candidates_tokens_details[0].token_count == 1290, last


def list_models():
    names = [model.name for model in client().models.list(config={"page_size": 2})]
    assert f"models/{MODEL}" in names and f"models/{PNG_MODEL}" in names, names
    model = client().models.get(model=MODEL)
    assert model.display_name == "Nano Banana 2.1" and model.output_token_limit == 32768, model


def count_tokens():
    assert client().models.count_tokens(model=MODEL, contents="a red fox").total_tokens == 3


def refusals_are_answers():
    blocked = client(scenario="prompt-blocked").models.generate_content(model=MODEL, contents="x")
    assert blocked.prompt_feedback.block_reason == types.BlockedReason.PROHIBITED_CONTENT, blocked
    unsafe = client(scenario="image-safety").models.generate_content(model=MODEL, contents="x")
    assert unsafe.candidates[0].finish_reason == types.FinishReason.IMAGE_SAFETY, unsafe
    nothing = client(scenario="no-image").models.generate_content(model=MODEL, contents="x")
    assert nothing.candidates[0].finish_reason == types.FinishReason.NO_IMAGE, nothing


def documented_errors():
    def ask(scenario=None, key="test-key", model=MODEL, **fields):
        config = image_config(**fields)
        return lambda: client(scenario=scenario, key=key).models.generate_content(
            model=model, contents="a fox", config=config
        )

    expect_error(ask("rate-limit"), 429, "Please retry in 34.286670503s.")
    expect_error(ask("credits-depleted"), 429, "prepayment credits are depleted")
    expect_error(ask("internal-error"), 500, "Internal error encountered.")
    expect_error(ask("overloaded"), 503, "The model is overloaded.")
    expect_error(ask("deadline-exceeded"), 504, "Deadline expired")
    expect_error(ask("model-retired"), 404, "no longer available")
    expect_error(ask(key="an-invalid-key"), 400, "API key not valid.")
    expect_error(ask(model="nobody"), 404, "is not found for API version v1beta")
    expect_error(ask(aspect_ratio="7:5"), 400, "aspect_ratio must be one of")
    expect_error(ask(image_size="8K"), 400, "Unsupported image_size '8K'.")


CHECKS = [
    generate_jpeg,
    generate_png_on_v1,
    edit,
    stream,
    list_models,
    count_tokens,
    refusals_are_answers,
    documented_errors,
]

failed = 0
for check in CHECKS:
    try:
        check()
        print(f"OK {check.__name__}")
    except Exception:
        failed += 1
        print(f"FAILED {check.__name__}")
        traceback.print_exc()
sys.exit(1 if failed else 0)
