#!/bin/sh
# Before `npm pack`: emits the JavaScript, with what that needs set up first. Standard output stays npm's own.
set -eu
here=$(dirname -- "$(readlink -f -- "$0")")
. "$here/setup.sh"
swarms_setup dev
cd "$here"
rm -rf dist
"$NODE" node_modules/typescript/bin/tsc -p tsconfig.build.json >&2
# The page as browsers get it: types stripped, imports of packages resolved.
"$NODE" --disable-warning=ExperimentalWarning --input-type=module \
  -e 'import { assetsJson } from "./src/api/dashboard/assets.ts"; process.stdout.write(assetsJson())' >dist/ui.json
