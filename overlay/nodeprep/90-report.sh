
## Reports: --check, --status and --settings change nothing

# Runs the stages with each effect said instead of done.
check() {
	local tool
	have_kubectl || missing 'program kubectl'
	for tool in hostname flock; do have "$tool" || missing "program $tool"; done
	# A mutable host gets these with DOCA in its first stage.
	if immutable && has_cards; then
		for tool in mst mlxconfig flint; do have "$tool" || missing "program $tool"; done
	fi
	if ! find_environment; then
		missing "environment file ${ENVIRONMENT_FILES[0]} or ${ENVIRONMENT_FILES[1]}"
	elif ! load_environment; then
		local problem
		for problem in "${ENVIRONMENT_PROBLEMS[@]}"; do missing "$ENVIRONMENT_FILE: $problem"; done
	fi
	if ! joined; then
		missing "${KUBELET_CONFS[0]}, or that of k3s or rke2 (has this host joined a cluster?)"
	elif have_kubectl && ! node_is_ready; then
		missing "node ${NODE:-$(ask hostname)} in the cluster, Ready"
	fi
	((MISSING == 0)) || finish_check
	if [[ -e $REBOOT_SCHEDULED ]]; then
		log INFO 'a reboot is pending; nothing is done before it'
		finish_check
	fi
	ensure_boot_hook
	run_stages
	finish_check
}

finish_check() {
	local code=0
	((WORK == 0)) || code=$EXIT_CHECK_WORK
	((MISSING == 0)) || code=$EXIT_CHECK_MISSING
	if [[ -n $JSON ]]; then
		check_json "$code"
	else
		printf '%s missing, %s to do; nothing was changed\n' "$MISSING" "$WORK"
	fi
	exit "$code"
}

status() {
	local kind=mutable stage='' count=0 reboot=no state='unknown (no kubectl)' file=none
	! immutable || kind=immutable
	! find_environment || file=$ENVIRONMENT_FILE
	! marked "$ATTEMPTS" || read -r stage count _ <"$REPLY"
	[[ ! -e $REBOOT_SCHEDULED ]] || reboot=scheduled
	if have_kubectl; then
		state='unknown (node not found)'
		if find_node; then
			read_state
			state=${STATE:-(none)}
			! fact unschedulable || state+=', cordoned'
			! tainted || state+=', tainted'
		fi
	fi
	status_row nodeprep "$NODEPREP_VERSION, $kind host"
	status_row node "${NODE:-unknown}"
	status_row state "$state"
	status_row attempts "${count} of $ATTEMPT_LIMIT${stage:+ ($stage)}"
	status_row reboot "$reboot"
	status_row environment "$file"
	status_row log "$LOG_FILE"
	status_cards
}

# The settings as they were read. Only those of the table above are ever printed, and no password is among them.
settings() {
	find_environment || {
		printf 'no environment file: neither %s nor %s exists\n' "${ENVIRONMENT_FILES[@]}"
		exit "$EXIT_NO_ENVIRONMENT"
	}
	load_environment >/dev/null || {
		printf '%s\n' "${ENVIRONMENT_PROBLEMS[@]/#/$ENVIRONMENT_FILE: }"
		exit "$EXIT_BAD_ENVIRONMENT"
	}
	local row name
	for row in "${SETTINGS[@]}"; do
		read -r _ name _ <<<"$row"
		[[ -z ${SETTING[$name]+set} ]] || printf '%s=%s\n' "$name" "${SETTING[$name]}"
	done
}

status_row() { printf '%-12s %s\n' "$@"; }

status_cards() {
	has_cards || {
		status_row cards 0
		return 0
	}
	if ! have mst || ! have mlxconfig || ! have flint; then
		status_row cards 'unknown (mst, mlxconfig or flint is not installed)'
		return 0
	fi
	find_hardware >/dev/null
	status_row cards "$NICS"
	local i total fw guard
	for ((i = 1; i <= NICS; i++)); do
		read_value "$PCI/${NIC[$i,pci]}/sriov_totalvfs"
		total=${REPLY:-?}
		read_value "$PCI/${NIC[$i,pci]}/sriov_numvfs"
		fw=${NIC[$i,running]:-?} guard=''
		# Only what needs no settings: which cards are rails is not known here.
		[[ ${NIC[$i,guard]} != uplink ]] || guard=', uplink'
		[[ ${NIC[$i,running]} == "${NIC[$i,fw]}" ]] || guard+=", firmware ${NIC[$i,fw]:-?} after a reset"
		printf '%-3s %-13s %-9s %-12s %-16s %-5s %-8s VFs %s/%s%s\n' "$i" "${NIC[$i,pci]}" "${NIC[$i,class]}" \
			"$fw" "${NIC[$i,net]:--}" "${NIC[$i,width]:-?}" "${NIC[$i,speed]:-?}" "${REPLY:-?}" "$total" "$guard"
	done
}
