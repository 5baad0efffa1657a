package impl_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"

	"github.com/meetwright/meetwright/client"
	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
)

// rota is a world with a queue of people who are always free.
type rota struct {
	*world
	kind  meet.MeetingTypeID
	queue meet.QueueID
	users []meet.UserID // in queue order
	made  int           // bookings
}

// newRota makes a queue of hosts who work around the clock.
func newRota(t *testing.T, w *world, members int) *rota {
	t.Helper()
	hours := meet.Hours{}
	for day := range hours.Week {
		hours.Week[day] = meet.Day{Enabled: true, Windows: []meet.Window{{Start: 0, End: meet.EndOfDay}}}
	}
	r := &rota{world: w, kind: meet.MeetingTypeID(w.addType(t).ID)}
	w.update(t, func(tx *store.Tx) error {
		r.users = nil
		for i := range members {
			u := meet.User{
				ID: meet.UserID(uuid.NewString()), Company: w.demo.CompanyID(), Email: fmt.Sprintf("host%d@demo.example", i), GivenName: fmt.Sprintf("Host%d", i),
				FamilyName: "Free", Slug: fmt.Sprintf("host-%d", i), Zone: "UTC", Language: "en", Role: meet.Member, Schedule: meet.ScheduleID(uuid.NewString()),
				CreatedAt: tx.Now(), UpdatedAt: tx.Now(),
			}
			if err := tx.InsertUser(u); err != nil {
				return err
			}
			if err := tx.InsertSchedule(meet.Schedule{ID: u.Schedule, Company: u.Company, Owner: u.ID, Name: "Always", Zone: "UTC", Hours: hours, CreatedAt: tx.Now(), UpdatedAt: tx.Now()}); err != nil {
				return err
			}
			r.users = append(r.users, u.ID)
		}
		return nil
	})
	q := r.patch(t, fmt.Sprintf(`{"userIds":%s}`, encoded(t, r.users)))
	r.queue = meet.QueueID(q.ID)
	return r
}

// patch changes the queue.
func (r *rota) patch(t testing.TB, body string) client.Queue {
	t.Helper()
	return got[client.Queue](t, http.StatusOK)(r.owner.send(t, http.MethodPatch, "/v4/queue/meeting-type/"+string(r.kind), body))
}

// request is the booking of a start of its own.
func (r *rota) request(i int) func(*client.BookingRequest) {
	return func(b *client.BookingRequest) {
		b.MeetingTypeID, b.HostIDs, b.QueueID = uid(r.kind), nil, new(uid(r.queue))
		b.Start = at("2024-01-15T00:00:00Z").Add(time.Duration(i) * 30 * time.Minute)
	}
}

// book makes a booking of another start than before, and says whose it is.
func (r *rota) book(t testing.TB) (id, host string) {
	t.Helper()
	r.made++
	b := r.owner.book(t, r.request(r.made))
	return b.AppointmentID, r.hostOf(t, b.AppointmentID)
}

// hostOf is the number of a booking's host in the queue; of several, of all.
func (r *rota) hostOf(t testing.TB, id string) string {
	t.Helper()
	var names []string
	for _, h := range r.owner.appointment(t, id).HostIDs {
		names = append(names, fmt.Sprint(slices.Index(r.users, meet.UserID(h))))
	}
	return strings.Join(names, "+")
}

// books makes n bookings and says whose they are, in order.
func (r *rota) books(t testing.TB, n int) string {
	t.Helper()
	var hosts []string
	for range n {
		_, host := r.book(t)
		hosts = append(hosts, host)
	}
	return strings.Join(hosts, " ")
}

// counts are the bookings of each member, as the queue tells.
func (r *rota) counts(t testing.TB) []int {
	t.Helper()
	var counts []int
	for _, u := range got[client.Queue](t, http.StatusOK)(r.owner.GetQueue(t.Context(), uid(r.queue), nil)).Users {
		counts = append(counts, u.AssignedCount)
	}
	return counts
}

