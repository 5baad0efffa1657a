package console

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"html/template"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed template
var sources embed.FS

//go:embed console.css
var style []byte

//go:embed console.js
var script []byte

// view is what a template writes.
type view interface {
	// template names the file, without its extension.
	template() string
}

// templates are the pages by name, read when one is first asked for.
var templates = sync.OnceValue(func() map[string]*template.Template {
	layout := template.Must(template.ParseFS(sources, "template/layout.html", "template/part.html"))
	all := map[string]*template.Template{}
	files, err := sources.ReadDir("template")
	if err != nil {
		panic(err) // it is embedded
	}
	for _, f := range files {
		own := template.Must(layout.Clone())
		all[strings.TrimSuffix(f.Name(), ".html")] = template.Must(own.ParseFS(sources, "template/"+f.Name()))
	}
	return all
})

// A page shows our style, runs our script, asks and sends forms to us, and
// does nothing else. The frame of a mail is bound by the policy of its page
// and needs styles in its text; it has no other way to anything.
const (
	policy = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

	mailPolicy = "default-src 'none'; style-src 'self' 'unsafe-inline'; script-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)

// write answers with a page, or with the status alone.
func write(w http.ResponseWriter, r *http.Request, status int, v view) {
	h := w.Header()
	h.Set("Content-Security-Policy", policy)
	if _, isMail := v.(*messageView); isMail {
		h.Set("Content-Security-Policy", mailPolicy)
	}
	h.Set("Referrer-Policy", "same-origin") // with none, forms would come from "null"
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "no-store")
	if v == nil {
		w.WriteHeader(status)
		return
	}
	var text bytes.Buffer
	if err := templates()[v.template()].ExecuteTemplate(&text, "layout", v); err != nil {
		panic(err) // the tests write every page
	}
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Length", strconv.Itoa(text.Len()))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(text.Bytes()) // whoever asked has gone
	}
}

// asset serves a file that is part of the program.
func asset(contentType string, content []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		sum := sha256.Sum256(content)
		h := w.Header()
		h.Set("Content-Type", contentType)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-cache")
		h.Set("ETag", `"`+hex.EncodeToString(sum[:8])+`"`)
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(content))
	}
}

// problemView says why there is no other page.
type problemView struct {
	frame
	Message string
}

func (*problemView) template() string { return "problem" }
