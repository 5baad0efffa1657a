// Package clienttest gives each test a real server of its own: the whole of Meetwright, in memory and in the test's own process, with the demo in it. Slots are
// computed, conflicts are conflicts, mail arrives in an inbox, webhooks are delivered and signed, and the clock stands still until the test moves it.
//
//	func TestReminder(t *testing.T) {
//		srv := clienttest.New(t)
//		bookTomorrow(srv.Client)          // the code under test books
//		srv.Clock.Advance(24 * time.Hour) // and all that is due in a day happens
//		mail := srv.Inbox.Wait(t, "jane@example.com", "reminder")
//		...
//	}
//
// The clock begins at Start, in 2024: give code under test that asks for the time srv.Clock.Now, or begin with WithClock(time.Now()).
//
// New takes about a millisecond. The first one of a process takes some hundred, because it makes the server and the content of which every test gets a copy, and so
// does the first one with each seed. Tests may run in parallel, none sees anything of another, and what a test leaves behind is discarded with it. What is shared ends
// with the process, so New cannot be called in a bubble of testing/synctest.
//
// When a test fails, its log shows the call that most likely is why: the operation, the status, and what was wrong with the request.
//
// Who imports package client alone gets nothing of the server, nor of its database.
package clienttest
