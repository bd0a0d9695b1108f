
## Files for mutable hosts, where they last: names from the start of the boot on, and the MTU of whatever brings a rail up

readonly RAIL_RULES=/etc/udev/rules.d/70-nodeprep-rails.rules

# RDMA devices are not in the rules: rdma-core's own rule (60) has renamed them by then, and a rule before it would have to
# know how. This script names them at each start.
keep_rail_files() {
	if immutable; then return 0; fi
	local i v text='' functions=() file name wanted=' '
	if wants RAIL_NAMES; then
		for i in "${ports[@]}"; do
			rail_rule "${NIC[$i,pci]}" "eth_${NIC[$i,rail]}"
			port_functions "$i"
			for v in "${!functions[@]}"; do rail_rule "${functions[v]}" "nic_vf${v}_${NIC[$i,rail]}"; done
			[[ -d $ROOT/etc/netplan && -n ${SETTING[MTU_EW]:-} ]] || continue
			name=eth_${NIC[$i,rail]}
			wanted+="$name "
			keep_netplan "$name" || rail_failure "${NIC[$i,pci]}: the netplan file of $name cannot be written"
		done
	fi
	# A setting that is taken back, or a rail that is no more, takes its file along.
	for file in "$ROOT"/etc/netplan/90-nodeprep-*.yaml; do
		name=${file##*/90-nodeprep-}
		[[ $wanted == *" ${name%.yaml} "* ]] || forget "$file"
	done
	if [[ -z $text ]]; then
		forget "$ROOT$RAIL_RULES"
	else
		keep_config "$RAIL_RULES" "${text%$'\n'}" || rail_failure "$RAIL_RULES cannot be written"
	fi
}

# Appends to the caller's text. An interface that was in use keeps its name over a reboot, too.
rail_rule() { [[ -n ${used[$1]:-} ]] || text+="ACTION==\"add\", SUBSYSTEM==\"net\", KERNELS==\"$1\", DRIVERS==\"mlx5_core\", NAME=\"$2\""$'\n'; }

# Not applied: that would take interfaces down that are up. A rail without a link must not hold up the boot: optional.
keep_netplan() {
	local file="$ROOT/etc/netplan/90-nodeprep-$1.yaml" text old=''
	printf -v text '%s\n' 'network:' '  version: 2' '  ethernets:' "    $1:" '      ignore-carrier: true' \
		'      optional: true' "      mtu: ${SETTING[MTU_EW]}"
	text=${text%$'\n'}
	[[ ! -f $file ]] || old=$(<"$file")
	[[ $old != "$text" ]] || return 0
	if checking; then
		would "write $file"
		return 0
	fi
	keep "$file" "$text" && chmod 600 "$file"
}
