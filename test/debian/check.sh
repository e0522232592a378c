#!/usr/bin/env bash
# Builds the Debian package, holds its unit against systemd's own judgement, installs it into a clean Debian, draws
# there, serves there as a stranger, and takes it away again. Needs root, mmdebstrap and systemd. --built: of dist/ as it is.
set -euo pipefail

cd "$(dirname "$0")/../.."
work=$(mktemp -d)
server=
clean_up() {
    [ -z "$server" ] || kill "$server" 2>/dev/null || true
    umount "$work/root/proc" 2>/dev/null || true
    rm -rf "$work"
}
trap clean_up EXIT
fail() { echo "✗ $*" && exit 1; }
passed=0
ok() { echo "✓ $*" && passed=$((passed + 1)); }

bash deploy/debian/build-deb.sh "$work" "$@" >/dev/null
deb=$(echo "$work"/plantain_*.deb)
ok "$(basename "$deb"), $(($(stat -c %s "$deb") / 1000000)) MB"

mmdebstrap --quiet --variant=minbase --include=ca-certificates,procps,libstdc++6 bookworm "$work/root" 2>"$work/mmdebstrap.log" || fail "$(tail -5 "$work/mmdebstrap.log")"
inside() { chroot "$work/root" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root "$@"; }
mount -t proc proc "$work/root/proc"
cp "$deb" "$work/root/tmp/plantain.deb"
inside sh -c 'DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends /tmp/plantain.deb' >"$work/apt.log" 2>&1 || fail "$(tail -20 "$work/apt.log")"
ok 'installed into a clean Debian by apt'

# The program lies in that Debian alone.
# That Debian has no systemd, and so none of its targets, and no man.
faults=$(systemd-analyze --root="$work/root" verify plantain.service plantain.socket 2>&1 | grep -vE "'man plantain|sysinit.target not found" || true)
[ -z "$faults" ] || fail "$faults"
ok 'units without fault'
exposure=$(systemd-analyze --root="$work/root" --offline=true --threshold=20 security plantain.service | tail -1) || fail "$exposure"
ok "$exposure"

version=$(inside plantain --version)
[ "$version" = "$(node -p 'require("./package.json").version')" ] || fail "version $version"
ok "plantain --version: $version"
inside sh -c 'cd /tmp && plantain generate "a fox in the snow" -o fox.webp' >/dev/null 2>"$work/draw.log" || fail "$(cat "$work/draw.log")"
[ "$(head -c 4 "$work/root/tmp/fox.webp")" = RIFF ] || fail 'no WebP picture'
ok 'a picture, converted to WebP, by the command line'
inside sh -c 'cd /tmp && plantain doctor' >"$work/doctor.log" 2>&1 || fail "$(cat "$work/doctor.log")"
ok 'doctor finds nothing'
zcat "$work/root/usr/share/man/man1/plantain.1.gz" | grep -q 'serve OpenAI' || fail 'no manual'
for file in bash-completion/completions/plantain zsh/vendor-completions/_plantain fish/vendor_completions.d/plantain.fish; do
    [ -s "$work/root/usr/share/$file" ] || fail "no $file"
done
bash -n "$work/root/usr/share/bash-completion/completions/plantain"
ok 'manual and completions'

# As the unit does it: nobody's user, its two folders, the configuration of the package.
port=$(node -e 'const s = require("node:net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
install -d -m 0700 -o 65532 -g 65532 "$work/root/var/lib/plantain" "$work/root/var/cache/plantain"
key=sk-$(head -c 96 /dev/urandom | base64 -w0 | tr -d '=+/' | head -c 48)
chroot --userspec=65532:65532 "$work/root" /usr/bin/env -i PLANTAIN_DATA_DIR=/var/lib/plantain NODE_COMPILE_CACHE=/var/cache/plantain \
    PLANTAIN_PORT="$port" PLANTAIN_BOOTSTRAP_KEY="$key" PLANTAIN_SHUTDOWN_DELAY_MS=0 \
    /usr/lib/plantain/node --max-semi-space-size=16 /usr/lib/plantain/main.js serve --config /etc/plantain/plantain.yaml >"$work/serve.log" 2>&1 &
server=$!
for _ in $(seq 150); do curl -sf "http://127.0.0.1:$port/readyz" >/dev/null && break || sleep 0.2; done
curl -sf "http://127.0.0.1:$port/v1/images/generations" -H "authorization: Bearer $key" -H 'content-type: application/json' \
    -d '{"prompt":"a fox","image_size":"1K"}' | jq -e '.data[0].b64_json | length > 1000' >/dev/null || fail "$(tail -5 "$work/serve.log")"
curl -sf "http://127.0.0.1:$port/console/" | grep -q '<div id=' || fail 'no console'
kill -TERM "$server"
wait "$server" || fail "ended with $?"
server=
ok 'served as nobody: a picture, the console, and an end with 0'

inside sh -c 'dpkg --purge plantain' >"$work/purge.log" 2>&1 || fail "$(cat "$work/purge.log")"
left=$(find "$work/root/usr" "$work/root/etc" -name '*plantain*' | head)
[ -z "$left" ] || fail "left behind: $left"
[ -f "$work/root/var/lib/plantain/plantain.db" ] || fail 'the data went along'
ok 'purged: nothing is left but the data'
echo "$passed passed"
