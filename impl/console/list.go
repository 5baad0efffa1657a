package console

import (
	"net/http"
	"strconv"
)

// pageSize is how many entries a list shows at once.
const pageSize = 100

// pager says which part of a list is shown.
type pager struct {
	First, Last, Total int    // entries, counted from 1
	Newer, Older       string // the numbers of the pages beside, or ""
	Beyond             bool   // the list ends before this part
}

// pageOf reads which page of a list is asked for, from 0.
func pageOf(r *http.Request) int {
	n, err := strconv.Atoi(r.URL.Query().Get("page"))
	if err != nil || n < 0 || n > 1e6 {
		return 0
	}
	return n
}

// paged describes a page of a list of so many entries.
func paged(page, total int) pager {
	p := pager{First: min(page*pageSize, total) + 1, Last: min((page+1)*pageSize, total), Total: total, Beyond: page > 0 && total > 0 && page*pageSize >= total}
	if page > 0 {
		p.Newer = strconv.Itoa(page - 1)
	}
	if p.Last < total {
		p.Older = strconv.Itoa(page + 1)
	}
	return p
}

// cut returns the entries of a page of a list, newest first.
func cut[T any](all []T, p pager) []T { return all[min(p.First-1, p.Last):p.Last] }
