package page

import (
	"net/http"
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/impl/wording"
)

// oneTime is the page of a one-time link: what it is for, and whether it is
// still good.
func (s *site) oneTime(w http.ResponseWriter, r *http.Request) {
	if !allow(w, r, http.MethodGet, http.MethodHead) {
		return
	}
	v := &view{Words: wordsFor(r)}
	err := s.store.View(r.Context(), func(tx *store.Tx) error { return v.tellOneTime(tx, r.PathValue("id")) })
	if err != nil {
		s.problem(w, r, err)
		return
	}
	write(w, r, http.StatusOK, v)
}

func (v *view) tellOneTime(tx *store.Tx, id string) error {
	link, found, err := tx.OneTimeLink(id)
	if err == nil && !found {
		err = meet.ErrMeetingTypeNotFound
	}
	if err != nil {
		return err
	}
	t, err := tx.MeetingType(link.Company, link.Type)
	if err != nil {
		return err
	}
	company, err := tx.Company(link.Company)
	if err != nil {
		return err
	}
	words := v.Words
	v.Company = wording.Line(company.Name, wording.MaxName)
	v.tell(words.What, wording.Line(t.Name, wording.MaxLine))
	v.tell(words.Length, words.Minutes(int(t.Duration/time.Minute)))
	v.Title, v.Mood = words.OnceTitle, "ask"
	sentence := words.Once
	if !link.UsedAt.IsZero() {
		v.Title, v.Mood, sentence = words.OnceUsedTitle, "bad", words.OnceUsed
	}
	v.say(sentence)
	return nil
}
