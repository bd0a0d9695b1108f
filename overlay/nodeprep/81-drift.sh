
## Drift: a node that went through its stages with other wishes goes back to the one that it needs, once

# What the stages were passed with: of init, then of config.
readonly PREPARED_FOR="$KEPT_FOLDER/prepared-for"

# Leaves it in REPLY, as one word: the environment file, the bundle, and the version that reads them. Neither the boot nor a
# time is part of it: a bundle that is put in place anew at each boot must not let a card that takes no firmware be flashed at each.
wishes() {
	local sum size
	sum=$(ask sha256sum "$ENVIRONMENT_FILE") || sum=''
	size=$(ask stat -L -c %s "$FIRMWARE_FOLDER/bfb/${SETTING[BFB]}" 2>/dev/null) || size=none
	REPLY="$NODEPREP_VERSION/${sum:0:16}/$size"
}

# Leaves them in the caller's init_for and config_for; a dash where nobody noted it.
recall_wishes() {
	init_for=- config_for=-
	! marked "$PREPARED_FOR" || read -r init_for config_for <"$REPLY"
	: "${config_for:=-}"
}

# passed_stage init|config
passed_stage() {
	local init_for config_for
	recall_wishes
	wishes
	[[ $1 != init ]] || init_for=$REPLY
	[[ $1 != config ]] || config_for=$REPLY
	keep "$PREPARED_FOR" "$init_for $config_for"
}

# Leaves in REPLY the earlier stage that the cards need by what is wished now; empty where they need none. What is needed
# still after that stage was passed with the same wishes is no matter of stages: hold_back names it. So a wish costs one pass.
needs_earlier_stage() {
	local init_for config_for now cause=''
	recall_wishes
	wishes
	now=$REPLY
	REPLY=''
	if ! is_new_wish "$init_for" && ! is_new_wish "$config_for"; then return 0; fi
	find_needed_stage
	if [[ -z $REPLY ]]; then
		[[ $STATE == config ]] || keep "$PREPARED_FOR" "$now $now"
	elif can_be_noted; then
		log INFO "$cause; back to stage $REPLY"
	else
		log WARN "$cause; $PREPARED_FOR cannot be written, so only nodeprep.sh --redo $REPLY goes back to that stage"
		REPLY=''
	fi
}

# An old note that cannot be replaced would send the node back at each boot. A complete one is sent back once all the same,
# since it comes to `complete` again only when its cards want nothing.
can_be_noted() {
	[[ $STATE == complete ]] || checking || write_mark "$PREPARED_FOR" "$init_for $config_for"
}

go_back() {
	to_state "$1"
	run_stage
}

# A stage that nobody noted was passed by another version, or the partition was full: only `complete` says too much then,
# and that it is never reached while a card wants something ends it.
is_new_wish() { [[ $1 != "$now" ]] && [[ $1 != - || $STATE == complete ]]; }

# Leaves it in REPLY, and the reason in the caller's cause.
find_needed_stage() {
	local i stage='' wanted=() different=()
	for ((i = 1; i <= NICS; i++)); do
		if [[ -z ${NIC[$i,first]} ]] || ! is_ours "$i"; then continue; fi
		if is_new_wish "$init_for" && firmware_is_old "$i" && bundle_can_be_had; then
			cause="${NIC[$i,pci]} has firmware ${NIC[$i,fw]}, ${SETTING[BFB_FW]} is wanted"
			stage=init
			break
		fi
		if [[ $STATE == config || -n $stage ]] || ! is_new_wish "$config_for"; then continue; fi
		missing_parameters "$i"
		((${#different[@]})) || continue
		cause="${NIC[$i,pci]} is not configured: ${different[*]}"
		stage=config
	done
	REPLY=$stage
}

# A mutable host fetches it in its first stage.
bundle_can_be_had() { ! immutable || [[ -s $FIRMWARE_FOLDER/bfb/${SETTING[BFB]} ]]; }
