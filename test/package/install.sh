#!/usr/bin/env bash
# Builds and packs Plantain, installs the package globally into a folder of its own, as a user would, and uses it on the
# Node.js that the machine has, however old. Prints one line a check; exits 1 when any failed.
set -uo pipefail

repository=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
server_pid=''
trap '[ -z "$server_pid" ] || kill -9 "$server_pid" 2>/dev/null; rm -rf "$work"' EXIT

# npm puts node_modules/.bin first, where the project's own Node.js lies; a user of the package has no such folder.
path=''
IFS=':' read -ra folders <<<"$PATH"
for folder in "${folders[@]}"; do
    case $folder in */node_modules/.bin | *node-gyp-bin) ;; *) path=${path:+$path:}$folder ;; esac
done
export PATH=$path
# What would make the installed command behave otherwise than for somebody who has just installed it.
unset GEMINI_API_KEY GOOGLE_API_KEY GOOGLE_GEMINI_BASE_URL NODE_OPTIONS NODE_COMPILE_CACHE
# Where the command keeps compiled code.
export XDG_CACHE_HOME=$work/cache
for name in $(compgen -e | grep '^PLANTAIN_'); do unset "$name"; done

passed=0
failed=0
check() {
    local title=$1 printed
    shift
    if printed=$("$@" 2>&1); then
        passed=$((passed + 1))
        echo "✓ $title"
    else
        failed=$((failed + 1))
        echo "✗ $title"
        printf '%s\n' "$printed" | tail -n 20 | sed 's/^/    /'
    fi
}

pack() {
    cd "$repository" && npm pack --pack-destination "$work" --loglevel=error >"$work/pack.txt" || return 1
    tarball=$(ls "$work"/plantain-*.tgz) && tar -tzf "$tarball" | sed 's|^package/||' | sort >"$work/contents.txt"
}

contents_are_complete() {
    local file missing=0
    for file in bin/plantain.mjs dist/main.js dist/main.js.map dist/package.json dist/THIRD-PARTY-LICENSES.txt dist/sbom.cdx.json dist/fonts/inter-semibold.ttf dist/fonts/inter-LICENSE.txt \
        dist/picture-worker.js dist/blend-worker.js dist/report-worker.js dist/web/index.html \
        package.json README.md LICENSE NOTICE CHANGELOG.md SECURITY.md docs/README.md docs/configuration.md; do
        grep -qxF "$file" "$work/contents.txt" || { echo "missing: $file"; missing=1; }
    done
    return "$missing"
}

# Of scripts in other languages than JavaScript, of tests and of what a working folder gathers, nothing belongs in it.
# A chart keeps what `helm test` runs in templates/tests/: a part of the chart, not a leftover.
contents_are_clean() {
    ! grep -nE '(^|/)(\.env|\.npmrc|\.git|\.ci|node_modules|coverage|data)(/|$)|(^|/)test(s)?/|\.(test|contract)\.|/test-[^/]*\.js|\.(ts|db|db-wal|log|pem|key|tgz)$|^(src|bench|examples)/' \
        <(grep -vE '\.d\.ts$|/templates/tests/' "$work/contents.txt")
}

contents_hold_no_key() {
    mkdir -p "$work/unpacked" && tar -xzf "$tarball" -C "$work/unpacked" || return 1
    ! grep -rnaE 'sk-[0-9A-Za-z]{48}|AIza[0-9A-Za-z_-]{35}' "$work/unpacked"
}

install() {
    npm install --global --prefix "$work/global" --loglevel=error --no-audit --no-fund "$tarball"
}

