package main

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/client"
)

// operation is a command that is one call: its body is given as JSON, and
// the answer is printed as JSON, also to people.
type operation struct {
	group, use, id, short string
	args                  cobra.PositionalArgs
	flags                 []string // name and usage, in turn
	body                  string   // an example, "" for operations without one
	call                  func(ctx context.Context, s *session, args []string) error
}

// send makes the call of an operation with a body.
func send[Body, Answer any](call func(*client.API, context.Context, Body, ...client.Option) (Answer, error)) func(context.Context, *session, []string) error {
	return func(ctx context.Context, s *session, _ []string) error {
		body, err := decodeData[Body](s.cmd)
		if err == nil {
			_, err = call(s.api, ctx, body)
		}
		return err
	}
}

// change makes the call of an operation on one thing, with a body.
func change[Body, Answer any](call func(*client.API, context.Context, string, Body, ...client.Option) (Answer, error)) func(context.Context, *session, []string) error {
	return func(ctx context.Context, s *session, args []string) error {
		body, err := decodeData[Body](s.cmd)
		if err == nil {
			_, err = call(s.api, ctx, args[0], body)
		}
		return err
	}
}

// get makes the call of an operation on one thing.
func get[Answer any](call func(*client.API, context.Context, string, ...client.Option) (Answer, error)) func(context.Context, *session, []string) error {
	return func(ctx context.Context, s *session, args []string) error {
		_, err := call(s.api, ctx, args[0])
		return err
	}
}

// remove makes the call of an operation that answers nothing.
func remove(call func(*client.API, context.Context, string, ...client.Option) error) func(context.Context, *session, []string) error {
	return func(ctx context.Context, s *session, args []string) error { return call(s.api, ctx, args[0]) }
}

