#!/usr/bin/env bash
# What the checks need beyond Node.js, Python, Go and Rust, installed where it is missing.
set -euo pipefail

missing=()
for tool in curl jq openssl sqlite3; do command -v "$tool" >/dev/null || missing+=("$tool"); done
[ -x /usr/sbin/nginx ] || command -v nginx >/dev/null || missing+=(nginx-light)
[ -d /usr/lib/postgresql ] || missing+=(postgresql)
if [ ${#missing[@]} -gt 0 ]; then
    echo "installing ${missing[*]}"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi
echo "node $(node --version), npm $(npm --version), $(python3 --version), $(go version | cut -d' ' -f3), $(cargo --version | cut -d' ' -f1,2), $(nproc) cores"
