package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/meetwright/meetwright/client"
)

// meetingType finds a meeting type by slug or id.
func (s *session) meetingType(ctx context.Context, name string) (*client.MeetingType, error) {
	if isID(name) {
		return s.api.GetMeetingType(ctx, name)
	}
	types, err := s.api.ListMeetingTypes(ctx)
	if err != nil {
		return nil, err
	}
	var slugs []string
	for i := range types {
		if types[i].Slug == name {
			return &types[i], nil
		}
		slugs = append(slugs, types[i].Slug)
	}
	slices.Sort(slugs)
	if len(slugs) > 15 {
		slugs = append(slugs[:15], "...")
	}
	return nil, &failure{exitNotFound, "no such meeting type", fmt.Sprintf("there is none with the slug %q", name), "one of " + strings.Join(slugs, ", ")}
}

// host finds a user by slug, email or id.
func (s *session) host(ctx context.Context, name string) (uuid.UUID, error) {
	if isID(name) {
		return uuid.Parse(name)
	}
	for user, err := range s.api.AllUsers(ctx, client.ListUsersParams{}) {
		if err != nil {
			return uuid.UUID{}, err
		}
		if user.Slug == name || strings.EqualFold(user.Email, name) {
			return uuid.Parse(user.ID)
		}
	}
	return uuid.UUID{}, &failure{exitNotFound, "no such host", "no user has the slug or the email " + name, "meetwright hosts list"}
}

// who says who is to host: these users, or the queue.
type who struct {
	hosts []uuid.UUID
	queue *uuid.UUID
}

// hosting reads --host and --queue. Without them it is the meeting type's
// queue, else its user.
func (s *session) hosting(ctx context.Context, t *client.MeetingType) (w who, err error) {
	names, err := s.cmd.Flags().GetStringSlice("host")
	if err != nil {
		return w, err
	}
	for _, name := range names {
		id, err := s.host(ctx, name)
		if err != nil {
			return w, err
		}
		w.hosts = append(w.hosts, id)
	}
	if len(w.hosts) > 0 {
		return w, nil
	}
	queued, err := s.cmd.Flags().GetBool("queue")
	switch {
	case err != nil:
		return w, err
	case t.QueueID != nil:
		id, err := uuid.Parse(*t.QueueID)
		w.queue = &id
		return w, err
	case queued:
		return w, &failure{exitUsage, "there is no queue", "the meeting type " + t.Slug + " has none", "leave --queue out"}
	case t.UserID == nil:
		return w, &failure{exitUsage, "who hosts?", "the meeting type " + t.Slug + " names nobody", "add --host"}
	}
	id, err := uuid.Parse(*t.UserID)
	w.hosts = []uuid.UUID{id}
	return w, err
}

func hostingFlags(cmd *cobra.Command) {
	cmd.Flags().StringSlice("host", nil, "slug, email or id of a host; several are separated by commas")
	cmd.Flags().Bool("queue", false, "let the queue of the meeting type choose the host (default when it has one)")
	cmd.MarkFlagsMutuallyExclusive("host", "queue")
}

func isID(text string) bool {
	_, err := uuid.Parse(text)
	return err == nil && len(text) == 36
}

// oneID accepts one argument that is an id.
func oneID(cmd *cobra.Command, args []string) error {
	if err := oneArg(cmd, args); err != nil {
		return err
	}
	if !isID(args[0]) {
		return wrongUsage(cmd, errors.New("the id is not a UUID"))
	}
	return nil
}

// optionalID reads a flag that holds an id.
func optionalID(cmd *cobra.Command, name string) (*uuid.UUID, error) {
	value := flag(cmd, name)
	if value == "" {
		return nil, nil
	}
	if !isID(value) {
		return nil, wrongUsage(cmd, fmt.Errorf("--%s is not a UUID", name))
	}
	id, err := uuid.Parse(value)
	return &id, err
}

// set is a text flag as an optional property.
func set(cmd *cobra.Command, name string) *string { return optional(flag(cmd, name)) }

func parsedID(text string) (uuid.UUID, error) {
	id, err := uuid.Parse(text)
	if err != nil {
		return id, fmt.Errorf("the server answered an id that is not a UUID: %w", err)
	}
	return id, nil
}

func isTaken(err error) bool { return errors.Is(err, client.ErrSlotUnavailable) }
