package client_test

import (
	"encoding/json"
	"testing"

	"github.com/meetwright/meetwright/client"
)

func TestWebhookIDText(t *testing.T) {
	for text, want := range map[string]string{`"` + someID + `"`: someID, `42`: "42", `true`: "", `1.5`: ""} {
		var key client.WebhookKey
		if err := json.Unmarshal([]byte(text), &key); err != nil {
			t.Fatal(err)
		}
		if got := client.WebhookIDText(key); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
	if got := client.WebhookIDText(client.WebhookKey{}); got != "" {
		t.Errorf("got %q", got)
	}
}

func TestSplitNextHost(t *testing.T) {
	for text, want := range map[string]string{
		`{"id":"u","givenName":"Ada","familyName":"Lovelace"}`: "user u",
		`{"groupId":"g","name":"Sales","users":[]}`:            "group g",
		`{}`:                       "error",
		`{"id":"u","groupId":"g"}`: "error",
		`"u"`:                      "error",
	} {
		var host client.NextHost
		if err := json.Unmarshal([]byte(text), &host); err != nil {
			t.Fatal(err)
		}
		user, group, err := client.SplitNextHost(host)
		var got string
		switch {
		case user != nil && group == nil && err == nil:
			got = "user " + user.ID
		case group != nil && user == nil && err == nil:
			got = "group " + group.GroupID
		case user == nil && group == nil && err != nil:
			got = "error"
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}