// next are the members in the order of their turn, as the queue tells;
// groups by their names.
func (r *rota) next(t testing.TB) []string {
	t.Helper()
	var names []string
	for _, h := range got[client.NextQueueHosts](t, http.StatusOK)(r.owner.GetNextQueueHosts(t.Context(), uid(r.queue), nil)).NextHosts {
		user, group, err := client.SplitNextHost(h)
		switch {
		case err != nil:
			t.Fatal(err)
		case user != nil:
			names = append(names, fmt.Sprint(slices.Index(r.users, meet.UserID(user.ID))))
		default:
			names = append(names, group.Name)
		}
	}
	return names
}

// shares is a PATCH of what each member takes.
func (r *rota) shares(property, key string, values ...int) string {
	var all []string
	for i, v := range values {
		all = append(all, fmt.Sprintf(`{"userId":%q,%q:%d}`, r.users[i], key, v))
	}
	return fmt.Sprintf(`{%q:[%s]}`, property, strings.Join(all, ","))
}

func TestQueue_AtOnce(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"simpleRoundRobin", "equalDistribution"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			r := newRota(t, newWorld(t, onDisk(filepath.Join(t.TempDir(), "meetwright.db"))), 5)
			r.patch(t, `{"type":"`+kind+`"}`)
			answers := atOnce(t, 50, func(i int) (*http.Response, error) { return r.owner.tryBook(t, r.request(i), quietly) })
			if count := statuses(answers); count[201] != 50 {
				t.Errorf("answers were %v", count)
			}
			if counts := r.counts(t); !slices.Equal(counts, []int{10, 10, 10, 10, 10}) {
				t.Errorf("they have %v", counts)
			}
			r.checkApart(t)
		})
	}
}

// Ensure one after the other gets their turn, with a clock that stands still
// and with one that runs, and that the queue says before whose it is.
func TestQueue_InTurn(t *testing.T) {
	t.Parallel()
	for kind, steps := range map[string][]string{"simpleRoundRobin": {"", "1s"}, "advancedRoundRobin": {""}, "equalDistribution": {""}} {
		for _, step := range steps {
			t.Run(kind+" "+step, func(t *testing.T) {
				t.Parallel()
				const hosts = 5
				r := newRota(t, newWorld(t), hosts)
				r.patch(t, `{"type":"`+kind+`"}`)
				for i := range 2*hosts + 3 {
					next := r.next(t)
					if _, host := r.book(t); len(next) != hosts || host != next[0] || host != fmt.Sprint(i%hosts) {
						t.Errorf("booking %d went to %s of %v", i, host, next)
					}
					if c := r.counts(t); slices.Max(c)-slices.Min(c) > 1 {
						t.Errorf("they have %v", c)
					}
					if step != "" {
						r.advance(t, step)
					}
				}
			})
		}
	}
}

// Ensure the queue says whose turn is next, and is right, whatever happened
// before.
func TestQueue_NextIsTrue(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{"simpleRoundRobin", "advancedRoundRobin", "equalDistribution"} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			const hosts = 4
			r := newRota(t, newWorld(t), hosts)
			r.patch(t, `{"type":"`+kind+`"}`)
			got[client.QueueUserGroup](t, http.StatusCreated)(r.owner.CreateQueueUserGroup(t.Context(), nil, client.QueueUserGroupCreate{
				QueueID: uid(r.queue), Name: "2+3", UserIDs: []uuid.UUID{uid(r.users[2]), uid(r.users[3])},
			}))
			random := rand.New(rand.NewPCG(uint64(len(kind)), 1))
			var booked []string
			for i := range 20 {
				did := random.IntN(7)
				switch any := random.IntN(len(booked) + 1); {
				case did == 0:
					r.patch(t, r.shares("userPriorities", "priority", random.IntN(4), random.IntN(4)))
				case did == 1:
					r.patch(t, r.shares("userCapacities", "capacity", 1+random.IntN(3), 1+random.IntN(3)))
				case did == 2:
					r.advance(t, []string{"1s", "6h", "P1D"}[random.IntN(3)])
				case did == 3 && any < len(booked):
					r.owner.cancels(t, booked[any], client.CancelRequest{})
				case did == 4 && any < len(booked) && !r.owner.appointment(t, booked[any]).IsCancelled:
					r.owner.moves(t, booked[any], at("2024-03-01T00:00:00Z").Add(time.Duration(i)*30*time.Minute).Format(time.RFC3339))
				case did == 5: // comes or goes
					r.patch(t, fmt.Sprintf(`{"userId":%q}`, r.users[2+random.IntN(2)]))
				}
				next := r.next(t)
				if len(next) == 0 {
					continue
				}
				b := r.owner.book(t, r.request(200+i), quietly) // where nobody is busy
				booked = append(booked, b.AppointmentID)
				if host := r.hostOf(t, b.AppointmentID); host != next[0] {
					t.Fatalf("booking %d, after %d, went to %s, next was %v", i, did, host, next)
				}
			}
			if len(booked) < 15 {
				t.Errorf("only %d were booked", len(booked))
			}
		})
	}
}

