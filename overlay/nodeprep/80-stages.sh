
## Stages: absent -> init -> [inithw] -> config -> precomplete -> complete

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
	run_stage
}

run_stage() {
	if [[ ' init inithw config precomplete complete ' == *" $STATE "* ]] && ! has_cards; then
		pass_without_cards
		return 0
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
	inspect_hardware
	flash_firmware
	passed_stage init
	to_state config
	if reboot_is_needed; then reboot; fi
	count_attempt
	configure_and_go_on
}

stage_config() {
	count_attempt
	inspect_hardware
	needs_earlier_stage
	if [[ -n $REPLY ]]; then
		go_back "$REPLY"
	else
		configure_and_go_on
	fi
}

configure_and_go_on() {
	configure_cards
	passed_stage config
	to_state precomplete
	if reboot_is_needed; then reboot; fi
	log INFO 'nothing was written, so no reboot is needed'
	complete
}

stage_complete() {
	inspect_hardware
	needs_earlier_stage
	if [[ -n $REPLY ]]; then
		go_back "$REPLY"
	else
		complete
	fi
}

inspect_hardware() {
	has_cards || return 0
	need_hardware_tools
	find_hardware
	label_hardware
	judge_hardware
}

complete() {
	need_stage_tools
	disable_acs
	trust_before_functions
	if functions_wanted; then set_virtual_functions; fi
	setup_nfs_rdma
	mark_driver_ready
	check_hugepages
	set_rails
	check_health
	hold_back
	release_node
	keep "$COMPLETED" "$NODE"
	log OK 'complete'
}

# Lets workloads on: workers are untainted by the nodeprep controller, which waits for the label.
release_node() {
	if control_plane && tainted; then
		remove_taint || fail "$EXIT_CLUSTER" "the taint $KEY could not be removed from node $NODE"
	fi
	forget "$TAINT_MARK"
	if [[ $STATE != complete ]]; then to_state complete; fi
	forget_reason
}

# A node that was complete and cannot reach its API server gets its functions all the same: a reboot took them, and what
# runs on the node may be what the way to the server needs. Nothing else is done before the server answers.
complete_alone() {
	has_cards || return 0
	log WARN "the API server does not answer (kubectl: ${KUBECTL_SAID:-nothing}); this node was complete, so its functions are made"
	ALONE=yes
	need_hardware_tools
	need_stage_tools
	find_hardware
	judge_hardware
	disable_acs
	trust_before_functions
	if functions_wanted; then set_virtual_functions; fi
	setup_nfs_rdma
	mark_driver_ready
	set_rails
	ALONE=''
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
	need_rail_tools
}

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
