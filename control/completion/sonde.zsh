#compdef sonde
# SPDX-License-Identifier: Apache-2.0
# sonde.zsh - lets zsh complete the command lines of sonde. What there is to complete, the program says itself:
# `sonde COMMAND --help=rows` prints its commands and options, `sonde fields` the fields of queries.

# _sonde_fields PATTERN SUFFIX - the fields whose row of `sonde fields` matches the awk pattern.
_sonde_fields() { $sonde fields 2>/dev/null | awk -v end="$2" "NR > 1 && ($1) { print \$1 end }" }

# _sonde_value OPTION - offers values of the option, or files where the shell knows them better.
_sonde_value() {
	local row arg help
	row=$(awk -F'\t' -v word="$1" '$1 == "option" && ($2 == word || $3 == word) { print $4 "\t" $5 }' <<<"$rows")
	arg=${row%%$'\t'*}
	help=${row#*$'\t'}
	case $arg in
	FORMAT) compadd -- ${(f)"$(grep -oE '\b(table|json|ndjson|csv)\b' <<<"$help" | sort -u)"} ;;
	FIELDS)
		compset -P '*,'
		case $1 in
		-f | --facets) compadd -S '' -- ${(f)"$(_sonde_fields '$3 == "yes"' '')"} ;;
		*) compadd -S '' -- ${(f)"$(_sonde_fields '$2 != "-"' '')"} ;;
		esac
		;;
	KIND | KINDS) compadd -- syn udp icmp ;;
	NAME) [[ $1 != -i && $1 != --iface && $1 != --af-packet ]] || compadd -- /sys/class/net/*(:t) ;;
	'' | '['*) return 1 ;;
	*) _files ;;
	esac
}

# _sonde_operand - offers what can stand in the place of the first word of the usage: orders or fields of a query.
_sonde_operand() {
	local usage
	usage=$(awk -F'\t' '$1 == "usage" { print $2; exit }' <<<"$rows")
	if [[ $usage == *QUERY* ]]; then
		compadd -S '' -- ${(f)"$(_sonde_fields '$2 != "-"' ':')"}
	elif [[ $usage == *\|* ]]; then
		compadd -- ${(f)"$(tr '|' '\n' <<<"${usage#"sonde ${(j: :)path_words} "}" | awk '$1 ~ /^[a-z]+$/ { print $1 }')"}
	else
		_files
	fi
}

_sonde() {
	local sonde=${words[1]} rows option i
	local -a path_words rest
	rows=$($sonde --help=rows 2>/dev/null)
	for ((i = 2; i < CURRENT; i++)); do
		[[ $'\n'$rows == *$'\ncommand\t'"${words[i]}"$'\t'* ]] || break
		path_words+=("${words[i]}")
		rows=$($sonde $path_words --help=rows 2>/dev/null)
	done
	option=${words[CURRENT - 1]}
	if [[ $rows == command* ]]; then
		rest=(${(f)"$(awk -F'\t' '{ print $2 ":" $3 }' <<<"$rows")"})
		_describe command rest
	elif [[ ${words[CURRENT]} == --*=* ]]; then
		option=${words[CURRENT]%%=*}
		compset -P '*='
		_sonde_value "$option"
	elif [[ $option == -* ]] && _sonde_value "$option"; then
		return
	elif [[ ${words[CURRENT]} == -* ]]; then
		rest=(${(f)"$(awk -F'\t' '$1 == "option" { print $2 ":" $5 }' <<<"$rows")"})
		_describe option rest
	else
		_sonde_operand
	fi
}

# Sourced instead of loaded from a folder of functions: register it.
if [[ $funcstack[1] == _sonde ]]; then _sonde "$@"; else compdef _sonde sonde; fi