// Ensure whoever is busy is passed over, and the next one who is free is
// booked; with nobody free, nobody is.
func TestQueue_PassesOver(t *testing.T) {
	t.Parallel()
	r := newRota(t, newWorld(t), 3)
	for i, want := range []string{"0", "1", "2"} {
		if host := r.hostOf(t, r.owner.book(t, r.request(0)).AppointmentID); host != want {
			t.Errorf("booking %d went to %s", i, host)
		}
	}
	r.owner.isTaken(t, r.request(0))
	if hosts := r.books(t, 4); hosts != "0 1 2 0" {
		t.Errorf("then they went to %s", hosts)
	}
	r.made = 0
	if hosts := r.books(t, 3); hosts != "1 2 0" { // at starts where 0, 1, 2 are busy
		t.Errorf("beside those they went to %s", hosts)
	}
	refused := got[client.Queue](t, http.StatusOK)(r.owner.GetQueue(t.Context(), uid(r.queue), nil))
	if refused.Users[0].LastAssignedAt == nil {
		t.Errorf("the queue is %+v", refused)
	}
	r.checkApart(t)
}

func TestQueue_Shares(t *testing.T) {
	t.Parallel()
	t.Run("priorities", func(t *testing.T) {
		t.Parallel()
		r := newRota(t, newWorld(t), 3)
		r.patch(t, r.shares("userPriorities", "priority", 1, 3, 3))
		if hosts := r.books(t, 3); hosts != "0 1 2" {
			t.Errorf("simple: %s", hosts)
		}
		r.patch(t, `{"type":"advancedRoundRobin"}`)
		if next := r.next(t); !slices.Equal(next, []string{"1", "2", "0"}) {
			t.Errorf("next is %v", next)
		}
		if hosts := r.books(t, 4); hosts != "1 2 1 2" {
			t.Errorf("advanced: %s", hosts)
		}
		r.made -= 2 // where 1 and 2 are taken
		first := r.owner.book(t, r.request(r.made+1))
		if host := r.hostOf(t, first.AppointmentID); host != "2" {
			t.Errorf("beside 1: %s", host)
		}
		if host := r.hostOf(t, r.owner.book(t, r.request(r.made+1)).AppointmentID); host != "0" {
			t.Errorf("beside 1 and 2: %s", host)
		}
	})
	t.Run("capacities", func(t *testing.T) {
		t.Parallel()
		r := newRota(t, newWorld(t), 3)
		r.patch(t, `{"type":"equalDistribution"}`)
		r.patch(t, r.shares("userCapacities", "capacity", 1, 2, 3))
		r.books(t, 24)
		if c := r.counts(t); !slices.Equal(c, []int{4, 8, 12}) {
			t.Errorf("they have %v", c)
		}
	})
	t.Run("periods", func(t *testing.T) {
		t.Parallel()
		r := newRota(t, newWorld(t), 2)
		r.patch(t, `{"type":"equalDistribution","distributionPeriod":"day"}`)
		r.books(t, 3)
		if c := r.counts(t); !slices.Equal(c, []int{2, 1}) {
			t.Errorf("on Wednesday they have %v", c)
		}
		r.setClock(t, "2024-01-10T22:59:59Z")
		if c := r.counts(t); !slices.Equal(c, []int{2, 1}) {
			t.Errorf("before midnight in Berlin they have %v", c)
		}
		r.setClock(t, "2024-01-10T23:00:00Z")
		if c := r.counts(t); !slices.Equal(c, []int{0, 0}) {
			t.Errorf("on Thursday in Berlin they have %v", c)
		}
		if hosts := r.books(t, 2); hosts != "1 0" {
			t.Errorf("and then %s", hosts)
		}
	})
	t.Run("newcomers are level with the lowest", func(t *testing.T) {
		t.Parallel()
		r := newRota(t, newWorld(t), 4)
		late := r.users[3]
		r.patch(t, fmt.Sprintf(`{"type":"equalDistribution","userIds":%s}`, encoded(t, r.users[:3])))
		r.books(t, 7) // 3 2 2
		r.patch(t, `{"userId":"`+string(late)+`","userCapacities":[{"userId":"`+string(late)+`","capacity":2}]}`)
		if hosts := r.books(t, 9); strings.Count(hosts, "3") != 4 {
			t.Errorf("a newcomer of twice the capacity got %s", hosts)
		}
	})
	t.Run("who comes back is counted once", func(t *testing.T) {
		t.Parallel()
		r := newRota(t, newWorld(t), 2)
		r.patch(t, `{"type":"equalDistribution"}`)
		r.books(t, 4)
		for range 2 {
			r.patch(t, `{"userId":"`+string(r.users[1])+`"}`)
		}
		if hosts := r.books(t, 4); strings.Count(hosts, "1") != 2 {
			t.Errorf("they went to %s", hosts)
		}
	})
}

