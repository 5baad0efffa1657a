package mail

import (
	"bytes"
	"net/mail"
	"strings"
	"time"
	"unicode"

	gomail "github.com/wneessen/go-mail"
	"golang.org/x/net/idna"

	"github.com/meetwright/meetwright/impl/ical"
)

// draft is what a mail is made of. Subject and names are fit for headers.
type draft struct {
	ID      string // of the job
	From    mail.Address
	To      mail.Address
	ReplyTo mail.Address // or none
	Date    time.Time
	Subject string
	Text    string
	HTML    string
	// Calendar is the message to the recipient's calendar, or nil.
	Calendar *ical.Event
	// Personal mails are a person's own words; all others say that they
	// were made by a program, so that no program answers (RFC 3834 §5).
	Personal bool
}

// compose writes the mail. Its Message-ID depends on the job alone, so that
// a reader can drop what came twice.
//
// The calendar message is an alternative of the text, which calendars read
// (RFC 6047 §2.4), and once more a file for people whose program does not.
func (d draft) compose() (Message, error) {
	for _, a := range []*mail.Address{&d.From, &d.To, &d.ReplyTo} {
		a.Address = asciiDomain(a.Address)
	}
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithCharset("utf-8"))
	m.FromMailAddress(&d.From)
	m.ToMailAddress(&d.To)
	// The header is in ASCII, unless the recipient's own address is not.
	if d.ReplyTo.Address != "" && isASCII(d.ReplyTo.Address) {
		m.ReplyToMailAddress(&d.ReplyTo)
	}
	_, domain, _ := strings.Cut(d.From.Address, "@")
	m.SetMessageIDWithValue(d.ID + "@" + domain)
	m.SetDateWithValue(d.Date)
	m.Subject(d.Subject)
	if !d.Personal {
		m.SetGenHeader("Auto-Submitted", "auto-generated")
	}
	m.SetBodyString(gomail.TypeTextPlain, d.Text)
	m.AddAlternativeString(gomail.TypeTextHTML, d.HTML)
	if d.Calendar != nil {
		text := d.Calendar.Text()
		contentType := gomail.ContentType("text/calendar; method=" + string(d.Calendar.Method))
		m.AddAlternativeString(contentType, text, gomail.WithPartEncoding(gomail.EncodingB64))
		// Another type than text/calendar, lest a calendar reads it twice.
		if err := m.AttachReader("invite.ics", strings.NewReader(text), gomail.WithFileContentType("application/ics")); err != nil {
			return Message{}, err
		}
	}
	var raw bytes.Buffer
	if _, err := m.WriteTo(&raw); err != nil {
		return Message{}, err
	}
	return Message{ID: d.ID, From: d.From.Address, To: d.To.Address, Subject: d.Subject, Raw: raw.Bytes()}, nil
}

// maxAddress is the longest address that mail can be sent to (RFC 5321
// §4.5.3.1.3, without the brackets).
const maxAddress = 254

// asciiDomain writes the domain of an address as every mail server knows it
// (RFC 5891 §4). What cannot be written so stays.
func asciiDomain(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 || isASCII(address[at:]) {
		return address
	}
	domain, err := idna.Lookup.ToASCII(address[at+1:])
	if err != nil {
		return address
	}
	return address[:at+1] + domain
}

func isASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r > unicode.MaxASCII }) < 0
}

// isAddress reports whether s is a plain address, and nothing beside it.
func isAddress(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && a.Name == "" && len(s) <= maxAddress && !strings.ContainsAny(s, "<>\r\n\x00")
}
