# Prints what `go test -bench` says as it says it, for benchstat, and at the
# end a table of the figures that matter: the median of all runs of each, what
# it is meant to be, and whether it is.

{ print; fflush() }
/^cpu:/ { machine = substr($0, 6) }
/^pkg:/ { pkg = $2; sub(/.*meetwright\/(impl\/|cmd\/)?/, "", pkg) }
/^Benchmark/ && $4 ~ /op$|\/|-/ {
	name = substr($1, 10)
	if (match(name, /-[0-9]+$/)) {
		processors = substr(name, RSTART + 1)
		name = substr(name, 1, RSTART - 1)
	}
	for (i = 3; i < NF; i += 2) {
		key = pkg " " name " " $(i + 1)
		runs[key, ++count[key]] = $i
	}
}

# median is that of a metric of a benchmark, -1 when it did not run.
function median(key, unit,    n, i, j, v, sorted) {
	key = key " " unit
	if (!(n = count[key])) return -1
	for (i = 1; i <= n; i++) {
		v = runs[key, i] + 0
		for (j = i - 1; j > 0 && sorted[j] > v; j--) sorted[j + 1] = sorted[j]
		sorted[j + 1] = v
	}
	return n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
}

# row prints a figure with its target, such as "<= 20", "" for none.
function row(what, value, form, target,    bound, holds) {
	if (value < 0) return
	split(target, bound, " ")
	if (target != "") holds = (bound[1] == "<=" ? value <= bound[2] : value >= bound[2]) ? "yes" : "NO"
	printf "| %-78s | %14s | %7s | %-5s |\n", what, sprintf(form, value), target, holds
}

# ratio is a row of one metric against another, or against a part of it.
function ratio(what, above, below, unit, target,    a, b) {
	a = median(above, unit)
	b = median(below, unit)
	row(what, a < 0 || b <= 0 ? -1 : a / b, "%.2f x", target)
}

function booked(engine, callers,    key) {
	key = "bench Bookings/" engine "/callers=" callers
	row("bookings over HTTP, " engine ", " callers (callers == 1 ? " caller" : " callers"), median(key, "bookings/s"), "%.0f /s", "")
	row("  half of them within", median(key, "p50-ms"), "%.1f ms", "")
	row("  99 in 100 within", median(key, "p99-ms"), "%.1f ms", "")
}

function growth(engine) {
	ratio("bookings over HTTP, " engine ", with 1,000,000 stored against 1,000",
		"bench Growth/" engine "/stored=1000000/bookings", "bench Growth/" engine "/stored=1000/bookings", "bookings/s", ">= 0.8")
	ratio("the time to list slots over HTTP, " engine ", the same",
		"bench Growth/" engine "/stored=1000000/slots", "bench Growth/" engine "/stored=1000/slots", "p50-ms", "<= 1.25")
}

END {
	printf "\nMedians, on %s processors of the kind %s:\n\n", processors, machine
	printf "| %-78s | %14s | %7s | %-5s |\n", "", "measured", "target", "holds"
	print "| --- | --- | --- | --- |"
	ratio("CPU of a booking request, validated and decoded, against net/http and encoding/json",
		"server Validate/validated", "server Validate/net-http", "cpu-ns/op", "<= 1.3")
	ratio("CPU of a booking request over HTTP that the first rule refuses, the same",
		"bench Request/rule", "bench Request/net-http", "cpu-ns/op", "<= 1.8")
	ratio("CPU of a booking request over HTTP whose slot is taken, the same",
		"bench Request/taken", "bench Request/net-http", "cpu-ns/op", "")
	n = split("memory sqlite postgres", engines, " ")
	for (i = 1; i <= n; i++) {
		booked(engines[i], 1)
		booked(engines[i], 64)
	}
	key = "bench Bookings/sqlite/callers=64"
	p50 = median(key, "p50-ms")
	row("99 in 100 against half, sqlite, 64 callers", p50 > 0 ? median(key, "p99-ms") / p50 : -1, "%.1f x", "<= 5")
	ratio("a bare loop of grouped inserts into SQLite against a commit each",
		"store Bookings/bare-grouped", "store Bookings/single-commit", "bookings/s", ">= 2.5")
	ratio("the store on SQLite, 64 callers, against that bare loop",
		"store Bookings/grouped", "store Bookings/bare-grouped", "bookings/s", ">= 0.7")
	whole = median(key, "bookings/s")
	bare = median("store Bookings/bare-grouped", "bookings/s")
	row("whole bookings over HTTP, sqlite, 64 callers, against that bare loop", bare > 0 ? whole / bare : -1, "%.2f x", ">= 0.7")
	ratio("the store on PostgreSQL, 64 callers, against bare statements of pgx",
		"store Postgres/store", "store Postgres/bare", "bookings/s", ">= 0.6")
	row("64 callers for one slot, postgres: half of those who lose are told within",
		median("bench Contention/postgres/callers=64", "p50-ms"), "%.1f ms", "<= 50")
	row("slots of 1 host, 31 days, 500 bookings over HTTP, 200 a second: 99 in 100 within",
		median("bench Slots/rate=200", "p99-ms"), "%.1f ms", "<= 20")
	slots = median("booking Slots/hosts=1/bookings=500/perDay=0", "ns/op")
	row("slots of 1 host, 31 days, 500 bookings, from the database", slots < 0 ? -1 : slots / 1e6, "%.1f ms", "")
	slots = median("booking Slots/hosts=100/bookings=200/perDay=0", "ns/op")
	row("slots of 100 hosts, 31 days, 200 bookings each, from the database", slots < 0 ? -1 : slots / 1e6, "%.1f ms", "<= 25")
	growth("sqlite")
	growth("postgres")
	row("start of the program to its first booking", median("meetwright Start", "ms/first-201"), "%.0f ms", "")
	row("memory at rest", median("meetwright Start", "MB-resident"), "%.0f MB", "")
}
