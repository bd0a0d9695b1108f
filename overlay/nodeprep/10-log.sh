
## Log and failures

LOG_OPEN=''
QUIET='' # not empty while what is looked at was told already, or will be: only errors are told then

# log LEVEL TEXT...: no colours, so that the file and a serial line read the same.
log() {
	local level=$1 line
	shift
	[[ -z $QUIET || $level == ERROR || $level == FATAL ]] || return 0
	case $MODE in
		status) return ;;
		check)
			[[ -z $JSON ]] || return 0
			printf '%-8s %s\n' "${level,,}" "$*"
			return
			;;
	esac
	printf -v line ' [%s] %(%F %T %Z)T [%d] %s' "$level" -1 $$ "$*"
	# What tools and files say may not move a terminal.
	line=${line//[[:cntrl:]]/ }
	# A supervisor that went away must not end a flash in its middle.
	printf '%s\n' "$line" 2>/dev/null || :
	[[ -z $LOG_OPEN ]] || printf '%s\n' "$line" 2>/dev/null >>"$LOG_FILE" || :
}

# Logs each line of standard input up to the mark: its end may never come, when a program left a child behind that has it.
readonly END_OF_OUTPUT=$'\1end of output\1'
log_lines() {
	local line
	while IFS= read -r line || [[ -n $line ]]; do
		[[ $line != *"$END_OF_OUTPUT" ]] || {
			line=${line%"$END_OF_OUTPUT"}
			[[ -z $line ]] || log OUT "${line//$'\r'/}"
			return 0
		}
		log OUT "${line//$'\r'/}"
	done
}

open_log() {
	if ! mkdir -p "${LOG_FILE%/*}" 2>/dev/null || ! : 2>/dev/null >>"$LOG_FILE"; then
		log WARN "$LOG_FILE cannot be written; logging to standard output only"
		return 0
	fi
	local size
	size=$(stat -c %s "$LOG_FILE")
	((size < LOG_LIMIT)) || rotate_log
	LOG_OPEN=yes
}

rotate_log() {
	local n
	for n in 2 1; do
		[[ ! -e $LOG_FILE.$n ]] || mv -f "$LOG_FILE.$n" "$LOG_FILE.$((n + 1))"
	done
	mv -f "$LOG_FILE" "$LOG_FILE.1"
}

# fail EXIT_CODE TEXT...: the label stays as it is, so the next start tries the same stage again.
fail() {
	local code=$1
	shift
	if checking; then
		missing "$* (a run would end with exit code $code)"
		finish_check
	fi
	[[ $MODE == run ]] || printf '%s\n' "$*" >&2
	log FATAL "$*"
	exit "$code"
}

on_error() {
	local status=$1 line=$2 command=$3
	log FATAL "unexpected failure in line $line, status $status: $command"
	exit "$EXIT_BUG"
}

# Whatever happens, the node doesn't stay cordoned by us, or without the taint we borrowed.
on_exit() {
	local status=$?
	trap - ERR
	set +e
	if [[ $MODE == run ]]; then
		uncordon || log ERROR 'the node is still cordoned; the next start tries again'
		return_taint || log ERROR "the taint $KEY is still missing; the next start tries again"
		write_metrics "$status"
	fi
	exit "$status"
}

set_traps() {
	trap 'on_error $? $LINENO "$BASH_COMMAND"' ERR
	trap on_exit EXIT
	trap 'log WARN "ended by SIGINT"; exit 130' INT
	trap 'log WARN "ended by SIGTERM"; exit 143' TERM
	trap '' PIPE
}
