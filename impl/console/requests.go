package console

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/meetwright/meetwright/server/control"
)

// requestsView lists the latest calls.
type requestsView struct {
	frame
	Status, Operation, Path string // what is searched for
	Operations              []string
	Requests                []control.CallSummary
	Pages                   pager
}

func (*requestsView) template() string { return "requests" }

// Searched reports whether some calls may be left out.
func (v *requestsView) Searched() bool { return v.Status+v.Operation+v.Path != "" }

func (s *site) requests(r *http.Request, f frame) (view, error) {
	query := r.URL.Query()
	f.Title, f.Section, f.Notice = "Requests", "requests", notice(query)
	v := &requestsView{frame: f, Status: query.Get("status"), Operation: query.Get("operation"), Path: query.Get("path")}
	all, err := told[control.ListRequests200JSONResponse](s.Plane.ListRequests(r.Context(), control.ListRequestsRequestObject{
		Params: control.ListRequestsParams{Status: unlessEmpty(v.Status), Operation: unlessEmpty(v.Operation)},
	}))
	found := slices.DeleteFunc(all.Requests, func(c control.CallSummary) bool {
		return !strings.Contains(strings.ToLower(c.Path), strings.ToLower(v.Path))
	})
	for _, c := range found {
		v.Operations = append(v.Operations, c.Operation)
	}
	slices.Sort(v.Operations)
	v.Operations = slices.Compact(v.Operations)
	v.Pages = paged(pageOf(r), len(found))
	v.Requests = cut(found, v.Pages)
	return v, err
}

func unlessEmpty(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// actOnRequests empties the journal.
func (s *site) actOnRequests(r *http.Request, form url.Values) (string, []string, error) {
	if form.Get("do") != "empty" {
		return "", nil, errAction
	}
	_, err := s.Plane.DeleteRequests(r.Context(), control.DeleteRequestsRequestObject{})
	return "requests", []string{"done", "emptied"}, err
}
