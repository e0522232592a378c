#!/usr/bin/env bash
# Builds plantain_VERSION_ARCH.deb: the bundle, a Node.js of its own, unit, socket, manual and completions.
# Usage: bash deploy/debian/build-deb.sh [FOLDER FOR THE PACKAGE [--built]]. Needs dpkg-deb and help2man, and `npm ci` before.
# --built: takes dist/ as it was built last.
set -euo pipefail

cd "$(dirname "$0")/../.."
into=$(realpath -m "${1:-.}")
arch=$(dpkg --print-architecture)
node_package=node-linux-$([ "$arch" = arm64 ] && echo arm64 || echo x64)
export PATH="$PWD/node_modules/$node_package/bin:$PATH"
version=$(node -p 'require("./package.json").version')
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT

if [ "${2:-}" = --built ]; then node build/standalone.ts; else npm run -s build:standalone; fi
install -d "$root"/{DEBIAN,usr/bin,usr/lib/plantain,usr/lib/systemd/system,etc/plantain,usr/share/{man/man1,doc/plantain}}
cp -r out/. "$root/usr/lib/plantain/"
# Source maps are for those who develop it: a third of the size.
find "$root/usr/lib/plantain" -name '*.map' -delete
install -m 0755 "node_modules/$node_package/bin/node" "$root/usr/lib/plantain/node"
strip --strip-unneeded "$root/usr/lib/plantain/node"
install -m 0755 deploy/debian/plantain "$root/usr/bin/plantain"
install -m 0644 deploy/debian/plantain.yaml "$root/etc/plantain/plantain.yaml"
install -m 0644 deploy/systemd/plantain.{service,socket} "$root/usr/lib/systemd/system/"
cp docs/*.md "$root/usr/share/doc/plantain/"
cp LICENSE "$root/usr/share/doc/plantain/copyright"

# The program as the manual and the shells see it, from the folder where it will lie.
run() { "$root/usr/lib/plantain/node" "$root/usr/lib/plantain/main.js" "$@"; }
tool=$(mktemp -d)
trap 'rm -rf "$root" "$tool"' EXIT
sed "s#/usr/lib#$root/usr/lib#g" deploy/debian/plantain >"$tool/plantain"
chmod 0755 "$tool/plantain"
help2man --no-info -s 1 --name "OpenAI's Images API on Gemini's image models" "$tool/plantain" |
    gzip -9n >"$root/usr/share/man/man1/plantain.1.gz"
install -d "$root"/usr/share/{bash-completion/completions,zsh/vendor-completions,fish/vendor_completions.d}
run completion bash >"$root/usr/share/bash-completion/completions/plantain"
run completion zsh >"$root/usr/share/zsh/vendor-completions/_plantain"
run completion fish >"$root/usr/share/fish/vendor_completions.d/plantain.fish"

echo /etc/plantain/plantain.yaml >"$root/DEBIAN/conffiles"
for script in postinst prerm postrm; do install -m 0755 "deploy/debian/$script" "$root/DEBIAN/$script"; done
cat >"$root/DEBIAN/control" <<CONTROL
Package: plantain
Version: $version
Architecture: $arch
Maintainer: Plantain <plantain@localhost>
Section: net
Priority: optional
Installed-Size: $(du -sk "$root" | cut -f1)
Depends: libc6, libstdc++6, libgcc-s1, ca-certificates, procps
Description: OpenAI's Images API on Gemini's image models
 A gateway that lets any program written for OpenAI's Images API draw with
 Google's Gemini image models, with keys, limits, budgets and a ledger of its own.
CONTROL
mkdir -p "$into"
dpkg-deb --root-owner-group -Zzstd --build "$root" "$into/plantain_${version}_${arch}.deb"
