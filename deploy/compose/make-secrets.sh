#!/bin/sh
# Makes the secrets of compose.team.yaml, each in a file of its own in secrets/ beside it. Those that are there stay.
set -eu
umask 022
folder=$(dirname "$0")/secrets
# Nobody else on this machine gets in; the servers' users, who are not root, read the single files that are mounted.
mkdir -p "$folder"
chmod 700 "$folder"

keep() {
    [ -s "$folder/$1" ] || printf '%s\n' "$2" >"$folder/$1"
}

keep admin_secret "$(openssl rand -hex 24)"
keep bootstrap_key "sk-$(openssl rand -hex 24)"
keep link_secret "$(openssl rand -hex 32)"
keep s3_access_key "$(openssl rand -hex 10)"
keep s3_secret_key "$(openssl rand -hex 24)"
keep postgres_password "$(openssl rand -hex 24)"
keep database_url "postgres://plantain:$(cat "$folder/postgres_password")@postgres:5432/plantain"
echo "$folder has the secrets: bootstrap_key for callers, admin_secret for the console."
