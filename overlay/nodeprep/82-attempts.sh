
## Attempts: a stage that does not end is tried less and less often
# The count begins anew with whatever may have changed the outcome: the stage, the boot, the environment file, the bundle.

readonly ATTEMPTS="$KEPT_FOLDER/attempts"

count_attempt() {
	local stage='' count=0 basis='' last=0 basis_now now left
	! marked "$ATTEMPTS" || read -r stage count basis last <"$REPLY"
	attempt_basis
	basis_now=$REPLY
	if [[ $stage != "$STATE" || $basis != "$basis_now" || ! "$count $last" =~ ^[0-9]+\ [0-9]+$ ]]; then count=0; fi
	printf -v now '%(%s)T' -1
	if ((count >= ATTEMPT_LIMIT)); then
		# An hour, two, four... at most a day.
		left=$((last + (count - ATTEMPT_LIMIT < 5 ? 3600 << (count - ATTEMPT_LIMIT) : 86400) - now))
		((left <= 0)) ||
			fail "$EXIT_ATTEMPTS" "stage $STATE was started $count times without an end; the next try is in $(((left + 59) / 60))" \
				"minutes, after a reboot, or when the environment file or the bundle is another; see this log, or remove $ATTEMPTS"
	fi
	keep "$ATTEMPTS" "$STATE $((count + 1)) $basis_now $now"
}

# Leaves it in REPLY, as one word.
attempt_basis() {
	local boot sum bundle
	read_value "$ROOT/proc/sys/kernel/random/boot_id"
	boot=$REPLY
	sum=$(ask sha256sum "$ENVIRONMENT_FILE") || sum=''
	bundle=$(ask stat -L -c '%s-%Y' "$FIRMWARE_FOLDER/bfb/${SETTING[BFB]}" 2>/dev/null) || bundle=none
	REPLY="${boot:-boot}/${sum:0:16}/$bundle"
}

forget_attempts() { forget "$ATTEMPTS"; }
