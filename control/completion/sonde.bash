# SPDX-License-Identifier: Apache-2.0
# sonde.bash - lets bash complete the command lines of sonde. What there is to complete, the program says itself:
# `sonde COMMAND --help=rows` prints its commands and options, `sonde fields` the fields of queries.

# _sonde_words PREFIX WORD... - offers those of the words that go on from what was typed last.
_sonde_words() {
	local prefix=$1
	shift
	mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -P "$prefix" -W "$*" -- "${cur#"$prefix"}")
}

# _sonde_fields PATTERN SUFFIX - the fields whose row of `sonde fields` matches the awk pattern.
_sonde_fields() { "$sonde" fields 2>/dev/null | awk -v end="$2" "NR > 1 && ($1) { print \$1 end }"; }

# _sonde_value OPTION - offers values of the option, or files where the shell knows them better.
_sonde_value() {
	local row arg help list=
	row=$(awk -F'\t' -v word="$1" '$1 == "option" && ($2 == word || $3 == word) { print $4 "\t" $5 }' <<<"$rows")
	arg=${row%%$'\t'*}
	help=${row#*$'\t'}
	[[ $cur == *,* ]] && list=${cur%,*},
	case $arg in
	FORMAT) _sonde_words '' $(grep -oE '\b(table|json|ndjson|csv)\b' <<<"$help" | sort -u) ;;
	FIELDS)
		compopt -o nospace
		case $1 in
		-f | --facets) _sonde_words "$list" $(_sonde_fields '$3 == "yes"' '') ;;
		*) _sonde_words "$list" $(_sonde_fields '$2 != "-"' '') ;;
		esac
		;;
	KIND | KINDS) _sonde_words '' syn udp icmp ;;
	NAME) [[ $1 != -i && $1 != --iface && $1 != --af-packet ]] || _sonde_words '' $(ls /sys/class/net) ;;
	'' | '['*) return 1 ;;
	*) compopt -o default ;;
	esac
}

# _sonde_operand - offers what can stand in the place of the first word of the usage: orders or fields of a query.
_sonde_operand() {
	local usage words
	usage=$(awk -F'\t' '$1 == "usage" { print $2; exit }' <<<"$rows")
	if [[ $usage == *QUERY* ]]; then
		compopt -o nospace
		_sonde_words '' $(_sonde_fields '$2 != "-"' ':')
	elif [[ $usage == *\|* ]]; then
		words=$(tr '|' '\n' <<<"${usage#"sonde ${path[*]} "}" | awk '$1 ~ /^[a-z]+$/ { print $1 }')
		_sonde_words '' $words
	else
		compopt -o default
	fi
}

_sonde() {
	local sonde=$1 cur=$2 prev=$3 rows i path=()
	COMPREPLY=()
	rows=$("$sonde" --help=rows 2>/dev/null)
	for ((i = 1; i < COMP_CWORD; i++)); do
		[[ $'\n'$rows == *$'\ncommand\t'"${COMP_WORDS[i]}"$'\t'* ]] || break
		path+=("${COMP_WORDS[i]}")
		rows=$("$sonde" "${path[@]}" --help=rows 2>/dev/null)
	done
	# The shell splits --option=value into three words.
	[[ $cur != = ]] || cur=
	[[ $prev != = || COMP_CWORD -lt 3 ]] || prev=${COMP_WORDS[COMP_CWORD - 2]}
	if [[ $rows == command* ]]; then
		_sonde_words '' $(awk -F'\t' '{ print $2 }' <<<"$rows") help
	elif [[ $prev == -* ]] && _sonde_value "$prev"; then
		return
	elif [[ $cur == -* ]]; then
		_sonde_words '' $(awk -F'\t' '$1 == "option" { print $2 }' <<<"$rows")
	else
		_sonde_operand
	fi
}
complete -F _sonde sonde