// Ensure a cancellation gives the turn back, and a move keeps host and count.
func TestQueue_Changes(t *testing.T) {
	t.Parallel()
	r := newRota(t, newWorld(t), 3)
	first, _ := r.book(t)
	r.owner.moves(t, first, "2024-01-20T10:00:00Z")
	if host := r.hostOf(t, first); host != "0" || !slices.Equal(r.counts(t), []int{1, 0, 0}) {
		t.Errorf("after a move it is %s with %v", host, r.counts(t))
	}
	second, _ := r.book(t)
	r.owner.cancels(t, second, client.CancelRequest{})
	if c := r.counts(t); !slices.Equal(c, []int{1, 0, 0}) || r.next(t)[0] != "1" {
		t.Errorf("after a cancellation they have %v and next is %v", c, r.next(t))
	}
	if hosts := r.books(t, 3); hosts != "1 2 0" {
		t.Errorf("they went to %s", hosts)
	}
	// Moved to where the host is busy, it goes to whoever is next.
	blocked := r.owner.book(t, r.request(200))
	for i := range 3 {
		r.patch(t, fmt.Sprintf(`{"userIds":[%q]}`, r.users[i]))
		if i != 1 {
			r.owner.book(t, r.request(300))
		}
	}
	r.patch(t, fmt.Sprintf(`{"userIds":%s}`, encoded(t, r.users)))
	before := r.hostOf(t, blocked.AppointmentID)
	r.owner.moves(t, blocked.AppointmentID, at("2024-01-15T00:00:00Z").Add(300*30*time.Minute).Format(time.RFC3339))
	if after := r.hostOf(t, blocked.AppointmentID); after != "1" {
		t.Errorf("it was with %s and is with %s", before, after)
	}
	r.checkApart(t)
}

// Ensure a hold takes the turn, a confirmation keeps it and an expiry gives
// it back.
func TestQueue_Holds(t *testing.T) {
	t.Parallel()
	r := newRota(t, newWorld(t), 2)
	r.owner.changes(t, string(r.kind), `{"meetingOptions":{"requireHostConfirmation":"enabled"}}`)
	first := r.owner.holds(t, r.request(1)).ProvisionalBookingID
	second := r.owner.holds(t, r.request(2)).ProvisionalBookingID
	if c := r.counts(t); !slices.Equal(c, []int{1, 1}) {
		t.Errorf("they have %v", c)
	}
	b := got[client.Approved](t, http.StatusCreated)(r.owner.ApproveProvisionalBooking(t.Context(), uid(first), nil))
	if host := r.hostOf(t, b.AppointmentID); host != "0" {
		t.Errorf("it is with %s", host)
	}
	page := got[client.ProvisionalBookingPage](t, http.StatusOK)(r.owner.ListProvisionalBookings(t.Context(), nil))
	for _, p := range page.ProvisionalBookings {
		if p.QueueBookingInfo == nil || len(p.QueueBookingInfo.UserIDs) != 1 || text(p.QueueBookingInfo.SelectionReason) == "" {
			t.Errorf("listed %+v", p)
		}
	}
	r.advance(t, "24h")
	if c := r.counts(t); r.hold(t, second).Status != meet.Expired || !slices.Equal(c, []int{1, 0}) {
		t.Errorf("they have %v", c)
	}
}

