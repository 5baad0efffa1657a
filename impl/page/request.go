package page

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/meetwright/meetwright/impl/wording"
)

// maxForm is the most that a form may send.
const maxForm = 64 << 10

// allow answers 405 unless the request has one of the methods.
func allow(w http.ResponseWriter, r *http.Request, methods ...string) bool {
	if slices.Contains(methods, r.Method) {
		return true
	}
	w.Header().Set("Allow", strings.Join(methods, ", "))
	write(w, r, http.StatusMethodNotAllowed, refusal(wordsFor(r), http.StatusMethodNotAllowed))
	return false
}

// trust accepts forms of the origin of a URL, and of the request's own.
func (s *site) trust(publicURL string) {
	s.cross = http.NewCrossOriginProtection()
	if publicURL == "" {
		return
	}
	u, err := url.Parse(publicURL)
	if err == nil {
		err = s.cross.AddTrustedOrigin(u.Scheme + "://" + u.Host)
	}
	if err != nil {
		panic(err)
	}
}

// foreign reports whether a form was sent from the page of another site.
//
// Browsers hide the origin of a page that asks for no referrer (Fetch §3.2),
// as ours do; over plain HTTP they send no Sec-Fetch-Site either. Such a
// form passes: what authorises it is in it, not in the browser.
func (s *site) foreign(r *http.Request) bool {
	if r.Header.Get("Sec-Fetch-Site") == "" && r.Header.Get("Origin") == "null" {
		return false
	}
	return s.cross.Check(r) != nil
}

// readForm reads the body of a form, or says with which status to refuse
// it. Parameters of the URL do not count.
func (s *site) readForm(w http.ResponseWriter, r *http.Request) (form url.Values, status int) {
	if s.foreign(r) {
		return nil, http.StatusForbidden
	}
	media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || media != "application/x-www-form-urlencoded" {
		return nil, http.StatusUnsupportedMediaType
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxForm))
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
		return nil, http.StatusRequestEntityTooLarge
	}
	if err == nil {
		form, err = url.ParseQuery(string(body))
	}
	if err != nil {
		return nil, http.StatusBadRequest
	}
	return form, 0
}

// address is where the connection came from, whatever the headers say; the
// zero Addr when unknown.
func address(r *http.Request) netip.Addr {
	at, _ := netip.ParseAddrPort(r.RemoteAddr)
	return at.Addr()
}

// maxReason is how many characters of a reason are kept.
const maxReason = 500

// reasonOf is the reason that a form gives.
func reasonOf(form url.Values) string {
	return wording.Text(strings.ToValidUTF8(form.Get("reason"), ""), maxReason)
}
