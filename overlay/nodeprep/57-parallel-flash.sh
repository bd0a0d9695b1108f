
## Parallel flash: several cards at once, each through its own rshim

# A flash leaves its seconds here: what the next forecast of this node goes by.
readonly FLASH_SECONDS="$KEPT_FOLDER/flash-seconds"

FLASH_ENDS=''   # a pipe from this script to itself: each flash writes the number of its card there when it has ended
FLASH_SIGNAL='' # the name of a signal that came meanwhile, and the exit code it asks for

# flash_cards: the caller's todo, through the caller's rshims; what fails goes to the caller's failed. Nothing in here may
# end the script while a flash runs: systemd would kill it with what is left of the unit.
flash_cards() {
	local waiting=("${todo[@]}") running=() begun=() flashed=() broken=() news
	forecast_flash
	exec {FLASH_ENDS}<> <(:)
	trap 'FLASH_SIGNAL="SIGTERM 143"; say_waiting' TERM
	trap 'FLASH_SIGNAL="SIGINT 130"; say_waiting' INT
	news=$((SECONDS + SILENCE_LIMIT))
	while true; do
		while ((${#waiting[@]} && ${#running[@]} < SETTING[FLASH_PARALLEL])) && [[ -z $FLASH_SIGNAL ]]; do
			begin_flash "${waiting[0]}"
			waiting=("${waiting[@]:1}")
		done
		((${#running[@]})) || break
		await_flash
	done
	exec {FLASH_ENDS}>&-
	set_traps
	[[ -n $FLASH_SIGNAL ]] || return 0
	card_addresses "${waiting[@]}"
	[[ -z $REPLY ]] || log WARN "not begun: $REPLY"
	log WARN "ended by ${FLASH_SIGNAL% *}"
	exit "${FLASH_SIGNAL#* }"
}

say_waiting() {
	card_addresses "${!running[@]}"
	log WARN "${FLASH_SIGNAL% *}: a flash is not cut in its middle; waiting for ${REPLY:-none}, and no other is begun"
}

forecast_flash() {
	local count=${#todo[@]} at_once=${SETTING[FLASH_PARALLEL]} rounds text
	((at_once < count)) || at_once=$count
	rounds=$(((count + at_once - 1) / at_once))
	text="$((10 * rounds)) to $((25 * rounds)) minutes"
	marked "$FLASH_SECONDS" || :
	read_value "$REPLY"
	if [[ $REPLY =~ ^[1-9][0-9]{0,4}$ ]]; then
		text="$(((rounds * REPLY + 59) / 60)) minutes, by the last one of this node"
	fi
	if ((count == 1)); then
		log INFO "1 card to flash: about $text"
	else
		log INFO "$count cards to flash, $at_once at a time: about $text"
	fi
}

# begin_flash CARD
begin_flash() {
	local i=$1 pci=${NIC[$1,pci]} bundle="$FIRMWARE_FOLDER/bfb/${SETTING[BFB]}"
	if ! may_change "$pci"; then
		REPLY='may not be changed'
	elif ! need_reboot "firmware of ${NIC[$i,slot]}"; then
		REPLY="cannot be flashed: $REBOOT_NEEDED cannot be written"
	else
		REPLY=''
	fi
	[[ -z $REPLY ]] || {
		broken+=("$i")
		flash_failed "$pci: $REPLY"
		return 0
	}
	log INFO "$pci: flashing ${SETTING[BFB]} over firmware ${NIC[$i,fw]}"
	run_flash "${rshims[$i]}" "$bundle" 2>&1 | watch_flash "$i" &
	running[i]=$! begun[i]=$SECONDS
}

# The lock stays with the timeout, unlike all other programs: should this script be killed, no second start may flash
# beside it. Nothing else has it, neither what bfb-install leaves behind nor the two shells that look after it; those
# outlive the signals that a terminal sends to all. run_flash RSHIM BUNDLE, at the writing end of a pipe
run_flash() {
	local status=0
	exec {FLASH_ENDS}>&-
	# shellcheck disable=SC2016 # the inner shell's own parameters
	timeout --kill-after=30 "$FLASH_LIMIT" bash -c 'exec 9>&-; exec bfb-install "$@"' bfb-install \
		--rshim "$1" --bfb "$2" --verbose </dev/null &
	exec 9>&-
	trap '' INT TERM HUP
	wait $! || status=$?
	printf '%s%s\n' "$END_OF_OUTPUT" "$status" 2>/dev/null || :
}

# Logs standard input up to the mark. Its end says little (bfb-install exits with 0 after a CRITICAL ERROR), so status 1
# also when a line is an error of the card (ERR[BL2]) or of bfb-install. watch_flash CARD
watch_flash() {
	local pci=${NIC[$1,pci]} line end='' status=0
	exec 9>&-
	trap '' INT TERM HUP
	while [[ -z $end ]] && { IFS= read -r line || [[ -n $line ]]; }; do
		if [[ $line == *"$END_OF_OUTPUT"* ]]; then
			end=${line##*"$END_OF_OUTPUT"}
			line=${line%"$END_OF_OUTPUT"*}
			[[ -n $line ]] || break
		fi
		line=${line//$'\r'/}
		log OUT "$pci: $line"
		if [[ $line =~ (^|[[:space:]])ERR\[ || $line =~ (CRITICAL\ ERROR|BlueField\ Update\ Failed) || $line =~ ^Error: ]]; then
			status=1
		fi
	done
	[[ $end != 124 && $end != 137 ]] || log ERROR "$pci: bfb-install did not end within $FLASH_LIMIT s and was killed"
	[[ $end == 0 ]] || status=1
	printf '%s\n' "$1" >&"$FLASH_ENDS"
	exit "$status"
}

# Until a flash ends or it is time for news. The pipe only wakes: a watcher that was killed writes nothing.
await_flash() {
	local i=0 left=$((news - SECONDS))
	read -r -t "$((left > 0 ? left : 1))" -u "$FLASH_ENDS" i || i=0
	if [[ -n ${running[i]:-} ]]; then
		end_flash "$i"
		return 0
	fi
	for i in "${!running[@]}"; do kill -0 "${running[i]}" 2>/dev/null || end_flash "$i"; done
	((SECONDS >= news)) || return 0
	news=$((SECONDS + SILENCE_LIMIT))
	say_flash_news
}

# end_flash CARD: what became of it.
end_flash() {
	local i=$1 pci=${NIC[$1,pci]} status=0
	while true; do
		status=0
		wait "${running[i]}" || status=$?
		# A signal to this script ends the wait as well, and not the watcher.
		if ((status <= 128)) || ! kill -0 "${running[i]}" 2>/dev/null; then break; fi
	done
	unset "running[i]"
	if ((status)); then
		broken+=("$i")
		flash_failed "$pci: bfb-install failed; see its lines above"
		return 0
	fi
	flashed+=("$i")
	keep "$FLASH_SECONDS" $((SECONDS - begun[i])) || :
	keep "$BOOT_FOLDER/flashed-${NIC[$i,slot]}" "${SETTING[BFB]}" || log WARN "$pci: that it is flashed cannot be noted"
	log OK "$pci: flashed"
}

say_flash_news() {
	local i text='' now=()
	card_addresses "${flashed[@]}"
	[[ -z $REPLY ]] || text+="; done $REPLY"
	card_addresses "${broken[@]}"
	[[ -z $REPLY ]] || text+="; failed $REPLY"
	for i in "${!running[@]}"; do now+=("${NIC[$i,pci]} ($(((SECONDS - begun[i]) / 60)) min)"); done
	printf -v REPLY '%s, ' "${now[@]}"
	text+="; running ${REPLY%, }"
	card_addresses "${waiting[@]}"
	[[ -z $REPLY ]] || text+="; waiting $REPLY"
	log INFO "flash: ${text#; }"
}

# card_addresses CARD...: in REPLY, with commas.
card_addresses() {
	local i list=()
	for i in "$@"; do list+=("${NIC[$i,pci]}"); done
	REPLY=''
	((${#list[@]} == 0)) || printf -v REPLY '%s, ' "${list[@]}"
	REPLY=${REPLY%, }
}
