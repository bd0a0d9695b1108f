
## Settings of single cards: CARD_SETTINGS="05:00 NUMVF=4 LINKTYPE=1; 0001:41:00.1 NUMVF=0; MT_0000000884 ROCECC=0"
# The nearest one counts: of a port, of a card, of a PSID (a card's kind), and what NUMVF_EW and its like say.

CARD_RULES=() # selector and assignments, as written

# Splits CARD_SETTINGS; what is wrong in it is a problem of the file.
read_card_settings() {
	local text=${SETTING[CARD_SETTINGS]:-} number=0 rule words=() word
	CARD_RULES=()
	while [[ -n $text ]]; do
		rule=${text%%;*}
		if [[ $text == *';'* ]]; then text=${text#*;}; else text=''; fi
		read -ra words <<<"$rule"
		((${#words[@]})) || continue
		number=$((number + 1))
		if ! is_card_selector "${words[0]}"; then
			ENVIRONMENT_PROBLEMS+=("CARD_SETTINGS, rule $number begins with neither a PCI address such as 05:00 nor a PSID")
		elif ((${#words[@]} == 1)); then
			ENVIRONMENT_PROBLEMS+=("CARD_SETTINGS, rule $number says nothing of its card")
		fi
		for word in "${words[@]:1}"; do
			if ! [[ $word =~ ^(NUMVF=$VF_COUNT|LINKTYPE=[12]|ROCECC=[01])$ ]]; then
				ENVIRONMENT_PROBLEMS+=("CARD_SETTINGS, rule $number has something else than NUMVF=0…255, LINKTYPE=1 or 2, ROCECC=0 or 1")
			elif [[ ${words[0]} == *.* && $word != NUMVF=* ]]; then
				ENVIRONMENT_PROBLEMS+=("CARD_SETTINGS, rule $number: ${word%%=*} belongs to a card, and this is a port")
			fi
		done
		CARD_RULES+=("${words[*]}")
	done
}

is_card_selector() {
	[[ $1 =~ ^([0-9a-fA-F]{4,8}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}(\.[0-7])?$ || $1 =~ ^[A-Za-z0-9]{2,5}_[A-Za-z0-9_]+$ ]]
}

# selects SELECTOR NIC: how near this port it is, in REPLY: port, card, psid; empty where it means another.
selects() {
	local selector=$1 pci=${NIC[$2,pci]} slot=${NIC[$2,slot]}
	REPLY=''
	if [[ $selector != *:* ]]; then
		[[ ${CARD[$slot,psid]:-} != "$selector" ]] || REPLY=psid
		return 0
	fi
	selector=${selector,,}
	[[ $selector == *:*:* ]] || selector=0000:$selector
	if [[ $selector == "$pci" ]]; then
		REPLY=port
	elif [[ $selector == "$slot" ]]; then
		REPLY=card
	fi
}

# card_setting NIC NUMVF|LINKTYPE|ROCECC: its value for this port.
card_setting() {
	local i=$1 name=$2 rule words=() word
	local -A found=()
	for rule in "${CARD_RULES[@]}"; do
		read -ra words <<<"$rule"
		selects "${words[0]}" "$i"
		[[ -n $REPLY ]] || continue
		for word in "${words[@]:1}"; do
			[[ $word != "$name="* ]] || found[$REPLY]=${word#*=}
		done
	done
	for word in port card psid; do
		[[ -n ${found[$word]:-} ]] || continue
		REPLY=${found[$word]}
		return 0
	done
	case $name in
		ROCECC) ;;
		*) if [[ ${NIC[$i,class]} == DPU ]]; then name+=_NS; else name+=_EW; fi ;;
	esac
	REPLY=${SETTING[$name]}
}

# A name that nothing answers to is a mistake in the file, or a card that is missing: neither is passed over.
judge_selectors() {
	local i name names=() rule found
	IFS=, read -ra names <<<"${SETTING[rails_pciaddr]:-}"
	for name in "${names[@]}"; do
		is_selected "$name" || fail_for "$EXIT_CARDS" rail-missing "rails_pciaddr names $name, where no card is; nothing was changed"
	done
	for rule in "${CARD_RULES[@]}"; do
		name=${rule%% *}
		is_selected "$name" ||
			fail_for "$EXIT_CARDS" settings-match-nothing "CARD_SETTINGS names $name, and no card of this host is that; nothing was changed"
	done
}

is_selected() {
	local i
	for ((i = 1; i <= NICS; i++)); do
		selects "$1" "$i"
		[[ -z $REPLY ]] || return 0
	done
	return 1
}
