#!/usr/bin/env bash
# Does what the README says, word for word: starts the server, runs the curl it prints, the README's own curls, and its
# plantain commands. Only ports, folders and the key's name are this script's.
set -euo pipefail

repository=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
group=''
trap '[ -z "$group" ] || kill -9 -- "-$group" 2>/dev/null || true; rm -rf "$work"' EXIT
unset GEMINI_API_KEY GOOGLE_API_KEY GOOGLE_GEMINI_BASE_URL
for name in $(compgen -e | grep '^PLANTAIN_' || true); do unset "$name"; done

# The lines of the README's n-th code block whose first line starts with the given words.
block() {
    awk -v words="$1" '
        /^```/ { inside = !inside; first = inside; wanted = 0; next }
        inside && first { wanted = index($0, words) == 1; first = 0 }
        inside && wanted { print }' "$repository/README.md"
}

# Prints the size in pixels, having decoded every one of them.
pixels() {
    PATH=$repository/node_modules/.bin:$PATH node -e "
        const sharp = require('$repository/node_modules/sharp');
        sharp(process.argv[1]).raw().toBuffer({ resolveWithObject: true })
            .then(({ info }) => console.log(info.width + 'x' + info.height))" "$1"
}

expect() {
    [ "$2" = "$3" ] || { echo "✗ $1: $2, not $3"; exit 1; }
    echo "✓ $1: $2"
}

first=$(block 'npm ci && npm start')
expect 'the first command' "$first" 'npm ci && npm start'

# npm ci has just been run; what follows it starts the server in a process group of its own, to be stopped as one.
cd "$repository"
set -m
PLANTAIN_PORT=0 PLANTAIN_DATA_DIR=$work/data sh -c "${first#npm ci && }" >"$work/start.txt" 2>&1 &
group=$!
set +m
for _ in $(seq 150); do
    grep -q 'b64_json' "$work/start.txt" && break
    kill -0 "$group" 2>/dev/null || break
    sleep 0.2
done
grep -q 'b64_json' "$work/start.txt" || { cat "$work/start.txt"; exit 1; }

cd "$work"
sed -n '/^curl /,$p' start.txt | sed '/^{/d' >first.sh
sh first.sh
expect 'the printed curl writes a picture of' "$(pixels otter.png)" 1024x1024

KEY=$(cat data/first-key)
address=$(grep -o 'http://127.0.0.1:[0-9]*' start.txt | head -n 1)
export KEY
cp "$repository/docs/pictures/mask-before.png" before.png
cp "$repository/docs/pictures/mask-mask.png" mask.png
block 'curl http://127.0.0.1:4747/v1/images/edits' | sed "s|http://127.0.0.1:4747|$address|" >edit.sh
sh edit.sh 2>/dev/null | sed 's/.*"b64_json":"\([^"]*\)".*/\1/' | base64 -d >after.png
expect 'the edit with a mask writes a picture of' "$(pixels after.png)" "$(pixels before.png)"
block 'curl -i' | sed "s|http://127.0.0.1:4747|$address|" >fail.sh
sh fail.sh >fail.txt 2>/dev/null
expect 'the scenario answers' "$(head -n 1 fail.txt | cut -d' ' -f2)" 429
expect 'and says when to come back' "$(tr -d '\r' <fail.txt | grep -i '^retry-after:')" 'retry-after: 34'

# The commands, on the folder of the running server; `plantain` is what installing would have put on the path.
mkdir bin
printf '#!/bin/sh\nexec node "%s/bin/plantain.mjs" "$@"\n' "$repository" >bin/plantain
chmod +x bin/plantain
block 'plantain generate' >commands.sh
[ "$(grep -c '^plantain ' commands.sh)" -ge 8 ] || { echo '✗ the README has lost its commands'; exit 1; }
while read -r command; do
    PATH=$work/bin:$PATH PLANTAIN_PORT=0 sh -c "$command" >printed.txt 2>&1 || { echo "✗ $command"; cat printed.txt; exit 1; }
    echo "✓ $command"
done <commands.sh
expect 'lighthouse.png has' "$(pixels lighthouse.png)" 1376x768

kill -TERM -- "-$group"
wait "$group" || true
group=''
