#!/bin/sh
# Draws, edits and streams with nothing but curl. Writes otter.png, otter-hat.png and otter-night.png.
set -eu

base_url=${PLANTAIN_BASE_URL:-http://127.0.0.1:4747/v1}
key=${PLANTAIN_API_KEY:?set PLANTAIN_API_KEY to a key of your server}

# Fails with the server's own words when something is wrong.
ask() {
    path=$1
    shift
    curl --silent --show-error --fail-with-body --header "Authorization: Bearer $key" "$base_url/$path" "$@"
}

# The link of an answer; curl has no JSON parser, and a link needs none.
link() {
    sed -n 's/.*"url":"\([^"]*\)".*/\1/p'
}

# Draw. A link instead of base64 keeps the shell out of decoding.
url=$(ask images/generations --header 'Content-Type: application/json' --data '{
    "model": "gpt-image-1",
    "prompt": "A cute baby sea otter",
    "aspect_ratio": "1:1",
    "response_format": "url"
}' | link)
curl --silent --fail --output otter.png "$url"
echo "drawn: otter.png"

# Edit, with the picture as the reference. Several --form 'image[]=@…' send several.
url=$(ask images/edits \
    --form model=gpt-image-1 \
    --form prompt="The otter wears a red woollen hat" \
    --form image=@otter.png \
    --form response_format=url | link)
curl --silent --fail --output otter-hat.png "$url"
echo "edited: otter-hat.png"

# Stream. The last event carries the picture; comments before it keep the connection alive.
ask images/generations --no-buffer --header 'Content-Type: application/json' --data '{
    "model": "gpt-image-1",
    "prompt": "A cute baby sea otter at night, under the stars",
    "stream": true
}' | sed -n 's/^data: {"type":"image_generation.completed","b64_json":"\([^"]*\)".*/\1/p' | base64 -d > otter-night.png
test -s otter-night.png
echo "streamed: otter-night.png"
