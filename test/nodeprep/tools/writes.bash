# Read by bash before nodeprep (BASH_ENV): notes each value it writes into a file of the kernel in $STUB/writes.
# STUB_KILL_WRITE=N ends nodeprep with SIGKILL before the Nth of them.
# shellcheck shell=bash disable=SC2154 # value and file belong to the function put
set -T
writes=0
note_write() {
	[[ $1 == put && $2 == printf* ]] || return 0
	writes=$((writes + 1))
	((writes != ${STUB_KILL_WRITE:-0})) || kill -9 $$
	printf '%s %s\n' "$value" "${file#*/devices/}" >>"$STUB/writes"
}
trap 'note_write "${FUNCNAME:-}" "$BASH_COMMAND"' DEBUG
