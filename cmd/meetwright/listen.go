package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/signal"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/client"
)

// listenCommand receives events while it runs.
func listenCommand() *cobra.Command {
	var l listening
	cmd := remote(&cobra.Command{
		Use: "listen", Short: "Print events as they come, and forward them",
		Long: `Print events as they come, and forward them.

It registers a webhook for as long as it runs, and checks every signature. What
is forwarded has the headers and the body that came; the answer to it is what
the server gets. A server elsewhere needs --public-url, under which the
receiver of --addr can be reached.`,
		Example: `  meetwright webhooks listen
  meetwright webhooks listen --forward-to http://localhost:3000/hooks`,
		Args: noArgs,
		RunE: calling(func(ctx context.Context, s *session, _ []string) error {
			l.session = s
			return l.run(ctx)
		}),
	}, "createWebhook", "deleteWebhook")
	cmd.Flags().StringVar(&l.forward, "forward-to", "", "where each event is sent on")
	cmd.Flags().StringVar(&l.addr, "addr", "127.0.0.1:0", "address of the receiver; port 0 picks a free one")
	cmd.Flags().StringVar(&l.public, "public-url", "", "where the server reaches the receiver (default: its address)")
	cmd.Flags().StringSliceVar(&l.events, "events", allEvents, "what to listen to")
	cmd.Flags().IntVar(&l.count, "count", 0, "end after so many events (default: when interrupted)")
	return cmd
}

// listening is one run of listen.
type listening struct {
	session               *session
	forward, addr, public string
	events                []string
	count                 int

	secret  string
	known   chan struct{} // closed when the secret is known
	enough  chan struct{} // closed by end
	end     func()        // after count events, and when nobody reads them
	mu      sync.Mutex    // one line at a time
	printed int
}

func (l *listening) run(ctx context.Context) (err error) {
	if l.forward != "" && !isWebURL(l.forward) {
		return wrongUsage(l.session.cmd, fmt.Errorf("--forward-to %q is no http or https address", l.forward))
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", l.addr)
	if err != nil {
		return &failure{exitFailed, "the address cannot be listened on", oneLine(err), "choose another --addr; port 0 picks a free one"}
	}
	l.known, l.enough = make(chan struct{}), make(chan struct{})
	l.end = sync.OnceFunc(func() { close(l.enough) })
	signal.Ignore(syscall.SIGPIPE) // which would leave the webhook behind
	web := &http.Server{Handler: http.HandlerFunc(l.receive), ReadHeaderTimeout: readHeaderTimeout, ReadTimeout: readTimeout}
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(listener) }()
	defer func() { _ = web.Close() }()

	endpoint := firstOf(l.public, "http://"+listener.Addr().String()+"/")
	made, err := l.session.api.CreateWebhook(ctx, client.WebhookCreate{
		Endpoint: endpoint, EventTypes: eventTypes(l.events), Description: optional("meetwright webhooks listen"),
	})
	if err != nil {
		return err
	}
	id := client.WebhookIDText(made.ID)
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if deleteErr := l.session.api.DeleteWebhook(ctx, id); err == nil {
			err = deleteErr
		}
	}()
	l.secret = made.Secret
	close(l.known)
	l.session.note("Listening as webhook %s at %s; interrupt to end.", id, endpoint)
	select {
	case <-ctx.Done():
	case <-l.enough:
	case err := <-failed:
		return err
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	_ = web.Shutdown(drain) // an answer that is cut off is asked for again
	return nil
}

// receive checks, prints and forwards an event.
func (l *listening) receive(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
	if err != nil {
		http.Error(w, "The body did not arrive.", http.StatusBadRequest)
		return
	}
	select {
	case <-l.known:
	case <-r.Context().Done():
		return
	}
	event, err := client.ParseWebhook(r.Header, body, l.secret)
	if err != nil {
		l.session.note("Refused: %v.", err)
		http.Error(w, "This is no event: "+err.Error()+".", http.StatusBadRequest)
		return
	}
	status, forwarded := http.StatusNoContent, ""
	if l.forward != "" {
		status, forwarded = l.send(r, body)
	}
	l.tell(event, forwarded)
	w.WriteHeader(status)
}

// send passes an event on, and gives the answer to it.
func (l *listening) send(r *http.Request, body []byte) (int, string) {
	onward, err := http.NewRequestWithContext(r.Context(), http.MethodPost, l.forward, bytes.NewReader(body))
	if err != nil {
		return http.StatusBadGateway, oneLine(err)
	}
	onward.Header = r.Header.Clone()
	answer, err := http.DefaultTransport.RoundTrip(onward)
	if err != nil {
		return http.StatusBadGateway, oneLine(err)
	}
	defer func() { _ = answer.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<20)) // only the status counts
	return answer.StatusCode, answer.Status
}

func (l *listening) tell(event client.Event, forwarded string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	line := string(bytes.TrimSpace(event.Body))
	if !asJSON(l.session.cmd) {
		line = fmt.Sprintf("%s  %s  %s", event.SentAt.UTC().Format(time.RFC3339), event.Type, event.ID)
		if about := subject(event); about != "" {
			line += "  " + about
		}
		if forwarded != "" {
			line += "  forwarded: " + forwarded
		}
		line = printable(line)
	}
	_, err := fmt.Fprintln(l.session.cmd.OutOrStdout(), line)
	if l.printed++; err != nil || l.printed == l.count {
		l.end()
	}
}

// subject is the booking or the user that an event is about.
func subject(event client.Event) string {
	switch data := event.Data.(type) {
	case *client.BookingCreated:
		return data.AppointmentID
	case *client.BookingCancelled:
		return data.AppointmentID
	case *client.BookingRescheduled:
		return data.AppointmentID
	case *client.NewEmployee:
		return data.UserID
	}
	return ""
}
