package page

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"errors"
	"html/template"
	"math"
	"net/http"
	"strconv"

	"github.com/meetwright/meetwright/impl/meet"
)

//go:embed page.html
var source string

//go:embed style.css
var style string

var (
	layout = template.Must(template.New("page").Funcs(template.FuncMap{"style": styleSheet}).Parse(source))
	policy = contentPolicy()
)

// styleSheet is ours, and written as it is, so that the hash fits.
func styleSheet() template.CSS { return template.CSS(style) }

// contentPolicy lets a page show our style, send forms to us, and nothing
// else.
func contentPolicy() string {
	hash := sha256.Sum256([]byte(style))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(hash[:]) +
		"'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
}

// write answers with a page, or with the status alone.
func write(w http.ResponseWriter, r *http.Request, status int, v *view) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Robots-Tag", "noindex, nofollow")
	if v == nil {
		w.WriteHeader(status)
		return
	}
	var text bytes.Buffer
	if err := layout.Execute(&text, v); err != nil {
		panic(err) // the tests write every page
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(text.Len()))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(text.Bytes()) // whoever asked has gone
	}
}

// problem answers a refusal that has no page to be told on, and failures.
func (s *site) problem(w http.ResponseWriter, r *http.Request, err error) {
	status := statusOf(err)
	if status == http.StatusInternalServerError && r.Context().Err() == nil {
		s.log.ErrorContext(r.Context(), "page failed", "page", r.Pattern, "error", err)
	}
	var e *meet.Error
	if errors.As(err, &e) && e.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(int(math.Ceil(e.RetryAfter.Seconds()))))
	}
	write(w, r, status, refusal(wordsFor(r), status))
}

func (s *site) unknown(w http.ResponseWriter, r *http.Request) {
	write(w, r, http.StatusNotFound, refusal(wordsFor(r), http.StatusNotFound))
}

// statusOf is what a refusal is answered with.
func statusOf(err error) int {
	switch code := meet.CodeOf(err); {
	case errors.Is(err, errNoStart):
		return http.StatusBadRequest
	case code == meet.CodeUnauthorized:
		return http.StatusUnauthorized
	case code == meet.CodeTooMany:
		return http.StatusTooManyRequests
	case code == meet.CodeUnavailable:
		return http.StatusServiceUnavailable
	case code == meet.CodeNotFound:
		return http.StatusNotFound
	case lostCodes[code]:
		return http.StatusConflict
	}
	return http.StatusInternalServerError
}

// lostCodes are the refusals that are told on the page, beside how things
// stand.
var lostCodes = map[meet.Code]bool{
	meet.CodeInvalid: true, meet.CodeForbidden: true, meet.CodeConflict: true, meet.CodeSlotOccupied: true,
	meet.CodePolicy: true, meet.CodeCancelled: true, meet.CodeHostNotFound: true, meet.CodeDuration: true,
}

func isLost(err error) bool { return lostCodes[meet.CodeOf(err)] }
