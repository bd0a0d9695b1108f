
## Configuration of the cards (mlxconfig)

configure_cards() {
	local i
	for ((i = 1; i <= NICS; i++)); do
		[[ -n ${NIC[$i,first]} && -z ${NIC[$i,guard]} ]] || continue
		warn_old_firmware "$i"
		case ${NIC[$i,class]} in
			Unknown) ;;
			DPU)
				if on CONTROLDPU; then
					configure_card "$i"
				else
					log INFO "${NIC[$i,pci]}: configuring DPUs is not allowed by policy (CONTROLDPU)"
				fi
				;;
			*) configure_card "$i" ;;
		esac
	done
}

# A flash that only a power cycle makes effective shows here, after the reboot.
warn_old_firmware() {
	local fw=${NIC[$1,running]} newest=${SETTING[BFB_FW]}
	[[ ${NIC[$1,class]} == SuperNIC || ${NIC[$1,class]} == DPU ]] || return 0
	[[ ${fw%%.*} == "${newest%%.*}" ]] || return 0
	compare_versions "$fw" "$newest"
	((REPLY >= 0)) || log WARN "${NIC[$1,pci]}: firmware is still $fw, not $newest; it may need a cold power cycle"
}

# Sets what differs in one call, and believes it when read back.
configure_card() {
	local slot=${NIC[$1,slot]} pci=${NIC[$1,pci]} wanted=() different=()
	wanted_parameters "$1"
	different_parameters "$slot" "${wanted[@]}"
	if ((${#different[@]} == 0)); then
		log OK "$pci: configured as wanted, nothing to write"
		late_parameters "$slot" "${wanted[@]}"
		[[ -z $REPLY ]] || need_reboot "configuration of $slot"
		return 0
	fi
	log INFO "$pci: setting ${different[*]}"
	need_reboot "configuration of $slot"
	change_card "$pci" mlxconfig -d "$pci" -y set "${different[@]}" || fail "$EXIT_CONFIGURATION" "$pci: mlxconfig set failed"
	if checking; then return 0; fi
	forget_parameters "$slot"
	read_parameters "$slot" || fail "$EXIT_CONFIGURATION" "$pci: its configuration cannot be read back"
	different_parameters "$slot" "${wanted[@]}"
	((${#different[@]} == 0)) || fail "$EXIT_CONFIGURATION" "$pci: the card did not take ${different[*]}"
	log OK "$pci: configured"
}

# Leaves in the caller's wanted: NAME=VALUE for all that this card should have.
wanted_parameters() {
	local class=${NIC[$1,class]} slot=${NIC[$1,slot]} link vfs roce port
	card_setting "$1" LINKTYPE && link=$REPLY
	card_setting "$1" ROCECC && roce=$REPLY
	most_functions "$slot" && vfs=$REPLY
	wanted=()
	for port in P1 P2; do
		[[ $port == P1 ]] || knows_parameter "$slot" LINK_TYPE_P2 || break
		wanted+=("LINK_TYPE_$port=$link")
		((link == 1)) || wanted+=("ROCE_RTT_RESP_DSCP_$port=48" "ROCE_RTT_RESP_DSCP_MODE_$port=1")
	done
	# RoCE is Ethernet; InfiniBand firmware refuses these, and with them all others of the same call.
	((link == 1)) || wanted+=("ROCE_ADAPTIVE_ROUTING_EN=$roce" ROCE_CC_STEERING_EXT=2)
	wanted+=("USER_PROGRAMMABLE_CC=$roce" TX_SCHEDULER_LOCALITY_MODE=2)
	[[ $class != SuperNIC ]] || wanted+=(MULTIPATH_DSCP=0)
	# Never 0 in firmware, so that the number can be raised later without a flash of the configuration.
	wanted+=(ADVANCED_PCI_SETTINGS=1 SRIOV_EN=1 "NUM_OF_VFS=$((vfs > 1 ? vfs : 1))")
	[[ $class != DPU ]] || wanted+=("INTERNAL_CPU_OFFLOAD_ENGINE=${SETTING[DPUOFFLOAD]}")
}

# Firmware has one number for all ports of a card.
most_functions() {
	local i most=0
	for ((i = 1; i <= NICS; i++)); do
		[[ ${NIC[$i,slot]} == "$1" ]] || continue
		card_setting "$i" NUMVF
		((REPLY <= most)) || most=$REPLY
	done
	REPLY=$most
}

# different_parameters SLOT NAME=VALUE...: leaves in the caller's different those the card knows and has otherwise.
different_parameters() {
	local slot=$1 pair name
	shift
	different=()
	for pair in "$@"; do
		name=${pair%%=*}
		if ! knows_parameter "$slot" "$name"; then
			log INFO "$slot: does not know $name, left out"
		elif [[ ${NV[$slot,$name]} == "${pair#*=}" ]]; then
			continue
		elif [[ -n ${NV_LOCKED[$slot,$name]:-} ]]; then
			log WARN "$slot: $name is read-only at ${NV[$slot,$name]}, wanted ${pair#*=}"
		else
			different+=("$pair")
		fi
	done
}

# Keeps what the card doesn't know, so it isn't asked for that again.
forget_parameters() {
	local key
	for key in "${!NV[@]}"; do
		[[ $key != "$1,"* || -z ${NV[$key]} ]] || unset "NV[$key]"
	done
}
