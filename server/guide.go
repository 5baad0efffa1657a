package server

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// guided are the operations that a text for language models shows by an example, in the order in which they are called.
var guided = []string{"getBookingAvailability", "createBooking", "rescheduleAppointment", "cancelAppointment", "createWebhook"}

// samples says what of the examples is to be replaced.
const samples = "The examples are samples: `$MEETERGO_API_KEY` stands for a credential, /v4/meeting-type and /v4/user tell the ids, and a start " +
	"is bookable when the first call lists it, so it lies in the future."

// guide makes /llms.txt, in the form of llmstxt.org: what the server is, how it is called, and where to read on. All that
// it says of the API is taken from the contract.
func guide(publicURL, demoKey string) func() ([]byte, error) {
	return func() ([]byte, error) {
		doc, err := contract()
		if err != nil {
			return nil, err
		}
		own, err := OwnAnswers()
		if err != nil {
			return nil, err
		}
		base := strings.TrimSuffix(publicURL, "/")
		summary, rest, _ := strings.Cut(doc.Info.Description, "\n\n")
		var text bytes.Buffer
		fmt.Fprintf(&text, "# %s\n\n> %s\n\nThe API is at %s/. %s\n", doc.Info.Title, oneLine(summary), base, samples)
		if demoKey != "" {
			fmt.Fprintf(&text, "\nThis is a server to develop against; its demo's credential is `%s`.\n", demoKey)
		}
		for i, id := range guided {
			if err := guideCall(&text, i+1, base, own, id); err != nil {
				return nil, err
			}
		}
		for section := range strings.SplitSeq(rest, "## ") { // headings are for lists of links
			if title, content, found := strings.Cut(section, "\n\n"); found && title != "" {
				fmt.Fprintf(&text, "\n**%s.** %s\n", title, oneLine(content))
			}
		}
		fmt.Fprintf(&text, "\n## Reference\n\n- [OpenAPI, JSON](%[1]s/openapi.json): every operation, with its schemas and examples\n"+
			"- [OpenAPI, YAML](%[1]s/openapi.yaml): the same\n- [Reference page](%[1]s/docs): for people, to try it out\n", base)
		return text.Bytes(), nil
	}
}

// guideCall shows one operation by an example.
func guideCall(text *bytes.Buffer, number int, base string, own *Answers, id string) error {
	method, path, o := own.operation(id)
	if o == nil {
		return fmt.Errorf("the contract has no operation %s", id)
	}
	fmt.Fprintf(text, "\n%d. %s: `%s %s`\n\n```sh\ncurl -X %s \"%s%s", number, o.Summary, method, path, method, base, strings.ReplaceAll(path, "{id}", "$APPOINTMENT_ID"))
	query := url.Values{}
	for _, p := range o.Parameters {
		if list, many := p.Value.Example.([]any); many {
			query.Set(p.Value.Name, fmt.Sprint(list[0]))
		} else if p.Value.In == openapi3.ParameterInQuery && p.Value.Example != nil {
			query.Set(p.Value.Name, fmt.Sprint(p.Value.Example))
		}
	}
	if len(query) > 0 {
		text.WriteString("?" + query.Encode())
	}
	text.WriteString("\" -H \"Authorization: Bearer $MEETERGO_API_KEY\"")
	if sent := sample(o); sent != nil {
		body, err := json.Marshal(sent)
		if err != nil {
			return err
		}
		fmt.Fprintf(text, " \\\n  -H \"Content-Type: application/json\" -d '%s'", body)
	}
	text.WriteString("\n```\n")
	for _, answer := range examplesOf(o) {
		if answer.Status == http.StatusCreated || id == "createBooking" && answer.Status == http.StatusBadRequest && answer.Name == "slot-occupied" {
			fmt.Fprintf(text, "\nAn answer, %d: `%s`\n", answer.Status, answer.Body)
		}
	}
	return nil
}

// sample is a body that the contract shows for an operation, nil when it has none.
func sample(o *openapi3.Operation) any {
	if o.RequestBody == nil {
		return nil
	}
	media := o.RequestBody.Value.Content["application/json"]
	if basic := media.Examples["basic"]; basic != nil {
		return basic.Value.Value
	}
	return media.Schema.Value.Example
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
