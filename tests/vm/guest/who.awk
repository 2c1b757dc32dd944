# SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
# What `who` says of a table against the entries that conntrack shows, in one pass:
#
#	awk -v views="KEYS KEYS ..." -v said="FROM:KEYS ..." -v spaces="NAME=INODE=POD ..." -f who.awk \
#		SETTINGS DUMP.NAME... ROWS
#
# SETTINGS: lines `sysctl = value`, of all namespaces; DUMP.NAME: `conntrack -L -o extended` in the
# namespace NAME; ROWS: lines "FROM KEYS VALUE|VALUE... ENTRIES PACKETS BYTES" of `who`, "-" for
# what is not there. Every FROM:KEYS is compared; "before:" and "after:" were taken around the dumps,
# and idle times, which grow meanwhile, must lie between. Prints lines `ok - ` and `not ok - `.

BEGIN {
	view_count = split(views, view, " ")
	for (i = 1; i <= view_count; i++)
		key_count[i] = split(view[i], parts, ",")
	for (i = 1; i <= view_count; i++) {
		split(view[i], parts, ",")
		for (k = 1; k <= key_count[i]; k++)
			keys[i, k] = parts[k]
	}
	space_count = split(spaces, parts, " ")
	for (i = 1; i <= space_count; i++) {
		split(parts[i], words, "=")
		inode[words[1]] = words[2]
		pod[words[1]] = words[3]
	}
	bound_count = split("1 2 5 10 15 20 30 45 60 90 120 180 240 300 600 900 1200 1800 3600 7200 10800 " \
		"21600 43200 86400 172800 259200 345600", bound, " ")
}

# What conntrack gives an entry when a packet comes; "" when a dump cannot tell.
function timeout_of(proto, state, assured, replied, left,   own, shorter)
{
	if (proto == "tcp" && state == "SYN_SENT2")
		return 120	# has no sysctl
	if (proto == "tcp") {
		own = t["tcp_timeout_" tolower(state)]
		if (state == "ESTABLISHED" && !replied)
			return t["tcp_timeout_unacknowledged"]
		shorter = t["tcp_timeout_max_retrans"]
		return own > shorter && left <= shorter ? "" : own
	}
	if (proto == "sctp")
		return t["sctp_timeout_" tolower(state)]
	if (proto == "udp")
		return assured ? t["udp_timeout_stream"] : t["udp_timeout"]
	if (proto == "gre")
		return replied ? t["gre_timeout_stream"] : t["gre_timeout"]
	return proto ~ /^icmp/ ? t[proto "_timeout"] : t["generic_timeout"]
}

function idle_of(left, timeout,   i, from)
{
	if (timeout == "" || left > timeout)
		return "-"
	from = 0
	for (i = 1; i <= bound_count && bound[i] <= timeout - left; i++)
		from = bound[i]
	return from
}

function add(where, entries, packets, bytes)
{
	count[where] += entries
	if (packets != "-") {
		packets_of[where] += packets
		bytes_of[where] += bytes
	}
}

FILENAME ~ /sysctl/ {
	sub(/^net.netfilter.nf_conntrack_/, "")
	t[$1] = $3 + 0
	next
}

FILENAME ~ /rows/ {
	add($1 ":" $2 " " $3, $4, $5, $6)
	is_key[$2 " " $3] = 1
	next
}

{
	split("", v)
	packets = bytes = "-"
	assured = 0
	replied = 1
	for (i = 5; i <= NF; i++) {
		at = index($i, "=")
		if (at) {
			word = substr($i, 1, at - 1)
			value = substr($i, at + 1)
			if (word == "packets")
				packets += value
			else if (word == "bytes")
				bytes += value
			else if (!(word in v))
				v[word] = value
		} else if ($i == "[ASSURED]")
			assured = 1
		else if ($i == "[UNREPLIED]")
			replied = 0
	}
	v["family"] = $1
	v["proto"] = $3 == "unknown" ? "unknown(" $4 ")" : $3
	v["state"] = $6 ~ /=/ || $6 ~ /^\[/ ? "-" : $6
	v["idle"] = idle_of($5, timeout_of($3, v["state"], assured, replied, $5))
	v["assured"] = assured ? "true" : "false"
	v["replied"] = replied ? "true" : "false"
	name = FILENAME
	sub(/.*[.]/, "", name)
	v["netns"] = inode[name]
	v["pod"] = pod[name]
	v["zone"] += 0
	v["mark"] += 0
	for (i = 1; i <= view_count; i++) {
		where = view[i] " "
		for (k = 1; k <= key_count[i]; k++)
			where = where (k > 1 ? "|" : "") (v[keys[i, k]] == "" ? "-" : v[keys[i, k]])
		add(":" where, 1, packets, bytes)
		is_key[where] = 1
	}
}

function sums(where)
{
	return (count[where] + 0) "/" packets_of[where] "/" bytes_of[where]
}

# The same rows; moving: but for those that are silent for less than half an hour.
function compare(from, keyset, moving,   key, last, wrong, rows)
{
	for (key in is_key) {
		last = key
		sub(/.*[|]/, "", last)
		if (index(key, keyset " ") != 1 || (moving && last != "-" && last + 0 < 1800))
			continue
		rows++
		if (sums(from ":" key) != sums(":" key))
			wrong = wrong " " substr(key, length(keyset) + 2) ": got " sums(from ":" key) ", want " sums(":" key) ";"
	}
	return rows ? substr(wrong, 1, 400) : " no rows"
}

# How many of a protocol and state are silent for so long or longer.
function silent(from, kind, seconds,   i, sum)
{
	sum = seconds ? 0 : count[from ":proto,state,idle " kind "|0"]
	for (i = 1; i <= bound_count; i++)
		if (bound[i] >= seconds)
			sum += count[from ":proto,state,idle " kind "|" bound[i]]
	return sum
}

# Silent since when: no fewer than before, no more than after.
function between(   key, kind, kinds, i, low, middle, high, wrong)
{
	for (key in is_key) {
		if (index(key, "proto,state,idle ") != 1)
			continue
		kind = substr(key, 18)
		sub(/[|][^|]*$/, "", kind)
		kinds[kind] = 1
	}
	bound[0] = 0
	for (kind in kinds)
		for (i = 0; i <= bound_count; i++) {
			low = silent("before", kind, bound[i])
			middle = silent("", kind, bound[i])
			high = silent("after", kind, bound[i])
			if (low > middle || middle > high)
				wrong = wrong " " kind " " bound[i] " s: " low ", " middle ", " high ";"
		}
	return substr(wrong, 1, 400)
}

function result(what, wrong)
{
	print (wrong == "" ? "ok - " what : "not ok - " what ":" wrong)
}

END {
	n = split(said, pair, " ")
	for (i = 1; i <= n; i++) {
		split(pair[i], words, ":")
		# Time-outs that were raised since put the others far from any bound.
		result(words[1] ": by " words[2], compare(words[1], words[2],
			words[2] == "proto,state,idle" && words[1] !~ /^(dump|gzip)$/))
	}
	result("idle times are those of the dump between", between())
}
