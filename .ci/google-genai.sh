#!/usr/bin/env bash
# Google's official Python SDK against `plantain emulator`. The environment is kept in ~/.cache/plantain-google-genai.
set -euo pipefail

repository=$(cd "$(dirname "$0")/.." && pwd)
environment=${PLANTAIN_GENAI_CACHE:-$HOME/.cache/plantain-google-genai}
printed=$(mktemp)
emulator=''
trap '[ -z "$emulator" ] || kill "$emulator" 2>/dev/null || true; rm -f "$printed"' EXIT

"$environment/bin/python" -c 'import google.genai' 2>/dev/null || {
    python3 -m venv --clear "$environment"
    "$environment/bin/pip" install --quiet --disable-pip-version-check google-genai==3.6.1
}
"$environment/bin/pip" list --disable-pip-version-check 2>/dev/null | grep -i '^google-genai '

"$repository/node_modules/.bin/node" "$repository/src/main.ts" emulator --port 0 >"$printed" 2>&1 &
emulator=$!
for _ in $(seq 100); do
    address=$(grep -o 'http://127.0.0.1:[0-9]*' "$printed" | head -n 1) && break
    sleep 0.2
done
[ -n "${address:-}" ] || { cat "$printed"; exit 1; }
PLANTAIN_EMULATOR_URL=$address "$environment/bin/python" "$repository/test/python/emulator_google_genai.py"
