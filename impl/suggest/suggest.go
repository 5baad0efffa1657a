// Package suggest finds what somebody meant to write.
package suggest

// Nearest returns the word that takes the fewest letters to insert, drop or
// change to make it of what was written, "" when none is near: when more than
// half of the letters are others.
func Nearest(written string, words []string) (nearest string) {
	distance := len(written)/2 + 1
	for _, w := range words {
		d := edits(written, w)
		if d < distance || d == distance && len(w) == len(written) {
			nearest, distance = w, d
		}
	}
	return nearest
}

// edits counts the bytes to insert, drop or change to make b of a.
func edits(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}
