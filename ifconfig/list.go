package ifconfig

import (
	"cmp"
	"strings"

	"github.com/nlbox/nlbox/internal/format"
)

// list are interfaces in the order in which they are shown: names by their
// letters, then by the number behind, then by that of the alias.
type list struct {
	entries []*entry
}

// entry is one interface and what is remembered of its IPv4 address: an
// interface that loses it while the call lasts keeps what was known.
type entry struct {
	name            string
	mask, peer, brd [4]byte
}

// add returns the entry of the name, a new one in its place if there is none.
func (l *list) add(name string) *entry {
	i := len(l.entries)
	for ; i > 0; i-- {
		switch d := compareNames(l.entries[i-1].name, name); {
		case d == 0:
			return l.entries[i-1]
		case d < 0:
			return l.insert(i, name)
		}
	}
	return l.insert(0, name)
}

func (l *list) insert(i int, name string) *entry {
	e := &entry{name: name}
	l.entries = append(l.entries, nil)
	copy(l.entries[i+1:], l.entries[i:])
	l.entries[i] = e
	return e
}

// sortKey are the parts of a name that count, one after the other.
type sortKey struct {
	base   string // up to the number
	number int32
	whole  string // without the alias
	alias  string // its digits; "" is none
}

func keyOf(name string) (k sortKey) {
	k.whole = name
	if head := strings.TrimRight(name, digits); head != name && strings.HasSuffix(head, ":") {
		k.whole, k.alias = head[:len(head)-1], name[len(head):]
	}
	k.base = strings.TrimRight(k.whole, digits)
	k.number = format.Atoi(k.whole[len(k.base):])
	return k
}

const digits = "0123456789"

// aliasNumber is the number of the alias, -1 for none.
func (k *sortKey) aliasNumber() int32 {
	if k.alias == "" {
		return -1
	}
	return format.Atoi(k.alias)
}

// compareNames is below 0 if a comes before b, and 0 for one interface.
func compareNames(a, b string) int {
	x, y := keyOf(a), keyOf(b)
	if d := strings.Compare(x.base, y.base); d != 0 {
		return d
	}
	if d := cmp.Compare(x.number, y.number); d != 0 {
		return d
	}
	if d := strings.Compare(x.whole, y.whole); d != 0 {
		return d
	}
	if d := cmp.Compare(x.aliasNumber(), y.aliasNumber()); d != 0 {
		return d
	}
	if x.alias == "" || y.alias == "" {
		return 0
	}
	return strings.Compare(x.alias, y.alias)
}
