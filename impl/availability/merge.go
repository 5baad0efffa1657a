package availability

import "iter"

// merge walks lists of ascending instants in order and yields each instant
// once, with the indices of the lists that have it, ascending. The indices
// are valid until the next step.
func merge(lists [][]int64) iter.Seq2[int64, []int] {
	return func(yield func(int64, []int) bool) {
		heads := make([][]int64, len(lists)) // what is left of each list
		copy(heads, lists)
		var having []int
		for {
			having = having[:0]
			var next int64
			for i, head := range heads {
				switch {
				case len(head) == 0:
				case len(having) == 0 || head[0] < next:
					next, having = head[0], append(having[:0], i)
				case head[0] == next:
					having = append(having, i)
				}
			}
			if len(having) == 0 {
				return
			}
			for _, i := range having {
				heads[i] = heads[i][1:]
			}
			if !yield(next, having) {
				return
			}
		}
	}
}
