
## Effects: everything done to the machine or the cluster goes through one of these
# Functions that compute a value leave it in REPLY: no subshell, so a failure in them ends the script.

WORK=0
MISSING=0

checking() { [[ $MODE == check ]]; }

# What a run would do; only said in check mode.
would() {
	WORK=$((WORK + 1))
	PLANNED+=("$*")
	[[ -n $JSON ]] || printf '%-8s %s\n' would "$*"
}

missing() {
	MISSING=$((MISSING + 1))
	LACKING+=("$*")
	[[ -n $JSON ]] || printf '%-8s %s\n' missing "$*"
}

have() { command -v "$1" >/dev/null 2>&1; }

# limited COMMAND...: a sick card lets its tools hang for ever. Every program gets so many seconds, then SIGTERM and, ten
# seconds later, SIGKILL, with all its children. Status 124 or 137 when that happened.
limited() {
	local limit=$TOOL_LIMIT
	case $1 in
		apt-get | apt-mark | dpkg | update-grub | wget | sha256sum) limit=$SOFTWARE_LIMIT ;;
	esac
	timeout --kill-after=10 "$limit" "$@"
}

# Runs a program that only reads. The lock stays with this script, or a child that lives on would hold it.
ask() { limited "$@" 9>&- </dev/null; }

# ask_again COMMAND...: its output in REPLY. A tool that fails while a card resets or mst starts is asked again, later
# and later; one that hung is not, since each try may take TOOL_LIMIT.
ask_again() {
	local delay status
	for delay in 2 5 15 0; do
		status=0
		REPLY=$(ask "$@" 2>/dev/null) || status=$?
		((status)) || return 0
		if ((delay == 0 || status == 124 || status == 137)) || [[ $MODE == status ]]; then break; fi
		log WARN "$* failed (status $status); again in $delay s"
		nap "$delay"
	done
	return "$status"
}

nap() { sleep "$1" 9>&-; }

# Runs a program that changes something; its output goes to the log. Returns its status.
act() {
	[[ $MODE != status ]] || return 0
	if checking; then
		would "run: $*"
		return 0
	fi
	local status=0
	with_mark limited "$@" 9>&- </dev/null 2>&1 | log_lines || status=${PIPESTATUS[0]}
	((status != 124 && status != 137)) || log ERROR "$1 did not end in time and was killed"
	return "$status"
}

# Says in the output that it ended; returns its status.
with_mark() {
	local status=0
	"$@" || status=$?
	printf '%s\n' "$END_OF_OUTPUT" 2>/dev/null || :
	return "$status"
}

# change_card ADDRESS COMMAND...: as act, for a program that changes this PCI function or its card.
change_card() {
	may_change "$1" || return 1
	shift
	act "$@"
}

# Writes one value into a kernel file. Returns non-zero when the kernel refuses it. The card it belongs to is told by
# the file, or by the value where that is an address (bind and unbind).
put() {
	local file=$1 value=$2 address=$2
	if [[ $file == "$PCI"/* ]]; then
		address=${file#"$PCI"/}
		address=${address%%/*}
	fi
	may_change "$address" || return 1
	if checking; then
		would "write $value to $file"
		return 0
	fi
	[[ -f $file ]] || return 1
	{ printf '%s' "$value" >"$file"; } 2>/dev/null
}

# Replaces a file of ours in one step, with its folder. A full or read-only partition must not stop a node whose cards are
# as wanted: there the mark lies in /run, until the reboot.
keep() {
	local file=$1 text=$2
	if checking; then return 0; fi
	if write_mark "$file" "$text"; then
		[[ $file != "$KEPT_FOLDER"/* ]] || rm -f "$BOOT_FOLDER/kept-${file##*/}"
		return 0
	fi
	[[ $file == "$KEPT_FOLDER"/* ]] || return 1
	log WARN "$file cannot be written; it is kept in $BOOT_FOLDER, and lost by a reboot"
	write_mark "$BOOT_FOLDER/kept-${file##*/}" "$text"
}

# On the disk before it has its name: after a power cut it is the old or the new one.
write_mark() {
	{
		mkdir -p "${1%/*}" && printf '%s\n' "$2" >"$1.new" || return 1
		[[ $1 != "$KEPT_FOLDER"/* ]] || ask sync "$1.new" || return 1
		mv -f "$1.new" "$1"
	} 2>/dev/null
}

# marked FILE: whether it was kept, there or in /run; REPLY is where.
marked() {
	REPLY="$BOOT_FOLDER/kept-${1##*/}"
	[[ ! -f $REPLY ]] || return 0
	REPLY=$1
	[[ -f $1 ]]
}

forget() {
	if checking; then return 0; fi
	[[ $1 != "$KEPT_FOLDER"/* ]] || rm -f "$BOOT_FOLDER/kept-${1##*/}"
	[[ -e $1 ]] || return 0
	rm -f "$1" 2>/dev/null || log WARN "$1 cannot be removed"
}

# read_value FILE: the first line without surrounding blanks; empty when it cannot be read.
read_value() {
	REPLY=''
	[[ -f $1 ]] || return 0
	{ IFS=$' \t' read -r REPLY <"$1"; } 2>/dev/null || :
}

# pause SECONDS, with a sign of life each minute when it is long.
pause() {
	local left=$1 step
	while ((left > 0)); do
		step=$((left > 60 ? 60 : left))
		nap "$step"
		left=$((left - step))
		((left == 0)) || log INFO "$left s to go"
	done
}

# wait_until LIMIT EVERY WHAT COMMAND...: status 1 when COMMAND did not succeed within LIMIT seconds.
wait_until() {
	local limit=$1 every=$2 what=$3 waited=0
	shift 3
	until "$@"; do
		((waited < limit)) || return 1
		((waited % 60)) || log INFO "waiting for $what ($waited of at most $limit s)"
		nap "$every"
		waited=$((waited + every))
	done
}
