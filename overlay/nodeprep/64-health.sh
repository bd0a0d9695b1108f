
## Health: a card that is configured as wanted may still be no use to a workload

declare -A REPORTER_ERRORS=() # [pci]: names of devlink's reporters that are in state error

# Nothing is called complete while a card of ours is sick. A link below what the card can do costs speed and is only said.
check_health() {
	local i pci sick=() pairs=()
	read_reporters
	for ((i = 1; i <= NICS; i++)); do
		pci=${NIC[$i,pci]}
		if ! is_ours "$i"; then
			remove_label "nic-$i-health"
			continue
		fi
		read_health "$i"
		pairs+=("spectrocloud.com/nic-$i-health=$REPLY")
		case $REPLY in
			unbound) sick+=("$pci: the driver mlx5_core is not bound to it.") ;;
			no-rdma) sick+=("$pci: it has no RDMA device.") ;;
			no-interface) sick+=("$pci: it has no network interface.") ;;
			reporter-error) sick+=("$pci: in state error, says devlink health show: ${REPORTER_ERRORS[$pci]}.") ;;
			narrow-link | slow-link) say_poor_link "$pci" ;;
		esac
	done
	((${#pairs[@]})) || return 0
	if ((${#sick[@]} == 0)) || ! checking; then
		write_labels "${pairs[@]}" || log WARN 'the labels that tell the health of cards cannot be written'
	fi
	((${#sick[@]})) || return 0
	if ! checking && [[ $STATE == complete ]]; then to_state precomplete; fi
	fail_for "$EXIT_HEALTH" card-unhealthy "a card is not healthy: ${sick[*]}"
}

# One word in REPLY, the worst that there is to say; needs no settings.
read_health() {
	local pci=${NIC[$1,pci]} driver='' health=ok
	[[ ! -L $PCI/$pci/driver ]] || driver=$(readlink "$PCI/$pci/driver")
	find_netdev "$pci"
	if [[ ${driver##*/} != mlx5_core ]]; then
		health=unbound
	elif ! has_rdma "$pci"; then
		health=no-rdma
	elif [[ -z $REPLY ]] && ! runs_infiniband "$pci"; then
		health=no-interface
	elif [[ -n ${REPORTER_ERRORS[$pci]:-} ]]; then
		health=reporter-error
	elif link_is_below "$pci" width; then
		health=narrow-link
	elif link_is_below "$pci" speed; then
		health=slow-link
	fi
	REPLY=$health
}

has_rdma() {
	local devices=("$PCI/$1/infiniband"/*)
	((${#devices[@]}))
}

# On InfiniBand a port's interface is that of ib_ipoib, which not every node loads. Leaves REPLY alone.
runs_infiniband() {
	local file REPLY
	for file in "$PCI/$1/infiniband"/*/ports/*/link_layer; do
		read_value "$file"
		[[ $REPLY != InfiniBand ]] || return 0
	done
	return 1
}

# link_is_below ADDRESS width|speed: what the kernel cannot tell ("Unknown", width 0 or 255) is no trouble.
link_is_below() {
	local now
	read_value "$PCI/$1/current_link_$2"
	link_number "$REPLY"
	now=$REPLY
	read_value "$PCI/$1/max_link_$2"
	link_number "$REPLY"
	((now > 0 && now < REPLY))
}

# link_number TEXT: tenths of "32.0 GT/s PCIe", "2.5 GT/s" or "16"; 0 when that is no number.
link_number() {
	local text=${1%% *}
	REPLY=0
	[[ $text =~ ^([1-9][0-9]{0,3})(\.([0-9]))?$ && $text != 255 ]] || return 0
	REPLY=$((BASH_REMATCH[1] * 10 + ${BASH_REMATCH[3]:-0}))
}

say_poor_link() {
	local words=() name
	for name in current_link_width max_link_width current_link_speed max_link_speed; do
		read_value "$PCI/$1/$name"
		words+=("${REPLY:-?}")
	done
	log WARN "$1: its PCI link runs at x${words[0]}, ${words[2]}; the card can do x${words[1]}, ${words[3]}"
}

# All reporters at once, since older programs only take a device with the name of one reporter:
#   pci/0000:05:00.0:
#     reporter fw
#       state healthy error 0 recover 0 auto_dump true
# Those of a port stand below pci/0000:05:00.0/65535. No devlink, or a kernel without reporters, says nothing.
read_reporters() {
	local output line words=() pci='' name='' i
	REPORTER_ERRORS=()
	have devlink || return 0
	output=$(ask devlink health show 2>/dev/null) || return 0
	while IFS= read -r line; do
		read -ra words <<<"$line"
		[[ ${words[0]:-} != pci/* ]] || pci=${words[0]#pci/} pci=${pci%%/*} pci=${pci%:}
		for ((i = 0; i + 1 < ${#words[@]}; i++)); do
			case ${words[i]} in
				reporter | name) name=${words[i + 1]} ;;
				state) [[ ${words[i + 1]} != error ]] || REPORTER_ERRORS[$pci]+="${REPORTER_ERRORS[$pci]:+ }$name" ;;
			esac
		done
	done <<<"$output"
}
