#!/usr/bin/env bash
# Does what the README and the pages of docs/ say, word for word, in a fresh clone. What is not run, and why, is listed in
# test/docs/commands/not-run.ts. Arguments: pages, such as README.md, to follow those alone.
set -euo pipefail

cd "$(dirname "$0")/.."
exec node_modules/.bin/node test/docs/commands/follow-pages.ts "$@"
