package brctl

import (
	"bytes"
	"math/rand/v2"
	"slices"
	"testing"
)

func entries(n int) []fdbEntry {
	random := rand.New(rand.NewPCG(1, 2))
	list := make([]fdbEntry, n)
	for i := range list {
		x := random.Uint32()
		list[i] = fdbEntry{mac: [6]byte{2, 0, byte(x >> 30), byte(x >> 16 & 3), byte(x >> 8), byte(x)}, age: uint32(i)}
	}
	return list
}

func TestSortFDB(t *testing.T) {
	for _, n := range []int{0, 1, 2, 3, 255, 5000} {
		list := entries(n)
		want := slices.Clone(list)
		slices.SortStableFunc(want, func(a, b fdbEntry) int { return bytes.Compare(a.mac[:], b.mac[:]) })
		if sortFDB(list); !slices.Equal(list, want) {
			t.Errorf("%d entries are not in order", n)
		}
	}
}

func TestParseEntry(t *testing.T) {
	b := []byte{2, 0, 0, 0, 0, 9, 0x2c, 1, 0, 0, 0, 0, 1, 0, 0, 0}
	native.PutUint32(b[8:], 1234)
	want := fdbEntry{mac: [6]byte{2, 0, 0, 0, 0, 9}, number: 300, local: true, age: 1234}
	if got := parseEntry(b); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestAppendFDBCost(t *testing.T) {
	list := entries(100)
	line := make([]byte, 0, 256)
	if n := testing.AllocsPerRun(10, func() {
		for i := range list {
			line = appendFDB(line[:0], &list[i])
		}
	}); n != 0 {
		t.Errorf("%.0f allocations", n)
	}
}

func BenchmarkShowMACs(b *testing.B) {
	const n = 10000
	list := entries(n)
	work := make([]fdbEntry, n)
	var line []byte
	b.ReportAllocs()
	for b.Loop() {
		copy(work, list)
		sortFDB(work)
		for i := range work {
			line = appendFDB(line[:0], &work[i])
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/n, "ns/record")
}
