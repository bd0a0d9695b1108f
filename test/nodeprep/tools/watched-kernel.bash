# Read by bash before nodeprep (BASH_ENV): notes each value as writes.bash does, then does what the driver does with it.
# shellcheck shell=bash source=/dev/null
. "${BASH_SOURCE[0]%/*}/writes.bash"
. "${BASH_SOURCE[0]%/*}/kernel.bash"
trap 'note_write "${FUNCNAME:-}" "$BASH_COMMAND"; kernel_write "${FUNCNAME:-}" "$BASH_COMMAND"' DEBUG