var operations = []operation{
	{"bookings", "today", "listTodayAppointments", "List today's bookings of the user", noArgs, nil, "", func(ctx context.Context, s *session, _ []string) error {
		_, err := s.api.ListTodayAppointments(ctx)
		return err
	}},
	{"bookings", "current", "getCurrentAppointment", "Show the booking that runs or comes next", noArgs, nil, "", func(ctx context.Context, s *session, _ []string) error {
		_, err := s.api.GetCurrentAppointment(ctx)
		return err
	}},
	{"bookings", "ics ID", "getAppointmentICS", "Print the calendar file of a booking", oneID, nil, "", get((*client.API).GetAppointmentICS)},
	{"bookings", "delete ID", "deleteAppointment", "Cancel a booking, as cancel does", oneID, []string{"reason", "why"}, "", func(ctx context.Context, s *session, args []string) error {
		_, err := s.api.DeleteAppointment(ctx, args[0], client.DeleteAppointmentParams{Reason: set(s.cmd, "reason")})
		return err
	}},
	{"bookings", "guest ID", "updateAppointmentGuest", "Add a guest whom an attendee brings along", oneID, nil, `{"attendeeId":"550e8400-e29b-41d4-a716-446655440000","email":"joe@example.com"}`, change((*client.API).UpdateAppointmentGuest)},
	{"bookings", "notes ID", "updateAppointmentNotes", "Replace the host's note", oneID, nil, `{"note":"Asks about prices"}`, change((*client.API).UpdateAppointmentNotes)},
	{"bookings", "transcription ID", "updateAppointmentTranscription", "Change transcription and summary", oneID, nil, `{"summary":"We agreed on May"}`, change((*client.API).UpdateAppointmentTranscription)},
	{"bookings", "mail", "sendQuickMail", "Send an attendee a mail", noArgs, nil, `{"attendeeId":"550e8400-e29b-41d4-a716-446655440000","title":"Directions","content":"It is the blue door."}`, send((*client.API).SendQuickMail)},

	{"meeting-types", "create", "createMeetingType", "Create a meeting type", noArgs, nil, `{"meetingInfo":{"name":"Demo","description":"A first look","duration":30,"channel":"connect"}}`, send((*client.API).CreateMeetingType)},
	{"meeting-types", "update ID", "updateMeetingType", "Change a meeting type", oneID, nil, `{"meetingInfo":{"duration":45}}`, change((*client.API).UpdateMeetingType)},
	{"meeting-types", "delete ID", "deleteMeetingType", "Delete a meeting type", oneID, nil, "", remove((*client.API).DeleteMeetingType)},
	{"meeting-types", "link ID", "createOneTimeLink", "Create a link that books a meeting type once", oneID, []string{"name", "what it is called"}, "", func(ctx context.Context, s *session, args []string) error {
		_, err := s.api.CreateOneTimeLink(ctx, args[0], client.OneTimeLinkCreate{Name: set(s.cmd, "name")})
		return err
	}},

	{"hosts", "create", "createUser", "Create a user", noArgs, nil, `{"email":"dora@example.com","givenName":"Dora","familyName":"Day","timezone":"Europe/Berlin"}`, send((*client.API).CreateUser)},
	{"hosts", "update ID", "updateUser", "Change a user", oneID, nil, `{"givenName":"Ada"}`, change((*client.API).UpdateUser)},
	{"hosts", "delete ID", "deleteUser", "Delete a user", oneID, []string{"reassign-to", "id of the user who takes over"}, "", func(ctx context.Context, s *session, args []string) error {
		heir, err := optionalID(s.cmd, "reassign-to")
		if err == nil {
			err = s.api.DeleteUser(ctx, args[0], client.DeleteUserParams{ReassignTo: heir})
		}
		return err
	}},

	{"schedules", "create", "createSchedule", "Create a schedule", noArgs, nil, `{"name":"Mondays","timezone":"Europe/Berlin","schedule":{"monday":{"enabled":true,"hours":[{"start":"09:00","end":"12:00"}]}}}`, send((*client.API).CreateSchedule)},
	{"schedules", "get ID", "getSchedule", "Show a schedule", oneID, nil, "", get((*client.API).GetSchedule)},
	{"schedules", "update ID", "updateSchedule", "Change a schedule", oneID, nil, `{"timezone":"Europe/London"}`, change((*client.API).UpdateSchedule)},

	{"queues", "list WORKSPACE", "listWorkspaceQueues", "List the queues of a workspace", oneID, nil, "", get((*client.API).ListWorkspaceQueues)},
	{"queues", "get ID", "getQueue", "Show a queue", oneID, nil, "", get((*client.API).GetQueue)},
	{"queues", "next ID", "getNextQueueHosts", "Show whom a queue would choose", oneID, nil, "", get((*client.API).GetNextQueueHosts)},
	{"queues", "update TYPE", "updateMeetingTypeQueue", "Change the queue of a meeting type, by its id", oneID, nil, `{"type":"equalDistribution"}`, change((*client.API).UpdateMeetingTypeQueue)},
	{"queues", "group", "createQueueUserGroup", "Create a group that hosts together", noArgs, nil, `{"queueId":"550e8400-e29b-41d4-a716-446655440000","name":"Duo","userIds":["550e8400-e29b-41d4-a716-446655440000"]}`, send((*client.API).CreateQueueUserGroup)},

	{"contacts", "list", "listContacts", "List contacts", noArgs, []string{"search", "name or email, or a part of it"}, "", func(ctx context.Context, s *session, _ []string) error {
		_, err := s.api.ListContacts(ctx, client.ListContactsParams{SearchTerm: set(s.cmd, "search")})
		return err
	}},
	{"contacts", "get ID", "getContactDetails", "Show a contact", oneID, nil, "", func(ctx context.Context, s *session, args []string) error {
		id, err := parsedID(args[0])
		if err == nil {
			_, err = s.api.GetContactDetails(ctx, client.GetContactDetailsParams{ContactID: &id})
		}
		return err
	}},
	{"contacts", "create", "createContact", "Create a contact", noArgs, nil, `{"firstName":"Jane","email":"jane@example.com"}`, send((*client.API).CreateContact)},
	{"contacts", "update ID", "updateContact", "Change a contact", oneID, nil, `{"tags":["customer"]}`, change((*client.API).UpdateContact)},
	{"contacts", "delete ID", "deleteContact", "Delete a contact", oneID, nil, "", remove((*client.API).DeleteContact)},
	{"contacts", "import", "importContacts", "Create many contacts", noArgs, nil, `{"contacts":[{"firstName":"Jane","email":"jane@example.com"}]}`, send((*client.API).ImportContacts)},

	{"calendars", "list", "listCalendarConnections", "List connected calendars", noArgs, nil, "", func(ctx context.Context, s *session, _ []string) error {
		_, err := s.api.ListCalendarConnections(ctx)
		return err
	}},
	{"calendars", "connect", "createCalendarConnection", "Connect a calendar", noArgs, nil, `{"provider":"ics","url":"https://calendar.example.com/olivia.ics"}`, send((*client.API).CreateCalendarConnection)},
	{"calendars", "update ID", "updateCalendarConnection", "Change a connected calendar", oneID, nil, `{"selectedCalendars":["work"]}`, change((*client.API).UpdateCalendarConnection)},
	{"calendars", "disconnect ID", "deleteCalendarConnection", "Disconnect a calendar", oneID, nil, "", remove((*client.API).DeleteCalendarConnection)},
	{"calendars", "sync ID", "syncCalendarConnection", "Read a connected calendar now", oneID, nil, "", get((*client.API).SyncCalendarConnection)},

	{"webhooks", "update ID", "updateWebhook", "Change or revive a webhook", webhookFirst(oneArg), nil, `{"enabled":true}`, change((*client.API).UpdateWebhook)},
}

// others are the commands of a group that are one call each.
func others(group string) (cmds []*cobra.Command) {
	for _, o := range operations {
		if o.group == group {
			cmds = append(cmds, o.command())
		}
	}
	return cmds
}

func (o operation) command() *cobra.Command {
	example := "  meetwright " + o.group + " " + o.use
	if o.body != "" {
		example += " -d '" + o.body + "'"
	}
	cmd := remote(&cobra.Command{
		Use: o.use, Short: o.short, Args: o.args, Example: example,
		RunE: calling(func(ctx context.Context, s *session, args []string) error {
			if err := o.call(ctx, s, args); err != nil {
				return err
			}
			return s.printAnswer()
		}),
	}, o.id)
	if o.body != "" {
		cmd.Flags().StringP("data", "d", "", "body: JSON, @FILE, or @- for the standard input; the reference page describes it")
	}
	for i := 0; i < len(o.flags); i += 2 {
		cmd.Flags().String(o.flags[i], "", o.flags[i+1])
	}
	return cmd
}

// otherGroups are the groups that have no other commands.
func otherGroups() (cmds []*cobra.Command) {
	for _, g := range [][2]string{
		{"schedules", "Show and change the hours of users"}, {"queues", "Show and change who is chosen to host"},
		{"contacts", "Show and change contacts"}, {"calendars", "Connect calendars whose events are busy times"},
	} {
		cmd := &cobra.Command{Use: g[0], Short: g[1]}
		cmd.AddCommand(others(g[0])...)
		cmds = append(cmds, cmd)
	}
	return cmds
}
