
## How the environment file is read: as a shell reads assignments, without anything of it ever being run

readonly PLAIN_VALUE='[A-Za-z0-9_.,:/@%+-]*'
readonly PLAIN_ASSIGNMENT="^[[:space:]]*(export[[:space:]]+)?([A-Za-z_][A-Za-z0-9_]*)=(\"($PLAIN_VALUE)\"|'($PLAIN_VALUE)'|($PLAIN_VALUE))[[:space:]]*$"

# Each assignment of the file goes to take_setting; what only a shell could tell is a problem. Values are never repeated,
# since the file may carry passwords.
parse_environment() {
	local line text='' number=0 first=1 words=() starts=() trouble=''
	while IFS= read -r line || [[ -n $line ]]; do
		number=$((number + 1))
		line=${line%$'\r'}
		((number > 1)) || line=${line#$'\xef\xbb\xbf'}
		# Most lines are one plain assignment, and need no second look.
		if [[ -z $text && $line =~ $PLAIN_ASSIGNMENT ]]; then
			take_setting "${BASH_REMATCH[2]}" "${BASH_REMATCH[4]}${BASH_REMATCH[5]}${BASH_REMATCH[6]}"
			continue
		fi
		[[ -n $text ]] || first=$number
		text+=$line
		[[ ! $text =~ ^[[:space:]]*(#.*)?$ ]] || {
			text=''
			continue
		}
		split_words "$text"
		case $trouble in
			continues) text=${text%\\} ;;
			'')
				take_commands "$first"
				text=''
				;;
			*)
				ENVIRONMENT_PROBLEMS+=("line $first: $trouble")
				text=''
				;;
		esac
	done <"$ENVIRONMENT_FILE"
	[[ -z $text ]] || ENVIRONMENT_PROBLEMS+=("line $first goes on with a backslash, and nothing follows")
}

# split_words TEXT: leaves in the caller's words those of the line, with ';' between its commands; in starts how much of
# each was written without quotes; in trouble why it cannot be read, or "continues".
split_words() {
	local text=$1 word='' begun='' plain='' quote='' i c next
	words=() starts=() trouble=''
	for ((i = 0; i < ${#text}; i++)); do
		c=${text:i:1} next=${text:i+1:1}
		if [[ $quote == "'" ]]; then
			if [[ $c == "'" ]]; then quote=''; else word+=$c; fi
		elif [[ $c == '$' || $c == $'\x60' ]]; then
			needs_shell "$word" && return
		elif [[ $quote == '"' ]]; then
			case $c$next in
				'"'*) quote='' ;;
				\\)
					trouble=continues
					return
					;;
				\\[\$$'\x60'\"\\]) word+=$next i=$((i + 1)) ;;
				*) word+=$c ;;
			esac
		else
			case $c in
				[[:blank:]]) end_word ;;
				';')
					end_word
					words+=(';') starts+=(';')
					;;
				'#')
					[[ -n $begun ]] || break
					word+=$c
					;;
				"'" | '"')
					quote=$c
					begin_quoted
					;;
				\\)
					[[ -n $next ]] || {
						trouble=continues
						return
					}
					begin_quoted
					word+=$next i=$((i + 1))
					;;
				[\(\)\&\|\<\>]) needs_shell "$word" && return ;;
				'~')
					[[ -n $word && $word != *[=:] ]] || { needs_shell "$word" && return; }
					word+=$c
					;;
				*)
					begun=yes
					word+=$c
					;;
			esac
		fi
	done
	[[ -z $quote ]] || {
		name_of "$word"
		trouble="a quote${REPLY:+ in the value of $REPLY} is not closed"
		return
	}
	end_word
}

# The three change split_words's own variables.
begin_quoted() {
	[[ $begun == quoted ]] || plain=$word
	begun=quoted
}
end_word() {
	[[ -n $begun ]] || return 0
	words+=("$word")
	if [[ $begun == quoted ]]; then starts+=("$plain"); else starts+=("$word"); fi
	word='' begun='' plain=''
}
needs_shell() {
	name_of "$1"
	trouble="${REPLY:+the value of $REPLY }needs a shell, and nothing is run here;"
	trouble+=' write what it comes to, in single quotes if the signs are meant'
}

# name_of WORD: the name before "=", if that is what it begins with.
name_of() {
	REPLY=''
	[[ ! $1 =~ ^([A-Za-z_][A-Za-z0-9_]*)= ]] || REPLY=${BASH_REMATCH[1]}
}

# take_commands LINE: those in the caller's words, one after the other.
take_commands() {
	local i=0 command=() command_starts=()
	words+=(';') starts+=(';')
	for ((i = 0; i < ${#words[@]}; i++)); do
		if [[ ${words[i]} == ';' && ${starts[i]} == ';' ]]; then
			((${#command[@]} == 0)) || take_command "$1"
			command=() command_starts=()
		else
			command+=("${words[i]}") command_starts+=("${starts[i]}")
		fi
	done
}

take_command() {
	local number=$1 i first=${command[0]} begin=0 name
	case $first in
		export | readonly | declare | typeset)
			for ((begin = 1; begin < ${#command[@]}; begin++)); do
				[[ ${command[begin]} =~ ^(--|-[rxg]+)$ ]] || break
			done
			;;
		set)
			is_harmless_set && return
			;;
		: | true) return 0 ;;
	esac
	for ((i = begin; i < ${#command[@]}; i++)); do
		name_of "${command[i]}"
		name=$REPLY
		# A quoted name is a command for a shell, except behind export.
		if [[ -n $name && ($begin != 0 || ${command_starts[i]} == "$name="*) ]]; then
			take_setting "$name" "${command[i]#*=}"
		elif [[ $begin == 0 || ! ${command[i]} =~ ^[A-Za-z_][A-Za-z0-9_]*$ ]]; then
			not_an_assignment "$number" "$first"
			return 0
		fi
	done
}

# Options that change nothing of how assignments are read: set -a, set -euo pipefail.
is_harmless_set() {
	local word
	for word in "${command[@]:1}"; do
		[[ $word =~ ^([-+][aeuxo]+|allexport|errexit|nounset|pipefail|xtrace)$ ]] || return 1
	done
	((${#command[@]} > 1))
}

not_an_assignment() {
	local hint=''
	case $2 in
		'source' | '.') hint='; write what that file says into this one' ;;
		if | then | else | elif | fi | for | 'do' | 'done' | while | until | 'case' | 'esac' | function | '{' | '}' | '[' | '[[')
			hint='; nothing is decided here, so write the values of this node'
			;;
	esac
	name_of "$2"
	[[ -z $REPLY ]] || hint='; a value with blanks needs quotes'
	ENVIRONMENT_PROBLEMS+=("line $1 is not NAME=value$hint")
}
