
## Environment file: data, never run

ENVIRONMENT_FILE=''
ENVIRONMENT_PROBLEMS=()
ENVIRONMENT_WARNINGS=()

# When it must be there, name, pattern of its values (without blanks), and that in words.
readonly INTEGER='(0|[1-9][0-9]{0,5})'
readonly VF_COUNT='([0-9]|[1-9][0-9]|1[0-9][0-9]|2[0-4][0-9]|25[0-5])'
# What mlx5 takes.
readonly MTU='(6[89]|[7-9][0-9]|[1-9][0-9]{2}|[1-8][0-9]{3}|9[0-8][0-9]{2}|99[0-6][0-9]|997[0-8])'
readonly FILE_NAME='[A-Za-z0-9][A-Za-z0-9._+~-]*'
readonly SETTINGS=(
	"always BFB $FILE_NAME\.bfb a file name that ends in .bfb"
	'always BFB_FW [0-9]+(\.[0-9]+){1,3} a firmware version such as 32.47.1088'
	"always NUMVF_EW $VF_COUNT a number from 0 to 255"
	"always NUMVF_NS $VF_COUNT a number from 0 to 255"
	'always LINKTYPE_EW [12] 1 (InfiniBand) or 2 (Ethernet)'
	'always LINKTYPE_NS [12] 1 (InfiniBand) or 2 (Ethernet)'
	'always ROCECC [01] 0 or 1'
	'always CONTROLDPU (true|false) true or false'
	'always DPUOFFLOAD [01] 0 (enabled) or 1 (disabled)'
	'always DISABLE_ACS (true|false) true or false'
	"mutable DOCA_DEB $FILE_NAME\.deb a file name that ends in .deb"
	'mutable MAAS https?://[A-Za-z0-9._:-]+(/[A-Za-z0-9._~-]+)* a URL without user, query and trailing slash'
	'mutable APT_UPDATE (true|false) true or false'
	"optional CP_DELAY $INTEGER a number of seconds"
	'optional FLASH_PARALLEL ([1-9]|1[0-6]) a number from 1 to 16'
	'optional NFSORDMA_ENABLED (true|false) true or false'
	'optional BFB_SHA256 [0-9a-f]{64} 64 hexadecimal digits'
	'optional DOCA_SHA256 [0-9a-f]{64} 64 hexadecimal digits'
	'optional rails_pciaddr [0-9a-fA-F:.,]+ PCI addresses (bus:device) separated by commas'
	'optional CARD_SETTINGS .* rules such as "05:00 NUMVF=4; MT_0000000884 LINKTYPE=1"'
	'optional ESWITCH_MODE legacy legacy: this script makes no representors, bridges or offload, as switchdev needs them'
	'optional RAIL_NAMES (true|false) true or false'
	"optional MTU_EW $MTU a number from 68 to 9978"
	'optional LOSSLESS_ROCE (true|false) true or false'
	"optional HP2M $INTEGER a number of huge pages"
	"optional HP1G $INTEGER a number of huge pages"
	'optional METRICS_FOLDER /[A-Za-z0-9._/-]+ an absolute path'
	'optional HPDEFAULT (2M|1G) 2M or 1G'
)

find_environment() {
	local file
	for file in "${ENVIRONMENT_FILES[@]}"; do
		[[ ! -f $file ]] || {
			ENVIRONMENT_FILE=$file
			return 0
		}
	done
	return 1
}

# Who can write the file decides about firmware; so only root may (or, below a prefix, whoever runs this).
environment_is_ours() {
	local owner mode
	read -r owner mode < <(stat -L -c '%u %a' "$ENVIRONMENT_FILE") || return 1
	[[ $owner == 0 || $owner == "$EUID" ]] && (((8#$mode & 8#022) == 0))
}

# take_setting NAME VALUE: as in a shell, the last one counts.
take_setting() {
	local row name
	for row in "${SETTINGS[@]}"; do
		read -r _ name _ <<<"$row"
		if [[ $name == "$1" ]]; then
			[[ -z ${SETTING[$name]+set} || ${SETTING[$name]} == "$2" ]] ||
				warn_of_file "$1 is given twice; the last one counts"
			SETTING[$name]=$2
			return
		fi
	done
	case $1 in
		DPU_BMC_PWD | DPU_BMC_NEW_PWD)
			warn_of_file "$1 is not used, since the BMC is not updated: take the password out of the file"
			;;
		*)
			nearest_setting "$1"
			warn_of_file "$1 is not a setting of this version; left out${REPLY:+. Is $REPLY meant?}"
			;;
	esac
}

warn_of_file() {
	ENVIRONMENT_WARNINGS+=("$*")
	log WARN "$ENVIRONMENT_FILE: $*"
}

# nearest_setting NAME: the one with the same letters, or with at most two of them otherwise; empty when none is.
nearest_setting() {
	local row name best=3
	REPLY=''
	for row in "${SETTINGS[@]}"; do
		read -r _ name _ <<<"$row"
		letters_between "${1^^}" "${name^^}"
		((DISTANCE >= best)) || best=$DISTANCE REPLY=$name
	done
}

DISTANCE=0
# letters_between A B: how many letters have to be put in, taken out or changed, in DISTANCE.
letters_between() {
	local i j above=() row=() cost
	for ((j = 0; j <= ${#2}; j++)); do row[j]=$j; done
	for ((i = 1; i <= ${#1}; i++)); do
		above=("${row[@]}") row[0]=$i
		for ((j = 1; j <= ${#2}; j++)); do
			[[ ${1:i-1:1} == "${2:j-1:1}" ]] && cost=0 || cost=1
			row[j]=$((above[j - 1] + cost))
			((row[j] <= above[j] + 1)) || row[j]=$((above[j] + 1))
			((row[j] <= row[j - 1] + 1)) || row[j]=$((row[j - 1] + 1))
		done
	done
	DISTANCE=${row[${#2}]}
}

validate_environment() {
	local row when name pattern meaning
	for row in "${SETTINGS[@]}"; do
		read -r when name pattern meaning <<<"$row"
		if [[ $when == mutable ]] && immutable; then continue; fi
		if [[ -z ${SETTING[$name]+set} ]]; then
			[[ $when == optional ]] || ENVIRONMENT_PROBLEMS+=("$name is missing: $meaning")
		elif ! [[ ${SETTING[$name]} =~ ^($pattern)$ ]]; then
			ENVIRONMENT_PROBLEMS+=("$name must be $meaning")
		fi
	done
	validate_rails
	read_card_settings
}

# Reads and checks everything before anything is done; all problems are said at once.
load_environment() {
	environment_is_ours || ENVIRONMENT_PROBLEMS+=(
		"must belong to root and be writable by nobody else (chown root:root $ENVIRONMENT_FILE; chmod go-w $ENVIRONMENT_FILE)"
	)
	((${#ENVIRONMENT_PROBLEMS[@]})) || parse_environment
	((${#ENVIRONMENT_PROBLEMS[@]})) || validate_environment
	: "${SETTING[CP_DELAY]:=0}" "${SETTING[FLASH_PARALLEL]:=4}" "${SETTING[NFSORDMA_ENABLED]:=false}"
	((${#ENVIRONMENT_PROBLEMS[@]} == 0))
}

immutable() { [[ -d $ROOT/etc/kairos ]]; }

# on NAME: is this boolean setting true?
on() { [[ ${SETTING[$1]} == true ]]; }
