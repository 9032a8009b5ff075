#!/bin/sh
# Signs a plugin's archive as `helm plugin package` does, for an archive of one platform has another name than that makes.
#
#   sign-provenance.sh ARCHIVE PROVENANCE
#
# Helm 4 reads two YAML documents in a clear-signed text: plugin.yaml, and the archive's name with its checksum.
# Variables: GPG_KEY, the key's name (default: gpg's own choice); GPG_PASSPHRASE_FILE, for a key that has one.
set -eu

archive=$1
provenance=$2
if command -v sha256sum >/dev/null; then
	sum=$(sha256sum "$archive")
else
	sum=$(shasum -a 256 "$archive")
fi

metadata=$(tar -tzf "$archive" | grep -E '^([^/]+/)?plugin\.yaml$' | head -n 1)
{
	tar -xzOf "$archive" "$metadata"
	printf '\n...\nfiles:\n  %s: sha256:%s\n' "$(basename "$archive")" "${sum%% *}"
} | gpg --batch --yes --pinentry-mode loopback --digest-algo SHA512 ${GPG_KEY:+--local-user "$GPG_KEY"} \
	${GPG_PASSPHRASE_FILE:+--passphrase-file "$GPG_PASSPHRASE_FILE"} --clearsign --output "$provenance"
