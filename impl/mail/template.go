package mail

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	htmltemplate "html/template"
	"io/fs"
	"regexp"
	"strings"
	"sync"
	texttemplate "text/template"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/wording"
)

//go:embed templates
var embedded embed.FS

// names are the templates that there must be in each language.
var names = []meet.Template{
	meet.MailBooked, meet.MailRescheduled, meet.MailCancelled, meet.MailReminder, meet.MailOptIn, meet.MailAwaitingApproval,
	meet.MailDeclined, meet.MailExpired, meet.MailApprovalAsked, meet.MailQuick,
	meet.HostBooked, meet.HostRescheduled, meet.HostCancelled, meet.InviteGuest, meet.CancelGuest,
	meet.MailWebhookDisabled,
}

// writing is a template in a language.
type writing struct {
	subject, text *texttemplate.Template
	html          *htmltemplate.Template
}

// writings are all templates, by language and name.
type writings map[string]map[meet.Template]writing

// ours are the templates that come with the program.
var ours = sync.OnceValues(func() (writings, error) { return readTemplates(nil) })

// readTemplates reads all templates, each file from own when it is there.
func readTemplates(own fs.FS) (writings, error) {
	base, err := fs.Sub(embedded, "templates")
	if err != nil {
		return nil, err
	}
	read := func(name string) (string, error) {
		if own != nil {
			if raw, err := fs.ReadFile(own, name); err == nil || !errors.Is(err, fs.ErrNotExist) {
				return string(raw), err
			}
		}
		raw, err := fs.ReadFile(base, name)
		return string(raw), err
	}
	all := writings{}
	for tag := range wording.Languages {
		all[tag] = map[meet.Template]writing{}
		for _, name := range names {
			if all[tag][name], err = readTemplate(read, tag, name); err != nil {
				return nil, fmt.Errorf("mail template %s/%s: %w", tag, name, err)
			}
		}
	}
	return all, nil
}

// readTemplate puts a template together with the parts of its language.
func readTemplate(read func(string) (string, error), tag string, name meet.Template) (w writing, err error) {
	var files [5]string
	for i, file := range []string{tag + "/parts.txt", tag + "/parts.html", "layout.html", tag + "/" + string(name) + ".txt", tag + "/" + string(name) + ".html"} {
		if files[i], err = read(file); err != nil {
			return w, err
		}
	}
	first, body, _ := strings.Cut(files[3], "\n")
	subject, found := strings.CutPrefix(first, "Subject: ")
	if !found {
		return w, errors.New(`the text must begin with a line "Subject: …"`)
	}
	parts, err := texttemplate.New("parts").Parse(files[0])
	if err != nil {
		return w, err
	}
	if w.subject, err = parts.New("subject").Parse(strings.TrimSuffix(subject, "\r")); err != nil {
		return w, err
	}
	if w.text, err = parts.New("text").Parse(body); err != nil {
		return w, err
	}
	w.html = htmltemplate.New("mail")
	for part, source := range map[string]string{"layout": files[2], "parts": files[1], "content": files[4]} {
		if _, err := w.html.New(part).Parse(source); err != nil {
			return w, err
		}
	}
	_, _, _, err = w.write(Data{}) // what is wrong shows now, not with the first mail
	return w, err
}

// gaps are blank lines that optional parts leave behind.
var gaps = regexp.MustCompile(`\n([ \t]*\n){2,}`)

// write fills a template.
func (w writing) write(d Data) (subject, plain, html string, err error) {
	var s, t, h bytes.Buffer
	if err := errors.Join(w.subject.Execute(&s, d), w.text.Execute(&t, d), w.html.ExecuteTemplate(&h, "layout", d)); err != nil {
		return "", "", "", err
	}
	tidy := func(b bytes.Buffer) string {
		return strings.TrimSpace(gaps.ReplaceAllString(strings.ReplaceAll(b.String(), "\r\n", "\n"), "\n\n")) + "\n"
	}
	return header(s.String(), maxSubject), tidy(t), tidy(h), nil
}
