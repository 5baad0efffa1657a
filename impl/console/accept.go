package console

import (
	"mime"
	"strconv"
	"strings"
)

// prefersPage reports whether the Accept headers of a request ask for HTML
// rather than for JSON (RFC 9110 §12.5.1).
func prefersPage(accept []string) bool {
	list := strings.Join(accept, ",")
	return quality(list, "text", "html") > quality(list, "application", "json")
}

// quality is how welcome a media type is: the weight of the range that names
// it most exactly, 0 when none does.
func quality(accept, kind, subtype string) float64 {
	var weight float64
	exact := 0
	for entry := range strings.SplitSeq(accept, ",") {
		media, params, err := mime.ParseMediaType(entry)
		if err != nil {
			continue
		}
		named := map[string]int{kind + "/" + subtype: 3, kind + "/*": 2, "*/*": 1}[media]
		if named <= exact {
			continue
		}
		exact, weight = named, 1
		if q, given := params["q"]; given {
			if weight, err = strconv.ParseFloat(q, 64); err != nil {
				weight = 0
			}
		}
	}
	return weight
}