# What is bundled is not installed a second time: only what has native parts is, and the Node.js for old machines.
brings_only_what_is_outside() {
    local name strays=0
    for name in $(cd "$work/global/lib/node_modules/plantain/node_modules" && ls -d -- */ @*/* | sed 's|/$||'); do
        case $name in sharp | semver | detect-libc | @img | @img/* | @resvg | @resvg/* | node-linux-*) ;; *) echo "installed: $name"; strays=1 ;; esac
    done
    return "$strays"
}

# With --enable-source-maps a trace names the sources.
maps_name_sources() {
    grep -q '"sources":.*src/main.ts' "$work/unpacked/package/dist/main.js.map"
}

licences_travel() {
    local name
    for name in fastify zod undici pg preact; do
        grep -qE "^$name [0-9.]+ \(" "$work/unpacked/package/dist/THIRD-PARTY-LICENSES.txt" || { echo "no licence of $name"; return 1; }
        grep -qE "\"pkg:npm/$name@[0-9.]+\"" "$work/unpacked/package/dist/sbom.cdx.json" || { echo "no version of $name"; return 1; }
    done
}

# The bundle itself, without the launcher: a folder that runs anywhere is started so.
tells_an_old_node() {
    local said code
    said=$(node "$work/global/lib/node_modules/plantain/dist/main.js" --version 2>&1)
    code=$?
    echo "$said"
    case $(node --version) in
        v1[0-9].* | v2[0-3].*) [ "$code" -eq 1 ] && [ "$said" = "plantain: Node.js 24.15 or newer is needed. This is $(node -p process.versions.node). Install Node.js 24 and try again." ] ;;
        *) [ "$code" -eq 0 ] ;;
    esac
}

loads_what_it_needs() {
    "$repository/node_modules/.bin/node" "$repository/test/package/what-loads.ts" "$work/global/lib/node_modules/plantain/dist/main.js"
}

version_is_right() {
    [ "$(plantain --version)" = "$(node -p "require('$repository/package.json').version")" ]
}

is_picture() {
    [ "$(head -c 8 "$1" | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a ] && [ "$(tail -c 8 "$1" | od -An -tx1 | tr -d ' \n')" = 49454e44ae426082 ]
}

draws_alone() {
    cd "$work" && plantain generate "a fox" -o x.png && is_picture x.png
}

converts_to_webp() {
    cd "$work" && plantain generate "a fox" -o x.webp && [ "$(head -c 4 x.webp)" = RIFF ] && [ "$(head -c 12 x.webp | tail -c 4)" = WEBP ]
}

edits_within_a_mask() {
    cd "$repository" && node_modules/.bin/node -e "
        const size = { width: 512, height: 1024, channels: 4 };
        require('sharp')({ create: { ...size, background: { r: 0, g: 0, b: 0, alpha: 0 } } })
            .extend({ left: 512, background: 'black' }).png().toFile('$work/mask.png')" && cd "$work" || return 1
    plantain edit "a red hat" --image x.png --mask mask.png -o masked.png && is_picture masked.png
}

completes() {
    plantain completion bash | bash -n && plantain completion bash | grep -q reconcile
}

lays_out_a_configuration() {
    mkdir -p "$work/laid-out" && cd "$work/laid-out" && plantain init && [ -s plantain.yaml ] && plantain config explain
}

compiled_code_is_kept() {
    ls "$XDG_CACHE_HOME"/plantain/v2*/* >"$work/kept.txt" && [ "$(wc -l <"$work/kept.txt")" -gt 10 ]
}

# The report is made on a thread of its own, whose file has to be where the bundle looks for it.
reports_usage() {
    local address
    address=$(sed -n 's|^ *address *\(http[^ ]*\)/v1.*|\1|p' "$work/serve.txt")
    curl -sf "$address/admin/v1/usage?by=model" -H "Authorization: Bearer $(plantain admin secret --data-dir "$work/data")" | grep -q '"images_delivered":1,'
}

runs_on_shared_stores() {
    "$repository/node_modules/.bin/node" "$repository/test/package/stores.ts" "$work/global/lib/node_modules/plantain/dist/main.js"
}

# OpenTelemetry's SDK is inside the package, not beside it.
sends_traces() {
    cd "$work" || return 1
    node -e "
        const { appendFileSync } = require('fs');
        require('http').createServer((request, response) => {
            let bytes = 0;
            request.on('data', (piece) => (bytes += piece.length)).on('end', () => {
                appendFileSync('traces.txt', request.url + ' ' + (bytes > 500) + '\\n');
                response.end();
            });
        }).listen(0, '127.0.0.1', function () { appendFileSync('collector.txt', String(this.address().port)); });" &
    local collector=$!
    until [ -s collector.txt ]; do sleep 0.1; done
    OTEL_EXPORTER_OTLP_ENDPOINT="http://127.0.0.1:$(cat collector.txt)" plantain generate "a fox" -o traced.png
    kill "$collector"
    [ ! -e "$work/global/lib/node_modules/plantain/node_modules/@opentelemetry/sdk-trace" ] && grep -qx '/v1/traces true' traces.txt
}

refuses_with_exit_code() {
    cd "$work" || return 1
    plantain generate "a fox" --ratio 7:7 -o y.png
    [ $? -eq 2 ] && [ ! -e y.png ]
}

starts_serving() {
    cd "$work" || return 1
    PLANTAIN_PORT=0 plantain serve >"$work/serve.txt" 2>&1 &
    server_pid=$!
    local tries
    for tries in $(seq 100); do
        grep -q 'b64_json' "$work/serve.txt" && return 0
        kill -0 "$server_pid" 2>/dev/null || break
        sleep 0.2
    done
    cat "$work/serve.txt"
    return 1
}

printed_curl_draws() {
    cd "$work" && sed -n '/^curl /,$p' serve.txt | sed '/^{/d' >first.sh && sh first.sh && is_picture otter.png
}

console_is_served() {
    local address
    address=$(sed -n 's|^ *console *\(http[^#]*\).*|\1|p' "$work/serve.txt") && curl -sf "$address" | grep -q 'assets/index-.*\.js'
}

stops_with_zero() {
    local code pid=$server_pid
    kill -TERM "$pid" && wait "$pid"
    code=$?
    server_pid=''
    [ "$code" -eq 0 ] || { echo "it ended with $code"; tail -n 20 "$work/serve.txt"; return 1; }
}

leaves_the_folder_clean() {
    [ "$(cd "$work" && plantain usage --json --data-dir ./data | node -p "JSON.parse(require('fs').readFileSync(0, 'utf8')) && 'json'")" = json ]
}

# Run in this shell, because it sets the server's process id for the checks after it.
check_here() {
    local title=$1
    if "$2" >"$work/printed.txt" 2>&1; then
        passed=$((passed + 1))
        echo "✓ $title"
    else
        failed=$((failed + 1))
        echo "✗ $title"
        tail -n 20 "$work/printed.txt" | sed 's/^/    /'
    fi
}

echo "this machine's own Node.js is $(node --version)"
check_here 'npm pack builds and packs' pack
echo "$(wc -l <"$work/contents.txt") files, $(du -h "$tarball" | cut -f1)"
check 'the package has what it needs' contents_are_complete
check 'the package has no sources, tests or leftovers' contents_are_clean
check 'the package has no key in it' contents_hold_no_key
check 'the licences and versions of what is bundled travel with it' licences_travel
check 'its source maps name the sources' maps_name_sources
check 'npm install --global takes it' install
check 'it brings only what cannot be bundled' brings_only_what_is_outside
export PATH=$work/global/bin:$PATH
check 'plantain --version is the package version' version_is_right
check 'without the launcher, an old Node.js is told what is needed' tells_an_old_node
check 'a probe and a server at rest load what they need alone' loads_what_it_needs
check 'plantain doctor finds this machine ready' plantain doctor --data-dir "$work/doctor" --port 0
check 'plantain generate draws without a server' draws_alone
check 'plantain generate converts to WebP' converts_to_webp
check 'plantain edit keeps to a mask' edits_within_a_mask
check 'plantain completion is a script that a shell reads' completes
check 'plantain init lays out a configuration' lays_out_a_configuration
check 'compiled code is kept for the next start' compiled_code_is_kept
check 'traces are sent by what is in the package' sends_traces
check 'plantain generate ends with 2 for what no model draws' refuses_with_exit_code
check_here 'plantain serve starts and prints a first curl' starts_serving
check 'the printed curl draws otter.png' printed_curl_draws
check 'the console is in it and served' console_is_served
check 'its report on usage, made on a thread' reports_usage
check_here 'plantain serve ends with 0 after SIGTERM' stops_with_zero
check 'plantain usage reads what it left' leaves_the_folder_clean
check 'it serves on PostgreSQL and S3' runs_on_shared_stores
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