// Ensure a group hosts when all its users are free, and counts as one.
func TestQueue_Groups(t *testing.T) {
	t.Parallel()
	r := newRota(t, newWorld(t), 4)
	r.patch(t, fmt.Sprintf(`{"userIds":[%q]}`, r.users[0]))
	group := got[client.QueueUserGroup](t, http.StatusCreated)(r.owner.CreateQueueUserGroup(t.Context(), nil, client.QueueUserGroupCreate{
		QueueID: uid(r.queue), Name: "Pair", UserIDs: []uuid.UUID{uid(r.users[1]), uid(r.users[2]), uid(r.users[1])},
	}))
	if !slices.Equal(group.UserIDs, []string{string(r.users[1]), string(r.users[2])}) || !slices.Equal(r.next(t), []string{"0", "Pair"}) {
		t.Errorf("made %+v, next is %v", group, r.next(t))
	}
	if hosts := r.books(t, 4); hosts != "0 1+2 0 1+2" {
		t.Errorf("they went to %s", hosts)
	}
	// Where 0 and 2 are busy nobody is offered, though 1 is free.
	other := meet.MeetingTypeID(r.addType(t).ID)
	busy := newQueueOf(t, r, other, r.users[2])
	r.owner.book(t, ofType(other), func(b *client.BookingRequest) {
		r.request(40)(b)
		b.MeetingTypeID, b.QueueID = uid(other), new(uid(busy))
	})
	if hosts := r.hostOf(t, r.owner.book(t, r.request(40)).AppointmentID); hosts != "0" {
		t.Errorf("it went to %s", hosts)
	}
	r.owner.isTaken(t, r.request(40))
	starts := startsOf(t, r.owner.slots(t, slotsOf(r.kind), ofQueue(r.queue), within("2024-01-15", "2024-01-16", "UTC")))
	if slices.Contains(starts, "2024-01-15 20:00") || !slices.Contains(starts, "2024-01-15 20:30") || !slices.Contains(starts, "2024-01-15 00:30") {
		t.Errorf("listed are %v", starts)
	}
	r.checkApart(t)
}

// newQueueOf gives another type a queue.
func newQueueOf(t *testing.T, r *rota, kind meet.MeetingTypeID, users ...meet.UserID) meet.QueueID {
	t.Helper()
	q := got[client.Queue](t, http.StatusOK)(r.owner.send(t, http.MethodPatch, "/v4/queue/meeting-type/"+string(kind), `{"userIds":`+encoded(t, users)+`}`))
	return meet.QueueID(q.ID)
}

// Ensure co-hosts all host, whoever was next.
func TestQueue_CoHosts(t *testing.T) {
	t.Parallel()
	r := newRota(t, newWorld(t), 3)
	r.patch(t, `{"calculationMethod":"everyone"}`)
	if hosts := r.books(t, 2); hosts != "0+1+2 0+1+2" {
		t.Errorf("they went to %s", hosts)
	}
	r.owner.isTaken(t, r.request(1))
	if c := r.counts(t); !slices.Equal(c, []int{0, 0, 0}) {
		t.Errorf("turns were counted: %v", c)
	}
}

