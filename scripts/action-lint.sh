#!/bin/sh
# The GitHub Action's second step: lints, and tells GitHub what came out.
# Variables: CHARTS and ARGS, split at spaces; FAIL_ON; OUTPUT, one a line.
set -eu

report=${RUNNER_TEMP:-/tmp}/helm-stateful.json
rm -f "$report"
set -- --output json="$report" --output github # annotations, and the rest to the step's summary
while IFS= read -r output; do
	[ -z "$output" ] || set -- "$@" --output "$output"
done <<EOF
$OUTPUT
EOF
[ -z "$FAIL_ON" ] || set -- "$@" --fail-on "$FAIL_ON"

set -f # a glob is for helm-stateful's eyes, not the shell's
code=0
# shellcheck disable=SC2086 # they are lists
helm-stateful lint $CHARTS $ARGS "$@" || code=$?

if [ -f "$report" ]; then
	# The summary ends the report, and each of its counts has a line of its own.
	count() { sed -n '/^  "summary": {$/,$s/^    "'"$1"'": \([0-9]*\),*$/\1/p' "$report"; }
	{
		printf 'report=%s\n' "$report"
		printf 'errors=%s\n' "$(count error)"
		printf 'warnings=%s\n' "$(count warning)"
	} >>"$GITHUB_OUTPUT"
fi
exit "$code"
