
## Start

usage() {
	cat <<'END'
nodeprep: prepares the NVIDIA network cards of a cluster node

  nodeprep.sh            run the stage this node is in (root)
  nodeprep.sh --check    say what a run would do and what it lacks; changes nothing
  nodeprep.sh --status   one table: node, state, attempts, cards; changes nothing
  nodeprep.sh --check --json, --status --json: the same for programs
  nodeprep.sh --settings the settings as read from the environment file
  nodeprep.sh --redo STAGE     go back to stage init, config or precomplete, and run it now (root)
  nodeprep.sh --reset-cards    reset the cards that wait for it, where mlxfwreset can, then run the stage (root);
                               takes their ports and virtual functions down for that time
  nodeprep.sh --reset-attempts try a stage that failed too often at the next start (root)
  nodeprep.sh --version
  nodeprep.sh --help

Exit codes: 0 done, 1 fault of this script, 2 usage, 10 no environment file, 11 environment file refused,
12 program missing, 13 not root, 20 node not Ready, 21 cluster refused a change, 22 unknown state, 23 too many
attempts, 30 software, 31 firmware, 32 configuration, 33 virtual functions, 34 a card cannot be told, 35 the uplink,
36 a card does not run as wanted yet, 37 a rail is not as wanted, 38 a card is not healthy, 40 reboot scheduled, 41 another run;
--check: 50 work to do, 51 something is missing.
END
}

# On Kairos /opt can keep an older copy of this script over an upgrade; the image's own copy lies outside of it.
hand_over() {
	[[ -z ${NODEPREP_HANDED_OVER:-} && -r $IMAGE_COPY ]] || return 0
	read_version "$IMAGE_COPY"
	compare_versions "$NODEPREP_VERSION" "$REPLY"
	((REPLY < 0)) || return 0
	NODEPREP_HANDED_OVER=yes exec bash "$IMAGE_COPY" "$@"
}

# The version a copy of this script says it has; 0 when it says none.
read_version() {
	local line
	while read -r line; do
		if [[ $line =~ ^readonly\ NODEPREP_VERSION=\'([0-9.]+)\'$ ]]; then
			REPLY=${BASH_REMATCH[1]}
			return
		fi
	done <"$1"
	REPLY=0
}

check_limits() {
	local limit
	for limit in "$LOG_LIMIT" "$NODE_LIMIT" "$CERT_MANAGER_LIMIT" "$FLASH_LIMIT" "$ATTEMPT_LIMIT" \
		"$SILENCE_LIMIT" "$TOOL_LIMIT" "$SOFTWARE_LIMIT"; do
		[[ $limit =~ ^(0|[1-9][0-9]{0,9})$ ]] || {
			printf 'NODEPREP_*_LIMIT must be whole numbers\n' >&2
			exit "$EXIT_USAGE"
		}
	done
}

take_lock() {
	mkdir -p "${LOCK_FILE%/*}"
	exec 9>>"$LOCK_FILE"
	flock -n 9 || {
		if [[ -n $ASKED ]]; then
			log ERROR "$ASKED is refused: another run is at work and holds the lock"
		else
			log INFO 'another run holds the lock; nothing to do'
		fi
		exit "$EXIT_LOCKED"
	}
}

need_root() {
	[[ $EUID == 0 || -n $ROOT ]] || {
		log FATAL 'nodeprep has to run as root'
		exit "$EXIT_NOT_ROOT"
	}
}

run() {
	begin
	run_stages
}

# All that comes before a stage: who runs this, the settings, the lock, the node.
begin() {
	need_root
	find_environment || {
		printf 'FATAL: No nodeprep environment file: neither %s nor %s exists\n' "${ENVIRONMENT_FILES[@]}"
		exit "$EXIT_NO_ENVIRONMENT"
	}
	open_log
	set_traps
	log INFO "nodeprep $NODEPREP_VERSION, environment $ENVIRONMENT_FILE"
	load_environment || {
		local problem
		for problem in "${ENVIRONMENT_PROBLEMS[@]}"; do log ERROR "$ENVIRONMENT_FILE: $problem"; done
		fail "$EXIT_BAD_ENVIRONMENT" 'the environment file is not accepted; nothing was done'
	}
	take_lock
	[[ -z $ASKED || ! -e $REBOOT_SCHEDULED ]] || refuse_before_reboot
	wait_for_reboot
	need_tools hostname timeout
	have_kubectl || fail "$EXIT_MISSING_TOOL" "not installed: kubectl"
	ensure_boot_hook
	wait_for_node
	recall_cordon
}

main() {
	# A bare tree gets exactly the programs it was given.
	[[ -n $ROOT ]] || PATH="$PATH:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
	check_limits
	if [[ $# == 2 && $2 == --json && ($1 == --check || $1 == --status) ]]; then
		JSON=yes
	elif (($# > 1)) && [[ $# != 2 || $1 != --redo ]]; then
		set -- --help=wrong
	fi
	case ${1:-} in
		'')
			hand_over
			run
			;;
		--check)
			MODE=check
			hand_over "$@"
			check
			;;
		--status)
			MODE=status
			hand_over "$@"
			if [[ -n $JSON ]]; then status_json; else status; fi
			;;
		--settings)
			MODE=status
			hand_over "$@"
			settings
			;;
		--redo)
			is_stage_to_redo "${2:-}" || {
				printf -- '--redo takes one of these stages: %s\n' "${STAGES_TO_REDO// /, }" >&2
				exit "$EXIT_USAGE"
			}
			hand_over "$@"
			redo "$2"
			;;
		--reset-cards)
			hand_over "$@"
			reset_cards
			;;
		--reset-attempts)
			hand_over "$@"
			reset_attempts
			;;
		--version) printf 'nodeprep %s\n' "$NODEPREP_VERSION" ;;
		--help | -h) usage ;;
		*)
			usage >&2
			exit "$EXIT_USAGE"
			;;
	esac
}

if [[ ${BASH_SOURCE[0]} == "$0" ]]; then
	main "$@"
fi
