
## PCI access control, NFS over RDMA, driver marker

# Peer-to-peer traffic between GPUs and network cards needs ACS off on them and on all bridges above them. Everything
# else keeps its isolation.
disable_acs() {
	on DISABLE_ACS || return 0
	local device done_already=' ' kept=0 function_path
	for device in "$PCI"/*; do
		is_fabric_device "$device" || continue
		while read -r function_path; do
			[[ $done_already != *" $function_path "* ]] || continue
			done_already+="$function_path "
			switch_acs_off "$function_path" || kept=$((kept + 1))
		done < <(path_to_root "$device")
	done
	((kept == 0)) || log ERROR "$kept PCI functions kept ACS"
}

is_fabric_device() {
	local i vendor
	[[ ! -e $1/physfn ]] || return 1
	for ((i = 1; i <= NICS; i++)); do
		[[ ${NIC[$i,pci]} == "${1##*/}" ]] || continue
		[[ -z ${NIC[$i,guard]} ]]
		return
	done
	read_value "$1/vendor"
	vendor=$REPLY
	read_value "$1/class"
	[[ $vendor == 0x10de && $REPLY == 0x030[02]* ]]
}

# The real path names all bridges: .../pci0000:00/0000:00:01.0/0000:05:00.0
path_to_root() {
	local path parts=() part
	path=$(readlink -f "$1")
	IFS=/ read -ra parts <<<"$path"
	for part in "${parts[@]}"; do
		[[ ! $part =~ ^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$ ]] || printf '%s\n' "$part"
	done
}

# setpci -v answers "0000:00:01.0 (cap 000d @100) @106 = 001d"; it fails where there is no ACS.
switch_acs_off() {
	local value
	value=$(ask setpci -v -s "$1" ECAP_ACS+0x6.w 2>/dev/null) || return 0
	[[ ${value##* } != 0000 ]] || return 0
	change_card "$1" setpci -v -s "$1" ECAP_ACS+0x6.w=0000 || {
		log ERROR "$1: ACS cannot be switched off"
		return 1
	}
	if checking; then return 0; fi
	value=$(ask setpci -v -s "$1" ECAP_ACS+0x6.w 2>/dev/null) || value='?'
	[[ ${value##* } == 0000 ]] || {
		log ERROR "$1: ACS reads ${value##* } after writing, expected 0000"
		return 1
	}
	log INFO "$1: ACS off"
}

setup_nfs_rdma() {
	on NFSORDMA_ENABLED || return 0
	local package
	for package in nfs-common mlnx-nfsrdma-dkms; do
		if installed "$package"; then continue; fi
		if immutable; then
			log WARN "$package is not in the image; NFS over RDMA may not work"
		else
			install_packages "$package"
		fi
	done
	immutable || keep_config /etc/modules-load.d/nfsrdma.conf $'rpcrdma\nxprtrdma\nsvcrdma'
	# In newer kernels the two are names of the first.
	if [[ -d $ROOT/sys/module/rpcrdma ]]; then
		log OK 'NFS over RDMA: rpcrdma is loaded'
	elif act modprobe -a rpcrdma xprtrdma svcrdma; then
		log OK 'NFS over RDMA: modules loaded'
	else
		log WARN 'NFS over RDMA: the modules cannot be loaded'
	fi
}

# GPU Operator waits for this file before GPUDirect Storage; /run is empty after each boot.
mark_driver_ready() {
	local marker="$ROOT/run/mellanox/drivers/.driver-ready"
	if [[ -e $marker ]]; then return 0; fi
	if checking; then
		would "create $marker"
		return 0
	fi
	mkdir -p "${marker%/*}"
	: >"$marker"
}
