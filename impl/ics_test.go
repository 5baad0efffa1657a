package impl_test

import "strings"

// unfolded reads the event of an iCalendar text: its properties by name,
// without parameters.
func unfolded(text string) map[string]string {
	properties := map[string]string{}
	text = strings.NewReplacer("\r\n ", "", "\r\n\t", "").Replace(text)
	for line := range strings.SplitSeq(text, "\r\n") {
		name, value, _ := strings.Cut(line, ":")
		name, _, _ = strings.Cut(name, ";")
		properties[name] = strings.NewReplacer(`\\`, `\`, `\n`, "\n", `\,`, `,`, `\;`, `;`).Replace(value)
	}
	return properties
}
