package console

import (
	"maps"
	"net/http"
	"net/url"
	"slices"

	"github.com/meetwright/meetwright/server/control"
)

// inboxView lists captured mails.
type inboxView struct {
	frame
	Recipient, Subject string // what is searched for
	Messages           []control.MessageSummary
	Pages              pager
}

func (*inboxView) template() string { return "inbox" }

func (s *site) inbox(r *http.Request, f frame) (view, error) {
	query := r.URL.Query()
	f.Title, f.Section, f.Notice = "Inbox", "inbox", notice(query)
	v := &inboxView{frame: f, Recipient: query.Get("to"), Subject: query.Get("subject")}
	found, err := told[control.ListMessages200JSONResponse](s.Plane.ListMessages(r.Context(), control.ListMessagesRequestObject{
		Params: control.ListMessagesParams{To: &v.Recipient, Subject: &v.Subject},
	}))
	v.Pages = paged(pageOf(r), len(found.Messages))
	v.Messages = cut(found.Messages, v.Pages)
	return v, err
}

// actOnInbox empties the inbox.
func (s *site) actOnInbox(r *http.Request, form url.Values) (string, []string, error) {
	if form.Get("do") != "empty" {
		return "", nil, errAction
	}
	_, err := s.Plane.DeleteMessages(r.Context(), control.DeleteMessagesRequestObject{})
	return "inbox", []string{"done", "emptied"}, err
}

// messageView is a captured mail.
type messageView struct {
	frame
	control.Message
	Fields []field // the headers
}

func (*messageView) template() string { return "message" }

func (s *site) message(r *http.Request, f frame) (view, error) {
	m, err := told[control.GetMessage200JSONResponse](s.Plane.GetMessage(r.Context(), control.GetMessageRequestObject{ID: r.PathValue("id")}))
	f.Title, f.Section = m.Subject, "inbox"
	if f.Title == "" {
		f.Title = "Mail without a subject"
	}
	return &messageView{f, control.Message(m), fieldsOf(m.Headers)}, err
}

// field is a line of a header.
type field struct{ Name, Value string }

// fieldsOf lists headers by name.
func fieldsOf(headers map[string][]string) []field {
	var all []field
	for _, name := range slices.Sorted(maps.Keys(headers)) {
		for _, value := range headers[name] {
			all = append(all, field{name, value})
		}
	}
	return all
}
