#!/bin/sh
# Helm's install and update hook. A plugin folder that comes from git holds no binary: build it, if there is a Go.
set -eu

event=${1:-install}
cd "${HELM_PLUGIN_DIR:?is set by helm plugin install}"

if [ -x bin/helm-stateful ] && [ "$event" = install ]; then
	exit 0 # A checkout that was built, or a folder that came with its binary.
fi
if [ ! -f Makefile ]; then
	if [ -x bin/helm-stateful ]; then
		exit 0 # Updated by whoever put the binary there.
	fi
	echo "helm-stateful: $PWD has neither bin/helm-stateful nor the sources to build it from." >&2
	exit 1
fi
if ! command -v go >/dev/null || ! command -v make >/dev/null; then
	echo "helm-stateful: there is no binary in $PWD/bin, and building it needs Go 1.26 or newer, and make." >&2
	echo "Install them and run:  make -C '$PWD' build" >&2
	echo "or put a helm-stateful binary that was built elsewhere at $PWD/bin/helm-stateful" >&2
	exit 1
fi
echo "helm-stateful: building $PWD/bin/helm-stateful; the first build takes some minutes" >&2
exec make -C "$PWD" build
