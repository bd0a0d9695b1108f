# Read by bash before nodeprep (BASH_ENV): does what the driver does when a value is written into its files. A new address
# of a virtual function makes a node GUID of it; a function that is bound shows its addresses itself; one that isn't, none.
# Refused are another number of functions without 0 between, and addresses on a DPU that manages its own switch.
# $STUB/vf-does-not-stick: what was set is gone after the bind.
# shellcheck shell=bash disable=SC2154 # value and file belong to the function put
set -T
kernel_write() {
	[[ $1 == put && $2 == printf* ]] || return 0
	local devices="$NODEPREP_ROOT/sys/bus/pci/devices"
	# What is refused goes into a file that cannot be.
	if refused; then file=/none/refused; fi
	case $file in
		*/sriov/*/mac)
			printf '%s:ff:fe:%s\n' "${value:0:8}" "${value:9}" >"${file%/*}/node"
			printf '%s\n' "$value" >"${file%/*}/set-mac"
			;;
		*/traffic_class) value="Global tclass=$value" ;;
		*/mlx5_core/unbind) rm -rf "$devices/$value/driver" "$devices/$value/infiniband" "$devices/$value/net" ;;
		*/mlx5_core/bind) show_function "$devices" "$value" ;;
	esac
}
refused() {
	local name value_set now pci=${file#*/devices/}
	pci=${pci%%/*}
	case $file in
		*/sriov_numvfs)
			now=$(<"$file")
			[[ $now != 0 && $value != 0 && $value != "$now" ]]
			;;
		*/sriov/*)
			[[ $(<"$STUB/nv/${pci%.*}.0") == *DPU* ]] || return 1
			while read -r name value_set now; do
				[[ $name != INTERNAL_CPU_OFFLOAD_ENGINE ]] || [[ ${now:-$value_set} != *'(0)' ]] || return 0
			done <"$STUB/nv/${pci%.*}.0"
			return 1
			;;
		*) return 1 ;;
	esac
}
show_function() {
	local uevent folder node port own mac=''
	for uevent in "$1"/*/virtfn*/uevent; do
		[[ $(<"$uevent") == *"PCI_SLOT_NAME=$2"* ]] || continue
		folder="${uevent%/virtfn*}/sriov/${uevent##*/virtfn}"
		folder=${folder%/uevent}
		node=$(<"$folder/node") port=$(<"$folder/port")
		[[ ! -f $folder/set-mac ]] || mac=$(<"$folder/set-mac")
		[[ ! -f $STUB/vf-does-not-stick ]] || node=00:00:00:00:00:00:00:01
		# The first function's are eth9 and mlx5_9, others' have their address behind.
		own=${2#0000:05:10.0}
		own=9${own//[:.]/}
		mkdir -p "$1/$2/infiniband/mlx5_$own/ports/1/gids" "$1/$2/net/eth$own"
		grouped "${node//:/}" >"$1/$2/infiniband/mlx5_$own/node_guid"
		grouped "fe80000000000000${port//:/}" >"$1/$2/infiniband/mlx5_$own/ports/1/gids/0"
		[[ -z $mac ]] || printf '%s\n' "$mac" >"$1/$2/net/eth$own/address"
	done
}
grouped() {
	local digits=$1 text=''
	while [[ -n $digits ]]; do
		text+=${text:+:}${digits:0:4}
		digits=${digits:4}
	done
	printf '%s\n' "$text"
}
trap 'kernel_write "${FUNCNAME:-}" "$BASH_COMMAND"' DEBUG
