package names

import (
	"strings"

	"github.com/nlbox/nlbox/internal/format"
)

// NeighStates are the states of a neighbour in the order of printing: NUD_* of
// linux/neighbour.h. The state 0, none, has no name in output.
var NeighStates = [...]Flag{
	{0x01, "INCOMPLETE"}, {0x02, "REACHABLE"}, {0x04, "STALE"},
	{0x08, "DELAY"}, {0x10, "PROBE"}, {0x20, "FAILED"}, {0x40, "NOARP"},
	{0x80, "PERMANENT"},
}

// neighWords are the words for NUD_* in the order in which they are tried.
var neighWords = [...]struct {
	name  string
	state uint16
	exact bool
}{
	{"permanent", 0x80, false}, {"reachable", 0x02, false},
	{"noarp", 0x40, true}, {"none", 0, true}, {"stale", 0x04, true},
	{"incomplete", 0x01, true}, {"delay", 0x08, true},
	{"probe", 0x10, true}, {"failed", 0x20, false},
}

// NeighStateID reads the state of a neighbour (NUD_*): a word, of which
// permanent, reachable and failed may be abbreviated, or a number that is 0 or
// a single bit below 256.
func NeighStateID(word string) (state uint16, ok bool) {
	for i := range neighWords {
		w := &neighWords[i]
		if w.name == word || !w.exact && word != "" && strings.HasPrefix(w.name, word) {
			return w.state, true
		}
	}
	v, ok := format.ParseU32(word, 0)
	if !ok || v >= 0x100 || v&(v-1) != 0 {
		return 0, false
	}
	return uint16(v), true
}