// Ensure a running group meeting is joined through the queue, and is no new
// turn.
func TestQueue_JoinsGroups(t *testing.T) {
	t.Parallel()
	r := newRota(t, newWorld(t), 2)
	r.owner.changes(t, string(r.kind), `{"spots":2}`)
	first := r.owner.book(t, r.request(1))
	again := r.owner.book(t, r.request(1), named("Grace Hopper", "grace@example.com"))
	if again.AppointmentID != first.AppointmentID || !slices.Equal(r.counts(t), []int{1, 0}) {
		t.Errorf("booked %s and %s, they have %v", first.AppointmentID, again.AppointmentID, r.counts(t))
	}
	third := r.owner.book(t, r.request(1), named("Alan Turing", "alan@example.com"))
	if third.AppointmentID == first.AppointmentID || r.hostOf(t, third.AppointmentID) != "1" {
		t.Error("the third joined a full meeting")
	}
	r.checkApart(t)
}

// Ensure a PATCH toggles one member, sets all of them, and changes no more
// than it names.
func TestUpdateQueue(t *testing.T) {
	t.Parallel()
	r := newRota(t, newWorld(t), 3)
	ids := func(q client.Queue) string {
		var all []string
		for i, u := range q.Users {
			if u.Position != i {
				t.Errorf("position %d of %+v", i, u)
			}
			all = append(all, fmt.Sprint(slices.Index(r.users, meet.UserID(u.ID))))
		}
		return strings.Join(all, " ")
	}
	one, two := string(r.users[1]), string(r.users[2])
	r.patch(t, r.shares("userPriorities", "priority", 1, 2, 3))
	for _, test := range []struct{ body, want string }{
		{`{}`, "0 1 2"},
		{`{"userId":"` + one + `"}`, "0 2"},
		{`{"userId":"` + one + `"}`, "0 2 1"},
		{fmt.Sprintf(`{"userIds":[%q,%q]}`, two, one), "2 1"},
		{fmt.Sprintf(`{"userIds":[%q,%q,%q]}`, one, two, one), "1 2"},
		{`{"type":"equalDistribution","distributionPeriod":"week","maxLeadThreshold":3,"prioritizeNearTermAvailability":true}`, "1 2"},
		{`{"maxLeadThreshold":0}`, "1 2"},
	} {
		if got := ids(r.patch(t, test.body)); got != test.want {
			t.Errorf("%s made it %s, want %s", test.body, got, test.want)
		}
	}
	q := got[client.Queue](t, http.StatusOK)(r.owner.GetQueue(t.Context(), uid(r.queue), nil))
	if q.Type != "equalDistribution" || q.DistributionPeriod != "week" || !q.PrioritizeNearTermAvailability || q.Users[1].Priority != 3 || q.ID != string(r.queue) {
		t.Errorf("it is %+v", q)
	}
	patch := func(c caller, body string) (*http.Response, error) {
		return c.send(t, http.MethodPatch, "/v4/queue/meeting-type/"+string(r.kind), body)
	}
	_, ada := r.ada(t)
	wants(t, http.StatusForbidden)(patch(ada, `{"type":"simpleRoundRobin"}`))
	refuses(t, 404, noSuchType)(patch(r.rival(t).owner, `{}`))
	refuses(t, 400, "A user of this queue is not a user of this company")(patch(r.owner, `{"userId":"`+nobody+`"}`))
	refuses(t, 400, "Priorities, capacities and links are for users of the queue")(patch(r.owner, r.shares("userCapacities", "capacity", 2)))
	after := got[client.Queue](t, http.StatusOK)(r.owner.GetQueue(t.Context(), uid(r.queue), nil))
	if diff := cmp.Diff(q, after); diff != "" {
		t.Errorf("refusals changed it (-want +got):\n%s", diff)
	}
	if kind := got[client.MeetingType](t, http.StatusOK)(r.owner.GetMeetingType(t.Context(), uid(r.kind), nil)); kind.QueueID == nil || *kind.QueueID != string(r.queue) {
		t.Errorf("the type is %+v", kind)
	}
}

