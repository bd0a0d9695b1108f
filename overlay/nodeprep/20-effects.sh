
## Effects: everything done to the machine or the cluster goes through one of these
# Functions that compute a value leave it in REPLY: no subshell, so a failure in them ends the script.

WORK=0
MISSING=0

checking() { [[ $MODE == check ]]; }

# What a run would do; only said in check mode.
would() {
	WORK=$((WORK + 1))
	printf '%-8s %s\n' would "$*"
}

missing() {
	MISSING=$((MISSING + 1))
	printf '%-8s %s\n' missing "$*"
}

have() { command -v "$1" >/dev/null 2>&1; }

# Runs a program that only reads. The lock stays with this script, or a child that lives on would hold it.
ask() { "$@" 9>&- </dev/null; }

# Runs a program that changes something; its output goes to the log. Returns its status.
act() {
	[[ $MODE != status ]] || return 0
	if checking; then
		would "run: $*"
		return 0
	fi
	local status=0
	"$@" 9>&- </dev/null 2>&1 | log_lines || status=${PIPESTATUS[0]}
	return "$status"
}

# Writes one value into a kernel file. Returns non-zero when the kernel refuses it.
put() {
	local file=$1 value=$2
	if checking; then
		would "write $value to $file"
		return 0
	fi
	[[ -f $file ]] || return 1
	{ printf '%s' "$value" >"$file"; } 2>/dev/null
}

# Replaces a file of ours in one step, with its folder.
keep() {
	local file=$1 text=$2
	if checking; then return 0; fi
	[[ -d ${file%/*} ]] || mkdir -p "${file%/*}"
	printf '%s\n' "$text" >"$file.new"
	mv -f "$file.new" "$file"
}

forget() {
	if checking || [[ ! -e $1 ]]; then return 0; fi
	rm -f "$1"
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
		ask sleep "$step"
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
		ask sleep "$every"
		waited=$((waited + every))
	done
}
