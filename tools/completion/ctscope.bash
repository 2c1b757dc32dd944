# bash completion for ctscope(8)                               -*- shell-script -*-
# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# Made by `make manual` from the program's own help: edit tools/manual/completion.bash instead.

# The options of a command.
_ctscope_options()
{
	case $1 in
	watch) echo '--long -d --duration -i --interval -j --json --no-bpf -n --count -o --output --proc --redact --sys -v --verbose --help' ;;
	catch) echo '--max-rate --quiet --until-burst -d --duration -i --interval -j --json --no-bpf -n --count -o --output --proc --redact --sys -v --verbose --help' ;;
	top) echo '-d --duration -i --interval -j --json --no-bpf -n --count -o --output --proc --redact --sys -v --verbose --help' ;;
	chains) echo '--top -d --duration -i --interval -j --json --no-bpf -n --count -o --output --proc --redact --sys -v --verbose --help' ;;
	doctor) echo '--conf --fail-on --from --settings -d --duration -i --interval -j --json --no-bpf -n --count -o --output --proc --redact --sys -v --verbose --help' ;;
	plan) echo '--buckets --chain --entry-bytes --headroom --lifetime --max --ram --rate -d --duration -i --interval -j --json --no-bpf -n --count -o --output --proc --redact --sys -v --verbose --help' ;;
	who) echo '--by --from --settings --top --dport --dst --netns --pod --proto --src --state -d --duration -i --interval -j --json --no-bpf -n --count -o --output --proc --redact --sys -v --verbose --help' ;;
	settings) echo '-d --duration -i --interval -j --json --no-bpf -n --count -o --output --proc --redact --sys -v --verbose --help' ;;
	agent) echo '--listen --max-rate -d --duration -i --interval -j --json --no-bpf -n --count -o --output --proc --redact --sys -v --verbose --help' ;;
	check) echo '-c --critical --exit-codes -w --warning -d --duration -i --interval -j --json --no-bpf -n --count -o --output --proc --redact --sys -v --verbose --help' ;;
	kernel) echo '-d --duration -i --interval -j --json --no-bpf -n --count -o --output --proc --redact --sys -v --verbose --help' ;;
	esac
}

_ctscope()
{
	local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}
	local commands='watch catch top chains doctor plan who settings agent check kernel'
	local -a words=()

	COMPREPLY=()
	if ((COMP_CWORD == 1)); then
		mapfile -t words < <(compgen -W "$commands help --help --version" -- "$cur")
	elif ((COMP_CWORD == 2)) && [[ ${COMP_WORDS[1]} == help ]]; then
		mapfile -t words < <(compgen -W "$commands" -- "$cur")
	else
		case $prev in
		--from | --output | --proc | --settings | --sys | -o)
			compopt -o filenames 2>/dev/null
			mapfile -t words < <(compgen -f -- "$cur")
			;;
		--buckets | --by | --chain | --count | --critical | --dport | --dst | --duration | --entry-bytes | --exit-codes | --fail-on | --headroom | --interval | --lifetime | --listen | --max | --max-rate | --netns | --pod | --proto | --quiet | --ram | --rate | --src | --state | --top | --warning | -c | -d | -i | -n | -w)
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