// Ensure a member who is too far ahead is neither listed nor next, until the
// others have caught up, and that what is listed can be booked.
func TestQueue_Lead(t *testing.T) {
	t.Parallel()
	listed := func(t *testing.T, r *rota, day string) []string {
		t.Helper()
		end := at(day+"T00:00:00Z").AddDate(0, 0, 1).Format(time.DateOnly)
		return startsOf(t, r.owner.slots(t, slotsOf(r.kind), ofQueue(r.queue), within(day, end, "UTC")))
	}
	// ahead makes a queue of two, the first of whom is two bookings ahead,
	// and the second of whom works from a date on.
	ahead := func(t *testing.T, body, from string) *rota {
		t.Helper()
		r := newRota(t, newWorld(t), 2)
		r.patch(t, fmt.Sprintf(`{"userIds":[%q]}`, r.users[0]))
		r.books(t, 2)
		r.patch(t, fmt.Sprintf(`{"userIds":%s}`, encoded(t, r.users)))
		r.update(t, func(tx *store.Tx) error { // as if it had been there all along
			q, err := tx.Queue(r.demo.CompanyID(), r.queue, func(meet.Queue) (time.Time, error) { return time.Time{}, nil })
			if err != nil {
				return err
			}
			q.Members[1].Calibration = 0
			return tx.UpdateQueue(q)
		})
		r.patch(t, body)
		if from != "" {
			r.off(t, r.users[1], from)
		}
		return r
	}
	t.Run("no limit", func(t *testing.T) {
		t.Parallel()
		r := ahead(t, `{"maxLeadThreshold":0}`, "2024-01-20")
		if len(listed(t, r, "2024-01-16")) != 48 {
			t.Error("a member is hidden")
		}
	})
	t.Run("not that far", func(t *testing.T) {
		t.Parallel()
		r := ahead(t, `{"maxLeadThreshold":3}`, "2024-01-20")
		if len(listed(t, r, "2024-01-16")) != 48 {
			t.Error("a member is hidden")
		}
	})
	t.Run("hidden until the others caught up", func(t *testing.T) {
		t.Parallel()
		r := ahead(t, `{"maxLeadThreshold":2}`, "2024-01-20")
		if starts := listed(t, r, "2024-01-16"); len(starts) > 0 {
			t.Errorf("listed are %v", starts)
		}
		day := listed(t, r, "2024-01-20")
		if next := r.next(t); len(day) != 48 || !slices.Equal(next, []string{"1", "0"}) {
			t.Errorf("%d are listed, next is %v", len(day), next)
		}
		if free := r.owner.slots(t, slotsOf(r.kind, r.users[0]), within("2024-01-16", "2024-01-17", "UTC")); len(startsOf(t, free)) != 48 {
			t.Error("it is hidden from who asks for it by name")
		}
		b := r.owner.book(t, r.request(5*48))
		if host := r.hostOf(t, b.AppointmentID); host != "1" {
			t.Errorf("it went to %s", host)
		}
		if len(listed(t, r, "2024-01-16")) != 48 {
			t.Error("it is still hidden")
		}
	})
	t.Run("relieved when the others have nothing soon", func(t *testing.T) {
		t.Parallel()
		r := ahead(t, `{"maxLeadThreshold":2,"prioritizeNearTermAvailability":true}`, "2024-01-25")
		if len(listed(t, r, "2024-01-16")) != 48 || !slices.Equal(r.next(t), []string{"1", "0"}) {
			t.Errorf("it is hidden, next is %v", r.next(t))
		}
		if host := r.hostOf(t, r.owner.book(t, r.request(48)).AppointmentID); host != "0" {
			t.Errorf("it went to %s", host)
		}
		r.setClock(t, "2024-01-11T00:00:00Z") // fourteen days before
		if len(listed(t, r, "2024-01-16")) != 0 {
			t.Error("it is shown though the others have something soon")
		}
	})
}

// off keeps a host from working before a date.
func (r *rota) off(t *testing.T, user meet.UserID, until string) {
	t.Helper()
	var dates []string
	for day := at("2024-01-09T00:00:00Z"); day.Before(at(until + "T00:00:00Z")); day = day.AddDate(0, 0, 1) {
		dates = append(dates, day.Format(time.DateOnly))
	}
	var schedule meet.ScheduleID
	r.update(t, func(tx *store.Tx) error {
		u, err := tx.User(r.demo.CompanyID(), user)
		schedule = u.Schedule
		return err
	})
	body := fmt.Sprintf(`{"exceptions":[{"type":"block","dates":%s}]}`, encoded(t, dates))
	wants(t, http.StatusOK)(r.owner.send(t, http.MethodPatch, "/v4/availability/"+string(schedule), body))
}
