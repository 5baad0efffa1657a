package impl

import (
	"time"

	"github.com/meetwright/meetwright/impl/meet"
	"github.com/meetwright/meetwright/impl/store"
	"github.com/meetwright/meetwright/server"
)

// infoChange is the meetingInfo of a new type as a change of all of it.
func infoChange(in server.MeetingInfoInput) server.MeetingInfoUpdate {
	return server.MeetingInfoUpdate{
		Name: &in.Name, Description: &in.Description, Duration: &in.Duration, Channel: &in.Channel,
		BufferBefore: in.BufferBefore, BufferAfter: in.BufferAfter, Color: in.Color, EnableRedirect: in.EnableRedirect,
		Redirect: in.Redirect, CustomChannelName: in.CustomChannelName, CustomChannelLink: in.CustomChannelLink,
	}
}

// infoIn merges meetingInfo into settings.
func infoIn(s *meet.Settings, in server.MeetingInfoUpdate) {
	set(&s.Name, in.Name)
	set(&s.Description, in.Description)
	setMinutes(&s.Duration, in.Duration)
	set((*server.Channel)(&s.Channel), in.Channel)
	setMinutes(&s.BufferBefore, in.BufferBefore)
	setMinutes(&s.BufferAfter, in.BufferAfter)
	set(&s.Color, in.Color)
	set(&s.EnableRedirect, in.EnableRedirect)
	set(&s.Redirect, in.Redirect)
	set(&s.CustomChannelName, in.CustomChannelName)
	set(&s.CustomChannelLink, in.CustomChannelLink)
}

// typeChange is what creating and updating a meeting type have in common;
// what is nil stays.
type typeChange struct {
	enabled       *bool
	spots         *int
	interval      *int
	notice        *int
	horizon       *server.DaysIntoFuture
	locations     []string
	metadata      *server.Metadata
	options       *server.MeetingOptions
	phoneOnly     *bool
	form          []server.FormField
	ics           *server.ICSTemplates
	internalNotes *string
	workspace     string
}

func typeIn(t *meet.MeetingType, c typeChange) error {
	set(&t.Enabled, c.enabled)
	set(&t.Spots, c.spots)
	setMinutes(&t.Increment, c.interval)
	setMinutes(&t.Notice, c.notice)
	if c.horizon != nil {
		t.Horizon = horizonIn(*c.horizon)
	}
	if c.locations != nil {
		t.Locations = c.locations
	}
	if c.metadata != nil {
		t.Metadata = *c.metadata
	}
	if c.options != nil {
		optionsIn(&t.Settings, *c.options)
	}
	set(&t.AllowPhoneOnly, c.phoneOnly)
	if c.form != nil {
		t.FormFields = make([]meet.FormField, len(c.form))
		for i, f := range c.form {
			t.FormFields[i] = meet.FormField{Key: f.Key, Label: f.Label, Kind: string(f.Type), Required: value(f.Required), Options: f.Options}
		}
	}
	set(&t.InternalNotes, c.internalNotes)
	if c.workspace != "" {
		t.Workspace = c.workspace
	}
	if c.ics == nil {
		return nil
	}
	for target, in := range map[*meet.LocalizedText]*server.LocalizedText{
		&t.ICS.Title: c.ics.Title, &t.ICS.Description: c.ics.Description, &t.ICS.Location: c.ics.Location,
	} {
		if in == nil {
			continue
		}
		text, err := localizedIn(*in)
		if err != nil {
			return err
		}
		*target = text
	}
	return nil
}

// horizonIn reads dates that the edge has checked.
func horizonIn(in server.DaysIntoFuture) meet.Horizon {
	h := meet.Horizon{Mode: meet.HorizonMode(in.Mode)}
	if h.Mode == meet.HorizonLimit {
		h.Minutes = -1 // when it is missing, which is refused
		set(&h.Minutes, in.BookingLimit)
	}
	date := func(text *string) *meet.Date {
		if text == nil {
			return nil
		}
		d, _ := meet.ParseDate(*text)
		return &d
	}
	if h.Mode == meet.HorizonRange {
		h.First, h.Last = date(in.RangeMin), date(in.RangeMax)
	}
	return h
}

