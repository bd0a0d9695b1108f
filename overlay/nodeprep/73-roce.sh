
## Lossless RoCE: the host's side of it, on each rail; the switches have to be set up for the same

# RoCE is sent with DSCP 24 (traffic class 96), which the cards map to priority 3; congestion is told with DSCP 48.
readonly ROCE_PFC='0,0,0,1,0,0,0,0'
readonly ROCE_TRAFFIC_CLASS=96
readonly ROCE_CONGESTION_DSCP=48

set_lossless_roce() {
	wants LOSSLESS_ROCE || return 0
	local i address devices functions=()
	for i in "${ports[@]}"; do
		set_flow_control "$i"
		set_congestion_control "$i"
		devices=0
		port_functions "$i"
		for address in "${functions[@]}"; do set_traffic_class "$address"; done
		# RDMA is done by the functions where there are some.
		((devices)) || set_traffic_class "${NIC[$i,pci]}"
	done
}

# "Priority trust state: dscp", and below "PFC configuration:" a row "enabled 0 0 0 1 0 0 0 0". REPLY: dscp 0,0,0,1,0,0,0,0
read_flow_control() {
	local output line trust='' pfc='' words=()
	output=$(ask mlnx_qos -i "$1" 2>/dev/null) || return 1
	while IFS= read -r line; do
		read -ra words <<<"$line"
		case "${words[*]}" in
			'Priority trust state: '*) trust=${words[3]} ;;
			'enabled '*)
				pfc=${words[*]:1}
				pfc=${pfc// /,}
				;;
		esac
	done <<<"$output"
	REPLY="$trust $pfc"
}

set_flow_control() {
	local pci=${NIC[$1,pci]} net=${NIC[$1,net]} wanted="dscp $ROCE_PFC"
	read_flow_control "$net" || {
		rail_failure "$pci: mlnx_qos cannot read $net"
		return 0
	}
	[[ $REPLY != "$wanted" ]] || return 0
	change_card "$pci" mlnx_qos -i "$net" "--pfc=$ROCE_PFC" --trust=dscp || {
		rail_failure "$pci: mlnx_qos fails for $net"
		return 0
	}
	if checking; then return 0; fi
	read_flow_control "$net" || REPLY=nothing
	[[ $REPLY == "$wanted" ]] || rail_failure "$pci: $net has trust and PFC $REPLY after $wanted was set (DCBX in firmware?)"
	read_value "$PCI/$pci/sriov_numvfs"
	[[ ${REPLY:-0} == 0 ]] || log WARN "$pci: its virtual functions take the trust in DSCP over at the next reboot, when they are made anew"
}

# A virtual function has the trust that its port had when it was made. What fails here is told by set_lossless_roce.
trust_before_functions() {
	wants LOSSLESS_ROCE || return 0
	local i ports=()
	rail_ports
	for i in "${ports[@]}"; do set_flow_control "$i"; done
}

# Only on the priority that RoCE is on: what else runs on a port isn't this script's to slow down.
set_congestion_control() {
	local folder="$PCI/${NIC[$1,pci]}/net/${NIC[$1,net]}/ecn"
	set_rail_value "$folder/roce_rp/enable/3" 1
	set_rail_value "$folder/roce_np/enable/3" 1
	set_rail_value "$folder/roce_np/cnp_dscp" "$ROCE_CONGESTION_DSCP"
}

# set_rail_value FILE VALUE: where the driver has the file with another value.
set_rail_value() {
	local file=$1 wanted=$2
	[[ -e $file ]] || {
		rail_failure "$file is missing: the driver in use doesn't have it, DOCA's has"
		return 0
	}
	read_value "$file"
	[[ ${REPLY#Global tclass=} != "$wanted" ]] || return 0
	put "$file" "$wanted" || {
		rail_failure "$file does not take $wanted"
		return 0
	}
	if checking; then return 0; fi
	read_value "$file"
	[[ ${REPLY#Global tclass=} == "$wanted" ]] || rail_failure "$file reads ${REPLY:-nothing} after $wanted was written"
}

# set_traffic_class ADDRESS: of connections made by RDMA-CM, and of all others. Counts in the caller's devices.
set_traffic_class() {
	local address=$1 device
	device_name infiniband "$address"
	device=$REPLY
	[[ -n $device ]] || return 0
	devices=$((devices + 1))
	set_connection_class "$address" "$device"
	set_rail_value "$PCI/$address/infiniband/$device/tc/1/traffic_class" "$ROCE_TRAFFIC_CLASS"
}

read_connection_class() { REPLY=$(ask cma_roce_tos -d "$1" -p 1 2>/dev/null); }

set_connection_class() {
	local address=$1 device=$2
	if ! read_connection_class "$device"; then
		# It answers when the kernel's connection manager is loaded.
		act modprobe rdma_cm || :
		read_connection_class "$device" || {
			rail_failure "$address: cma_roce_tos cannot read $device"
			return 0
		}
	fi
	[[ $REPLY != "$ROCE_TRAFFIC_CLASS" ]] || return 0
	change_card "$address" cma_roce_tos -d "$device" -t "$ROCE_TRAFFIC_CLASS" -p 1 || {
		rail_failure "$address: cma_roce_tos fails for $device"
		return 0
	}
	if checking; then return 0; fi
	read_connection_class "$device" || REPLY=nothing
	[[ $REPLY == "$ROCE_TRAFFIC_CLASS" ]] ||
		rail_failure "$address: $device has traffic class $REPLY after $ROCE_TRAFFIC_CLASS was set"
}
