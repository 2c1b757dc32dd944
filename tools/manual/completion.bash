# bash completion for ctscope(8)                               -*- shell-script -*-
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Made by `make manual` from the program's own help: edit tools/manual/completion.bash instead.

# The options of a command.
_ctscope_options()
{
	case $1 in
@CASES@
	esac
}

_ctscope()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local commands='@COMMANDS@'
	local -a words=()

	COMPREPLY=()
	if ((COMP_CWORD == 1)); then
		mapfile -t words < <(compgen -W "$commands help --help --version" -- "$cur")
	elif ((COMP_CWORD == 2)) && [[ ${COMP_WORDS[1]} == help ]]; then
		mapfile -t words < <(compgen -W "$commands" -- "$cur")
	else
		case $prev in
		@FILES@)
			compopt -o filenames 2>/dev/null
			mapfile -t words < <(compgen -f -- "$cur")
			;;
		@VALUES@)
			return
			;;
		*)
			mapfile -t words < <(compgen -W "$(_ctscope_options "${COMP_WORDS[1]}")" -- "$cur")
			;;
		esac
	fi
	COMPREPLY=("${words[@]}")
}

complete -F _ctscope ctscope
