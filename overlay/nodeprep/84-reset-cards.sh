
## --reset-cards: loads what waits in cards, by mlxfwreset where that is enough. It takes their ports down.

reset_cards() {
	local i reset todo=()
	ASKED=--reset-cards
	begin
	read_state
	refuse_before_reboot
	inspect_hardware
	for ((i = 1; i <= NICS; i++)); do
		if [[ -z ${NIC[$i,first]} ]] || ! is_ours "$i" || ! waits_for_reset "$i"; then continue; fi
		read_reset "${NIC[$i,pci]}"
		if [[ $REPLY == mlxfwreset-* ]]; then
			todo+=("$i ${REPLY#*-}")
		else
			reset_in_words "$REPLY" "${NIC[$i,pci]}"
			log WARN "${NIC[$i,pci]}: left as it is; it needs $REPLY"
		fi
	done
	if ((${#todo[@]})); then
		cordon
		for reset in "${todo[@]}"; do reset_card "${reset% *}" "${reset#* }"; done
	else
		log INFO 'no card waits for a reset that mlxfwreset can do'
	fi
	# The stage tells the rest: what the cards have now, and what is still missing. The node stays cordoned until their
	# functions are made.
	run_stages
}

# Does something wait in it that a reset would load?
waits_for_reset() {
	local wanted=()
	[[ -z ${NIC[$1,fw]} || ${NIC[$1,fw]} == "${NIC[$1,running]}" ]] || return 0
	wanted_parameters "$1"
	late_parameters "${NIC[$1,slot]}" "${wanted[@]}"
	[[ -n $REPLY ]]
}

# reset_card NIC LEVEL. Who uses a virtual function cannot be seen from here (another driver, another network namespace);
# they go before the reset and are made anew by the stage.
reset_card() {
	local pci=${NIC[$1,pci]} slot=${NIC[$1,slot]} level=$2 i file
	for ((i = 1; i <= NICS; i++)); do
		file="$PCI/${NIC[$i,pci]}/sriov_numvfs"
		[[ ${NIC[$i,slot]} == "$slot" ]] || continue
		read_value "$file"
		[[ ${REPLY:-0} != 0 ]] || continue
		log WARN "${NIC[$i,pci]}: its $REPLY virtual functions are removed, and made anew after the reset"
		if ! put "$file" 0; then
			log ERROR "${NIC[$i,pci]}: its virtual functions cannot be removed; the card is not reset"
			return 0
		fi
	done
	log INFO "$pci: reset of level $level"
	if change_card "$pci" mlxfwreset -d "$pci" -l "$level" -y reset; then
		log OK "$pci: was reset"
	else
		log ERROR "$pci: mlxfwreset failed; see the lines above"
	fi
}
