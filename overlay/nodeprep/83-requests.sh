
## What a person asks for: --redo and --reset-attempts

ASKED='' # the option; it is refused where a start by itself would wait or leave
readonly STAGES_TO_REDO='init config precomplete'

# redo STAGE: puts the label to that stage and runs it now.
redo() {
	ASKED="--redo $1"
	begin
	read_state
	refuse_before_reboot
	log INFO "stage $1 is done again, as asked for"
	to_state "$1"
	carry_reboot
	run_stages
}

is_stage_to_redo() { [[ $1 && " $STAGES_TO_REDO " == *" $1 "* ]]; }

refuse_before_reboot() {
	if [[ ! -e $REBOOT_SCHEDULED ]] && ! reboot_is_owed; then return 0; fi
	log ERROR "$ASKED is refused: a reboot is pending; ask again after it"
	exit "$EXIT_REBOOT"
}

# What was written already in this boot waits for its reboot in the stage that is done now.
carry_reboot() {
	local why
	[[ -f $REBOOT_NEEDED ]] || return 0
	read -r _ why <"$REBOOT_NEEDED"
	need_reboot "$why"
}

reset_attempts() {
	local stage='' count=0
	ASKED=--reset-attempts
	need_root
	open_log
	set_traps
	take_lock
	! marked "$ATTEMPTS" || read -r stage count _ <"$REPLY"
	if [[ -z $stage ]]; then
		log INFO 'no attempts were counted; nothing to forget'
		return 0
	fi
	forget_attempts
	# What cannot be removed is covered by an empty one.
	if marked "$ATTEMPTS"; then keep "$ATTEMPTS" ''; fi
	log OK "forgotten: stage $stage was started $count times; the next start tries it at once"
}
