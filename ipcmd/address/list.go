package address

import (
	"slices"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// list holds the addresses of a dump, in the order of their links, and within
// one link in that of the dump. It takes as much room as they do and grows
// without moving what it has: many addresses would else be paid for thrice, in
// pages that are touched once.
type list struct {
	pages   [][]byte
	entries [][]entry
	// sorted are all entries, once the dump is over.
	sorted []entry
}

// entry is where an address lies in a list.
type entry struct {
	index          int32
	page, from, to uint32
}

const (
	pageSize    = 32 << 10
	entriesSize = 1024
)

func (l *list) add(m *rtnl.Msg) {
	n := len(l.pages)
	if n == 0 || len(l.pages[n-1])+len(m.Data) > cap(l.pages[n-1]) {
		l.pages = append(l.pages, make([]byte, 0, max(pageSize, len(m.Data))))
		n++
	}
	page := &l.pages[n-1]
	from := len(*page)
	*page = append(*page, m.Data...)
	k := len(l.entries)
	if k == 0 || len(l.entries[k-1]) == entriesSize {
		l.entries = append(l.entries, make([]entry, 0, entriesSize))
		k++
	}
	l.entries[k-1] = append(l.entries[k-1],
		entry{int32(native.Uint32(m.Data[4:])), uint32(n - 1), uint32(from), uint32(len(*page))})
}

// sort ends the gathering. The kernel mostly has the order already.
func (l *list) sort() {
	switch len(l.entries) {
	case 0:
		return
	case 1:
		l.sorted = l.entries[0]
	default:
		l.sorted = slices.Concat(l.entries...)
	}
	l.entries = nil
	byIndex := func(a, b entry) int { return int(a.index) - int(b.index) }
	if !slices.IsSortedFunc(l.sorted, byIndex) {
		slices.SortStableFunc(l.sorted, byIndex)
	}
}

// of returns the addresses of a link.
func (l *list) of(index int32) []entry {
	from, _ := slices.BinarySearchFunc(l.sorted, index, func(e entry, index int32) int {
		return int(e.index) - int(index)
	})
	to := from
	for to < len(l.sorted) && l.sorted[to].index == index {
		to++
	}
	return l.sorted[from:to]
}

func (l *list) data(e entry) []byte { return l.pages[e.page][e.from:e.to:e.to] }
