#!/usr/bin/env bash
# Tests a running Plantain against its own /openapi.json with schemathesis: no 5xx, no undocumented status,
# content type, header or body, no wrong data taken for right, no key left unasked for.
#
#   test/openapi/schemathesis.sh [further arguments of `schemathesis run`]
#
# The virtual environment is kept in ~/.cache/plantain-schemathesis (PLANTAIN_SCHEMATHESIS_CACHE).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
repository=$(cd "$here/../.." && pwd)
export PATH="$repository/node_modules/.bin:$PATH"

cache=${PLANTAIN_SCHEMATHESIS_CACHE:-$HOME/.cache/plantain-schemathesis}
venv="$cache/venv"
if ! cmp -s "$here/requirements.txt" "$cache/installed.txt"; then
  rm -rf "$venv"
  mkdir -p "$cache"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
  cp "$here/requirements.txt" "$cache/installed.txt"
fi

work=$(mktemp -d)
server=''
finish() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap finish EXIT

port=$(node -e 'const s = require("node:net").createServer(); s.listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
key="sk-$(node -e 'console.log(require("node:crypto").randomBytes(24).toString("hex"))')"
origin="http://127.0.0.1:$port"

# A model that draws only the smallest of the large tiers keeps every picture quick.
env -u GEMINI_API_KEY -u GOOGLE_API_KEY -u GOOGLE_GEMINI_BASE_URL \
  PLANTAIN_PORT="$port" PLANTAIN_DATA_DIR="$work/data" PLANTAIN_BOOTSTRAP_KEY="$key" \
  PLANTAIN_DEFAULT_MODEL=gemini-2.5-flash-image PLANTAIN_LOG_LEVEL=error PLANTAIN_LOG_FORMAT=json \
  node "$repository/src/main.ts" serve >"$work/server.log" 2>&1 &
server=$!
for _ in $(seq 150); do
  if curl -sf "$origin/readyz" >/dev/null; then break; fi
  if ! kill -0 "$server" 2>/dev/null; then
    cat "$work/server.log" >&2
    exit 1
  fi
  sleep 0.2
done

# One stored picture, so that its route is met with a link that works.
link=$(curl -sf "$origin/v1/images/generations" -H "Authorization: Bearer $key" \
  -H 'Content-Type: application/json' -d '{"prompt": "a lighthouse", "response_format": "url"}' |
  node -e 'process.stdin.toArray().then((all) => console.log(JSON.parse(all.join("")).data[0].url))')
PICTURE_NAME=$(node -p 'new URL(process.argv[1]).pathname.split("/").at(-1)' "$link")
PICTURE_EXPIRES=$(node -p 'new URL(process.argv[1]).searchParams.get("expires")' "$link")
PICTURE_SIGNATURE=$(node -p 'new URL(process.argv[1]).searchParams.get("signature")' "$link")
export PICTURE_NAME PICTURE_EXPIRES PICTURE_SIGNATURE

# One worker: hypothesis takes concurrent draws for flaky ones. The seed makes a run repeatable. Both tools leave
# folders where they run, so they run apart; paths among further arguments have to be absolute.
cd "$work"
status=0
PYTHONPATH="$here" PYTHONDONTWRITEBYTECODE=1 SCHEMATHESIS_HOOKS=schemathesis_hooks \
  "$venv/bin/schemathesis" --config-file "$here/schemathesis.toml" run "$origin/openapi.json" \
  --header "Authorization: Bearer $key" \
  --workers 1 --max-examples 25 --seed 1 --request-timeout 60 \
  --phases examples,coverage,fuzzing --generation-database none \
  --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,response_headers_conformance,negative_data_rejection,ignored_auth \
  "$@" || status=$?
if [ -s "$work/server.log" ]; then grep '"fault"' "$work/server.log" >&2 || true; fi
exit "$status"
