#!/bin/sh
# Prints the version of this tree: plugin.yaml's, and unless the tree is exactly what was tagged so, the commit.
set -eu
cd "$(dirname "$0")/.."

version=$(sed -n 's/^version: *//p' plugin.yaml)
if [ ! -e .git ] || ! commit=$(git rev-parse --short=12 HEAD 2>/dev/null); then
	echo "$version"
	exit
fi
dirty=
if [ -n "$(git status --porcelain --untracked-files=no)" ]; then
	dirty=.dirty
fi
if [ -z "$dirty" ] && [ "$(git describe --tags --exact-match 2>/dev/null || true)" = "v$version" ]; then
	echo "$version"
else
	echo "$version-dev+$commit$dirty"
fi
