
## Stages: absent -> init -> [inithw] -> config -> precomplete -> complete

readonly ATTEMPTS="$KEPT_FOLDER/attempts"
readonly REBOOT_SCHEDULED="$BOOT_FOLDER/reboot-scheduled"

read_state() {
	label_of "$KEY"
	STATE=$REPLY
}

run_stages() {
	read_state
	log INFO "node $NODE, state ${STATE:-(none)}"
	if [[ -z $STATE ]]; then to_state init; fi
	if reboot_is_owed; then
		log INFO 'the reboot before this stage has not happened yet'
		reboot
	fi
	case $STATE in
		init | inithw) stage_init ;;
		config) stage_config ;;
		precomplete | complete) stage_complete ;;
		*) fail "$EXIT_UNKNOWN_STATE" "unknown state '$STATE' in label $KEY of node $NODE;" \
			"remove the label (kubectl label node $NODE $KEY-) to start over" ;;
	esac
}

stage_init() {
	count_attempt
	[[ $STATE != init ]] || release_control_plane
	prepare_software
	need_hardware_tools
	find_hardware
	label_hardware
	judge_hardware
	flash_firmware
	to_state config
	if reboot_is_needed; then reboot; fi
	count_attempt
	configure_and_go_on
}

stage_config() {
	count_attempt
	need_hardware_tools
	find_hardware
	label_hardware
	judge_hardware
	configure_and_go_on
}

configure_and_go_on() {
	configure_cards
	to_state precomplete
	if reboot_is_needed; then reboot; fi
	log INFO 'nothing was written, so no reboot is needed'
	complete
}

stage_complete() {
	need_hardware_tools
	find_hardware
	label_hardware
	judge_hardware
	complete
}

complete() {
	need_stage_tools
	disable_acs
	if functions_wanted; then set_virtual_functions; fi
	setup_nfs_rdma
	mark_driver_ready
	hold_back
	if control_plane && tainted; then
		remove_taint || fail "$EXIT_CLUSTER" "the taint $TAINT could not be removed from node $NODE"
	fi
	forget "$TAINT_MARK"
	if [[ $STATE != complete ]]; then to_state complete; fi
	forget_reason
	log OK 'complete'
}

need_tools() {
	local tool lacking=()
	for tool in "$@"; do have "$tool" || lacking+=("$tool"); done
	((${#lacking[@]} == 0)) || fail "$EXIT_MISSING_TOOL" "not installed: ${lacking[*]}"
}

need_hardware_tools() { need_tools mst mlxconfig flint; }

need_stage_tools() {
	! on DISABLE_ACS || need_tools setpci
	! functions_wanted || need_tools ip
}

## Attempts: a stage that reboots again and again is left alone

count_attempt() {
	local stage='' count=0
	[[ ! -f $ATTEMPTS ]] || read -r stage count <"$ATTEMPTS"
	if [[ $stage != "$STATE" || ! $count =~ ^[0-9]+$ ]]; then count=0; fi
	((count < ATTEMPT_LIMIT)) ||
		fail "$EXIT_ATTEMPTS" "stage $STATE was started $count times without an end; see this log, then remove $ATTEMPTS"
	keep "$ATTEMPTS" "$STATE $((count + 1))"
}

forget_attempts() { forget "$ATTEMPTS"; }

## Reboot

# The label has been read back before this. The mark makes later starts wait for the reboot instead of going on.
reboot() {
	if checking; then
		would 'reboot (shutdown -r +1)'
		finish_check
	fi
	forget_attempts
	keep "$REBOOT_SCHEDULED" "$STATE"
	schedule_reboot
}

schedule_reboot() {
	act shutdown -r +1 || log ERROR 'shutdown failed; the next start tries again'
	log INFO 'reboot in one minute'
	exit "$EXIT_REBOOT"
}

wait_for_reboot() {
	if [[ ! -e $REBOOT_SCHEDULED ]]; then return 0; fi
	if [[ -e $ROOT/run/systemd/shutdown/scheduled ]]; then
		log INFO 'a reboot is scheduled; nothing is done before it'
		exit "$EXIT_REBOOT"
	fi
	schedule_reboot
}
