package page

import (
	"errors"
	"net/http"

	"github.com/meetwright/meetwright/impl/booking"
	"github.com/meetwright/meetwright/impl/meet"
)

// view is what the template writes. All texts are clean and in the language
// of the reader.
type view struct {
	Words   *words
	Company string
	Title   string
	// Mood colours how things stand: "good", "bad", "ask" or "".
	Mood  string
	Lead  []string // sentences
	Alert string   // why a form changed nothing
	Facts []fact
	Forms []form
	Jump  bool // begins with links to the forms, as one is long

	// Page is the path of the page, relative to that of the request; Field
	// and Secret are what authorises.
	Page   string
	Field  string
	Secret string

	// refused is what to say of a form that changed nothing, as things
	// stand; "" when that depends on the reason alone.
	refused string
}

// fact is one line of what the page is about.
type fact struct {
	Name string
	Text string
	Link string // http or https
}

// form is one thing that can be done.
type form struct {
	Action string // the last part of the path
	Title  string
	Hint   string
	Reason string  // the label of a field for a reason; "" is none
	Starts *starts // to choose from
	Button string  // "" when there is nothing to send
	Style  string  // "main", "danger" or ""
}

// say adds a sentence, if there is one.
func (v *view) say(sentence string) {
	if sentence != "" {
		v.Lead = append(v.Lead, sentence)
	}
}

// tell adds a fact, if there is one.
func (v *view) tell(name, text string) {
	if text != "" {
		v.Facts = append(v.Facts, fact{Name: name, Text: text})
	}
}

// alert says why a form changed nothing.
func (v *view) alert(err error) string {
	w := v.Words
	switch {
	case statusOf(err) == http.StatusBadRequest:
		return w.ChooseTime
	case v.refused != "":
		return v.refused
	case meet.CodeOf(err) == meet.CodeSlotOccupied:
		return w.Taken
	case meet.CodeOf(err) == meet.CodePolicy:
		return w.TooLate
	case errors.Is(err, booking.ErrSameStart):
		return w.SameTime
	}
	return w.Changed
}

// refusal is a page about nothing but a status.
func refusal(w *words, status int) *view {
	v := &view{Words: w, Title: w.FailedTitle, Mood: "bad", Lead: []string{w.Failed}}
	if text, ok := w.Refusals[status]; ok {
		v.Title, v.Lead[0] = text[0], text[1]
	}
	return v
}