// optionsIn merges meetingOptions into settings.
func optionsIn(s *meet.Settings, in server.MeetingOptions) {
	if in.AllowedDurations != nil {
		s.AllowedDurations = durationsIn(in.AllowedDurations)
	}
	if in.AllowedChannels != nil {
		s.AllowedChannels = make([]meet.Channel, len(in.AllowedChannels))
		for i, c := range in.AllowedChannels {
			s.AllowedChannels[i] = meet.Channel(c)
		}
	}
	if in.Reminders != nil {
		s.Reminders = durationsIn(in.Reminders)
	}
	set(&s.AllowSelectChannel, in.AllowSelectChannel)
	set(&s.AllowHostSelection, in.AllowHostSelection)
	set(&s.ForceHostSelection, in.ForceHostSelection)
	if in.AllowAddingGuests != nil {
		s.RefuseGuests = !*in.AllowAddingGuests
	}
	set((*server.CompanySetting)(&s.DoubleOptIn), in.DoubleOptIn)
	set((*server.CompanySetting)(&s.HostConfirmation), in.RequireHostConfirmation)
	set(&s.AllowPhoneOnly, in.AllowPhoneOnlyBooking)
	if in.BookingPagePassword != nil {
		set(&s.PasswordEnabled, in.BookingPagePassword.Enable)
		set(&s.Password, in.BookingPagePassword.Password)
	}
	set(&s.MaxPerDay, in.MaxPerDay)
	set(&s.MaxPerWeek, in.MaxPerWeek)
	if in.CancellationPolicy != nil {
		s.Cancellation = policyIn(*in.CancellationPolicy)
	}
	if in.ReschedulingPolicy != nil {
		s.Rescheduling = policyIn(*in.ReschedulingPolicy)
	}
}

func policyIn(in server.ChangePolicy) meet.Policy {
	return meet.Policy{Mode: meet.PolicyMode(in.Mode), Value: value(in.Value)}
}

func durationsIn(in []int) []time.Duration {
	out := make([]time.Duration, len(in))
	for i, n := range in {
		out[i] = minutes(n)
	}
	return out
}

func durationsOut(in []time.Duration) []int {
	out := make([]int, len(in))
	for i, d := range in {
		out[i] = inMinutes(d)
	}
	return out
}

// localizedIn reads a text, or texts by language.
func localizedIn(in server.LocalizedText) (meet.LocalizedText, error) {
	if plain, err := in.AsPlainText(); err == nil {
		return meet.LocalizedText{All: plain}, nil
	}
	texts, err := in.AsTextByLanguage()
	return meet.LocalizedText{ByLanguage: texts}, err
}

// localizedOut is nil when there is no text.
func localizedOut(t meet.LocalizedText) (*server.LocalizedText, error) {
	var out server.LocalizedText
	switch {
	case t.ByLanguage != nil:
		return &out, out.FromTextByLanguage(t.ByLanguage)
	case t.All != "":
		return &out, out.FromPlainText(t.All)
	}
	return nil, nil
}

// typeOut is typesOut for one meeting type.
func (s *Service) typeOut(tx *store.Tx, t meet.MeetingType) (server.MeetingType, error) {
	out, err := s.typesOut(tx, []meet.MeetingType{t})
	if err != nil {
		return server.MeetingType{}, err
	}
	return out[0], nil
}

