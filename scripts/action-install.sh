#!/bin/sh
# The GitHub Action's first step: puts a released helm-stateful on PATH, checked against the release's checksums.
# Variables: VERSION, a release, latest, or path; REPOSITORY, the address of the repository.
set -eu

say() { printf '%s\n' "$*"; }
fail() { printf '::error title=helm-stateful::%s\n' "$*"; exit 1; }

if [ "$VERSION" = path ]; then
	command -v helm-stateful >/dev/null || fail "version is path, and there is no helm-stateful on PATH"
	exit 0
fi
case $RUNNER_OS in
Linux) os=linux ;;
macOS) os=darwin ;;
Windows) os=windows ;;
*) fail "there is no release for $RUNNER_OS" ;;
esac
case $RUNNER_ARCH in
X64) arch=amd64 ;;
ARM64) arch=arm64 ;;
*) fail "there is no release for $RUNNER_ARCH" ;;
esac

version=${VERSION#v}
if [ "$version" = latest ]; then
	# The address of the newest release ends in its tag.
	latest=$(curl -fsSL -o /dev/null -w '%{url_effective}' "$REPOSITORY/releases/latest") || fail "the newest release cannot be found"
	version=${latest##*/v}
fi
archive=helm-stateful_${version}_${os}_${arch}.tgz
dir=$RUNNER_TEMP/helm-stateful-$version
mkdir -p "$dir"
for file in "$archive" checksums.txt; do
	curl -fsSL -o "$dir/$file" "$REPOSITORY/releases/download/v$version/$file" || fail "$file of release $version cannot be fetched"
done
if command -v sha256sum >/dev/null; then
	sum=$(sha256sum "$dir/$archive")
else
	sum=$(shasum -a 256 "$dir/$archive")
fi
grep -qxF "${sum%% *}  $archive" "$dir/checksums.txt" || fail "$archive is not what its release says: the checksums differ"
tar -xzf "$dir/$archive" -C "$dir"
say "$dir/bin" >>"$GITHUB_PATH"
say "installed helm-stateful $version"
