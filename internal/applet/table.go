package applet

import "strings"

// Row is one row of an ordered command table. The order is the precedence: the
// first row that a word matches wins, as in iproute2's matches() chains.
type Row[T any] struct {
	Name string
	// Exact rows are matched by the whole word only; the others by any
	// non-empty prefix.
	Exact bool
	Value T
}

// Find returns the value of the first row that word matches.
func Find[T any](rows []Row[T], word string) (T, bool) {
	for i := range rows {
		if rows[i].match(word) {
			return rows[i].Value, true
		}
	}
	var none T
	return none, false
}

func (r *Row[T]) match(word string) bool {
	if word == "" || word[0] != r.Name[0] {
		return false
	}
	if r.Exact {
		return word == r.Name
	}
	return strings.HasPrefix(r.Name, word)
}
