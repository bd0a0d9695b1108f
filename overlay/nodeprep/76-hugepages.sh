
## Huge pages: set aside by the kernel at boot, by its command line

hugepages_wanted() { ((${SETTING[HP2M]:-0} > 0 || ${SETTING[HP1G]:-0} > 0)); }

# The words for the kernel in REPLY.
hugepage_words() {
	REPLY="default_hugepagesz=${SETTING[HPDEFAULT]:-2M}"
	((${SETTING[HP2M]:-0} == 0)) || REPLY+=" hugepagesz=2M hugepages=${SETTING[HP2M]}"
	((${SETTING[HP1G]:-0} == 0)) || REPLY+=" hugepagesz=1G hugepages=${SETTING[HP1G]}"
}

# Was the kernel started with them? A number belongs to the size before it, or to the usual size.
booted_with_hugepages() {
	local words=() word usual='' size='' count
	local -A counts=([2M]=0 [1G]=0)
	[[ -r $ROOT/proc/cmdline ]] || return 1
	read -ra words <"$ROOT/proc/cmdline"
	for word in "${words[@]}"; do
		# The kernel reads 1g as 1G.
		case $word in
			default_hugepagesz=*) usual=${word#*=} usual=${usual^^} ;;
			hugepagesz=*) size=${word#*=} size=${size^^} ;;
			hugepages=*)
				count=${word#*=}
				[[ ! $count =~ ^[0-9]+$ ]] || counts[${size:-${usual:-2M}}]=$count
				;;
		esac
	done
	[[ ${usual:-2M} == "${SETTING[HPDEFAULT]:-2M}" ]] &&
		((counts[2M] == ${SETTING[HP2M]:-0} && counts[1G] == ${SETTING[HP1G]:-0}))
}

# What the kernel was told and what it gave. Memory that is in pieces gives fewer.
check_hugepages() {
	local size wanted row
	hugepages_wanted || return 0
	hugepage_words
	# shellcheck disable=SC2016 # for a person's shell
	if immutable && ! booted_with_hugepages; then
		log WARN "huge pages are wanted, but the kernel was started with others. In user-data: install.grub_options.extra_cmdline:" \
			"\"$REPLY\" (behind what it has)"
		log WARN 'On an installed node, with a reboot: grub2-editenv /oem/grubenv set extra_cmdline="$(grub2-editenv /oem/grubenv list' \
			"| sed -n s/^extra_cmdline=//p) $REPLY\""
	fi
	for row in "2M 2048kB ${SETTING[HP2M]:-0}" "1G 1048576kB ${SETTING[HP1G]:-0}"; do
		read -r size row wanted <<<"$row"
		read_value "$ROOT/sys/kernel/mm/hugepages/hugepages-$row/nr_hugepages"
		((${REPLY:-0} >= wanted)) || log WARN "the kernel has ${REPLY:-0} huge pages of $size, $wanted are wanted"
	done
}
