package store

// companyTable is a table with the rows of companies.
type companyTable struct {
	name string
	// of is the condition on the rows of the company $1.
	of string
	// forget names a column that means nothing on another server: it is
	// exported as NULL.
	forget string
	// unowned rows do not show whose they are.
	unowned bool
}

const ofCompany = `company_id = $1`

// companyTables are all tables but installationTables, each after those that
// its rows refer to. A table that a migration adds belongs to one of the two.
var companyTables = []companyTable{
	{name: "company", of: `id = $1`},
	{name: "app_user", of: ofCompany},
	{name: "api_key", of: ofCompany},
	{name: "schedule", of: ofCompany},
	{name: "meeting_type", of: ofCompany},
	{name: "queue", of: ofCompany},
	{name: "queue_member", of: ofQueue},
	{name: "queue_group", of: ofQueue},
	{name: "queue_group_user", of: `group_id IN (SELECT id FROM queue_group WHERE ` + ofQueue + `)`},
	{name: "booking", of: ofCompany},
	{name: "booking_host", of: ofBooking},
	{name: "attendee", of: ofBooking},
	{name: "hold", of: ofCompany},
	{name: "hold_host", of: `hold_id IN (SELECT id FROM hold WHERE ` + ofCompany + `)`},
	{name: "occupied", of: ofCompany},
	{name: "assignment", of: ofQueue},
	{name: "one_time_link", of: ofCompany},
	{name: "contact", of: ofCompany},
	{name: "webhook", of: ofCompany},
	{name: "event", of: ofCompany},
	{name: "job", of: ofCompany, forget: "lease_until"},
	{name: "job_attempt", of: `job_id IN (SELECT id FROM job WHERE ` + ofCompany + `)`},
	{name: "message", of: `id IN (SELECT id FROM job WHERE ` + ofCompany + `)`},
	// Its keys are digests, which tell nothing of the company; so they are
	// those of a company that is alone.
	{name: "idempotency", of: `NOT EXISTS (SELECT 1 FROM company WHERE id <> $1)`, unowned: true},
}

const (
	ofQueue   = `queue_id IN (SELECT id FROM queue WHERE ` + ofCompany + `)`
	ofBooking = `booking_id IN (SELECT id FROM booking WHERE ` + ofCompany + `)`
)

// installationTables belong to the database and to no company.
var installationTables = []string{"goose_db_version", "setting"}
