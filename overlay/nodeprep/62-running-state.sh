
## Running state: what is in flash and what is set for the next boot counts when it is in force

# late_parameters SLOT NAME=VALUE...: REPLY names those that the card has for its next boot, but not in force.
late_parameters() {
	local slot=$1 pair name late=()
	shift
	for pair in "$@"; do
		name=${pair%%=*}
		[[ -n ${NV[$slot,$name]:-} && -n ${NV_NOW[$slot,$name]:-} ]] || continue
		[[ ${NV[$slot,$name]} == "${NV_NOW[$slot,$name]}" ]] || late+=("$name")
	done
	REPLY=${late[*]}
}

# Nothing is called complete before each card runs what is wanted of it. A label that says otherwise is taken back.
hold_back() {
	local i text waiting=() pairs=()
	for ((i = 1; i <= NICS; i++)); do
		[[ -n ${NIC[$i,first]} ]] || continue
		text=''
		if is_ours "$i"; then
			what_is_missing "$i"
			text=$REPLY
		fi
		if [[ -z $text ]]; then
			remove_label "nic-$i-reset"
			continue
		fi
		read_reset "${NIC[$i,pci]}"
		pairs+=("spectrocloud.com/nic-$i-reset=$REPLY")
		reset_in_words "$REPLY" "${NIC[$i,pci]}"
		waiting+=("${NIC[$i,pci]}: $text; it needs $REPLY.")
	done
	((${#waiting[@]})) || return 0
	if ! checking; then
		write_labels "${pairs[@]}" || log WARN 'the labels that name the resets cannot be written'
		if [[ $STATE == complete ]]; then to_state precomplete; fi
	fi
	fail_for "$EXIT_PENDING" reset-pending "${waiting[*]}"
}

is_ours() { [[ -z ${NIC[$1,guard]} ]] && { [[ ${NIC[$1,class]} != DPU ]] || on CONTROLDPU; }; }

# REPLY says what keeps this card from running as wanted; empty when nothing does.
what_is_missing() {
	local i=$1 slot=${NIC[$1,slot]} fw=${NIC[$1,fw]} running=${NIC[$1,running]} why=()
	local wanted=() different=()
	if [[ -z $fw || -z $running ]]; then
		why+=('its firmware version cannot be read')
	elif [[ $fw != "$running" ]]; then
		why+=("firmware $running runs, $fw is in flash")
	elif firmware_is_old "$i"; then
		why+=("firmware $fw runs, ${SETTING[BFB_FW]} is wanted (try nodeprep.sh --redo init)")
	fi
	missing_parameters "$i"
	((${#different[@]} == 0)) || why+=("not configured: ${different[*]} (try nodeprep.sh --redo config)")
	late_parameters "$slot" "${wanted[@]}"
	[[ -z $REPLY ]] || why+=("not in force yet: $REPLY")
	printf -v REPLY '%s, ' "${why[@]}"
	REPLY=${REPLY%, }
}

# Is what this card has in flash older than what the bundle brings?
firmware_is_old() {
	local fw=${NIC[$1,fw]} newest=${SETTING[BFB_FW]}
	[[ ${NIC[$1,class]} != ConnectX && -n $fw && ${fw%%.*} == "${newest%%.*}" ]] || return 1
	compare_versions "$fw" "$newest"
	((REPLY < 0))
}

# Leaves in the caller's wanted and different what a configuration would write. More functions than are wanted do no harm.
missing_parameters() {
	local pair slot=${NIC[$1,slot]} QUIET=yes
	wanted_parameters "$1"
	different_parameters "$slot" "${wanted[@]}"
	for pair in "${!different[@]}"; do
		[[ ${different[pair]} != NUM_OF_VFS=* ]] || ((NV[$slot,NUM_OF_VFS] < ${different[pair]#*=})) || unset "different[pair]"
	done
}

# The least that loads what waits, as mlxfwreset says ("3: Driver restart and PCI reset   -Supported (default)"):
# REPLY is mlxfwreset-3, reboot or power-cycle. Types and ways of a reset, counted from 0 as well, stand below its levels.
# Level 1 only restarts the Arm side.
read_reset() {
	local output line level=''
	REPLY=power-cycle
	have mlxfwreset || return 0
	output=$(ask mlxfwreset -d "$1" q 2>/dev/null) || return 0
	while IFS= read -r line; do
		[[ $line != Reset-types* && $line != Reset-sync* ]] || break
		[[ $line =~ ^([0345]):.*-Supported ]] || continue
		[[ -n $level && $line != *'(default)'* ]] || level=${BASH_REMATCH[1]}
	done <<<"$output"
	case $level in
		[03]) REPLY=mlxfwreset-$level ;;
		4) REPLY=reboot ;;
	esac
}

reset_in_words() {
	case $1 in
		mlxfwreset-*)
			REPLY="nodeprep.sh --reset-cards, or mlxfwreset -d $2 -l ${1#*-} -y reset"
			REPLY="a reset of the card ($REPLY) or a power cycle of the host"
			;;
		reboot) REPLY='a reboot or, if that was not enough, a power cycle of the host' ;;
		*) REPLY='a power cycle of the host' ;;
	esac
}
