"""The official Python SDK with a time-out that is shorter than a picture takes."""

import os

from openai import OpenAI

client = OpenAI(
    base_url=os.environ["PLANTAIN_BASE_URL"],
    api_key=os.environ["PLANTAIN_API_KEY"],
    max_retries=2,
    **({"timeout": float(os.environ["SDK_TIMEOUT"])} if "SDK_TIMEOUT" in os.environ else {}),
)
answer = client.images.generate(prompt="a fox", response_format="b64_json")
print(answer.data[0].b64_json)