// typesOut writes meeting types with the addresses of their booking pages,
// each below its owner's.
func (s *Service) typesOut(tx *store.Tx, types []meet.MeetingType) (server.MeetingTypeList, error) {
	out := make(server.MeetingTypeList, len(types))
	if len(types) == 0 {
		return out, nil
	}
	var ids []meet.UserID
	for _, t := range types {
		ids = append(ids, t.Owner)
	}
	owners, err := byID(ids, func(ids []meet.UserID) ([]meet.User, error) { return tx.UsersByID(types[0].Company, ids) },
		func(u meet.User) meet.UserID { return u.ID })
	if err != nil {
		return nil, err
	}
	for i, t := range types {
		if out[i], err = typeWith(t, s.bookingURL(owners[t.Owner].Slug, t.Slug)); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func typeWith(t meet.MeetingType, bookingURL string) (server.MeetingType, error) {
	out := server.MeetingType{
		ID: string(t.ID), Slug: t.Slug, UserID: orNull(t.Owner), QueueID: orNull(t.Queue), WorkspaceID: orNull(t.Workspace),
		Enabled: t.Enabled, Spots: t.Spots, AvailabilityID: orNull(t.Schedule), Locations: notNil(t.Locations),
		Metadata: metadataOut(t), TimeslotInterval: inMinutes(t.Step(t.Duration)), BookingMinimum: inMinutes(t.Notice),
		DaysIntoFuture: horizonOut(t.Horizon), FormFields: make([]server.FormField, len(t.FormFields)),
		InternalNotes: orNull(t.InternalNotes), BookingURL: bookingURL,
		MeetingInfo: server.MeetingInfo{
			Name: t.Name, Description: &t.Description, Duration: inMinutes(t.Duration), Channel: server.Channel(t.Channel),
			BufferBefore: inMinutes(t.BufferBefore), BufferAfter: inMinutes(t.BufferAfter),
			Color: omitZero(t.Color), EnableRedirect: &t.EnableRedirect, Redirect: omitZero(t.Redirect),
			CustomChannelName: omitZero(t.CustomChannelName), CustomChannelLink: omitZero(t.CustomChannelLink),
			GroupBooking: ptr(t.Spots > 1),
		},
		MeetingOptions: optionsOut(t.Settings),
		CreatedAt:      instant(t.CreatedAt), UpdatedAt: instant(t.UpdatedAt),
	}
	for i, f := range t.FormFields {
		out.FormFields[i] = server.FormField{Key: f.Key, Label: f.Label, Type: server.FormFieldType(f.Kind), Required: &f.Required, Options: f.Options}
	}
	var err error
	if out.ICS.Title, err = localizedOut(t.ICS.Title); err != nil {
		return out, err
	}
	if out.ICS.Description, err = localizedOut(t.ICS.Description); err != nil {
		return out, err
	}
	out.ICS.Location, err = localizedOut(t.ICS.Location)
	return out, err
}

func ptr[T any](v T) *T { return &v }

func metadataOut(t meet.MeetingType) server.Metadata {
	if t.Metadata == nil {
		return server.Metadata{}
	}
	return t.Metadata
}

func horizonOut(h meet.Horizon) server.DaysIntoFuture {
	out := server.DaysIntoFuture{Mode: server.HorizonModeUnlimited}
	if h.Mode != "" {
		out.Mode = server.HorizonMode(h.Mode)
	}
	if h.Mode == meet.HorizonLimit {
		out.BookingLimit = &h.Minutes
	}
	if h.First != nil {
		out.RangeMin = ptr(h.First.String())
	}
	if h.Last != nil {
		out.RangeMax = ptr(h.Last.String())
	}
	return out
}

func optionsOut(s meet.Settings) server.MeetingOptions {
	out := server.MeetingOptions{
		AllowedDurations: durationsOut(s.AllowedDurations), AllowedChannels: make([]server.Channel, len(s.AllowedChannels)),
		AllowSelectChannel: &s.AllowSelectChannel, AllowHostSelection: &s.AllowHostSelection, ForceHostSelection: &s.ForceHostSelection,
		AllowAddingGuests: ptr(!s.RefuseGuests), AllowPhoneOnlyBooking: &s.AllowPhoneOnly,
		DoubleOptIn: switchOut(s.DoubleOptIn), RequireHostConfirmation: switchOut(s.HostConfirmation),
		MaxPerDay: omitZero(s.MaxPerDay), MaxPerWeek: omitZero(s.MaxPerWeek),
		CancellationPolicy: policyOut(s.Cancellation), ReschedulingPolicy: policyOut(s.Rescheduling),
		Reminders: durationsOut(s.Reminders),
	}
	for i, c := range s.AllowedChannels {
		out.AllowedChannels[i] = server.Channel(c)
	}
	if s.PasswordEnabled || s.Password != "" {
		out.BookingPagePassword = &server.BookingPagePassword{Enable: &s.PasswordEnabled, Password: omitZero(s.Password)}
	}
	return out
}

func switchOut(s meet.Switch) *server.CompanySetting {
	if s == "" {
		s = meet.Disabled
	}
	return ptr(server.CompanySetting(s))
}

func policyOut(p meet.Policy) *server.ChangePolicy {
	if p.Mode == "" {
		p.Mode = meet.PolicyAllowed
	}
	return &server.ChangePolicy{Mode: server.ChangePolicyMode(p.Mode), Value: omitZero(p.Value)}
}
