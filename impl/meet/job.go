package meet

import (
	"encoding/json"
	"time"
)

// JobID identifies a job.
type JobID string

// JobKind names what a job does.
type JobKind string

// The kinds of job.
const (
	SendWebhook  JobKind = "webhook"
	SendMail     JobKind = "mail"
	SendReminder JobKind = "reminder"
	ExpireHold   JobKind = "expire_hold"
)

// Job is work that outlives the request that asked for it. It is done at
// least once, at RunAt or later.
type Job struct {
	ID JobID
	// Number is in the order in which jobs were stored; the store gives it.
	Number  int64
	Company CompanyID
	Kind    JobKind
	// Lane shares out the workers: jobs of one lane, such as one webhook,
	// never hold all of them.
	Lane string
	// Chain keeps order: of one lane and chain, a job starts only when
	// those of a lower number are done or dead. "" is no order.
	Chain string
	// Dedup makes the job unique: another job of the same dedup is not
	// added.
	Dedup   string
	Subject string // what it is about: an event, booking or hold
	Payload json.RawMessage
	State   JobState
	// Attempt counts the attempts, the running one included. It fences: an
	// attempt whose lease ran out can no longer settle the job.
	Attempt   int
	RunAt     time.Time
	CreatedAt time.Time
	LastError string
}

// JobState is where a job stands.
type JobState string

// The states.
const (
	JobPending JobState = "pending"
	JobDone    JobState = "done"
	JobDead    JobState = "dead" // given up, visibly
)

// JobAttempt is one attempt at a job that was made.
type JobAttempt struct {
	At     time.Time
	Status int    // of the answer, 0 when there was none
	Error  string // "" when it succeeded
}
