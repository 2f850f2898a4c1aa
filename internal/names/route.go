package names

import (
	"strings"

	"github.com/nlbox/nlbox/internal/format"
)

// RTN_* of linux/rtnetlink.h, by number.
var routeTypes = [...]string{
	"none", "unicast", "local", "broadcast", "anycast", "multicast",
	"blackhole", "unreachable", "prohibit", "throw", "nat", "xresolve",
}

// RouteType names the type of a route or the action of a rule (RTN_*):
// "unicast", "blackhole".
func (t *Tables) RouteType(id uint8) string {
	if !t.Numeric && int(id) < len(routeTypes) {
		return routeTypes[id]
	}
	return decimal(id)
}

// routeTypeWords are the words for RTN_* in the order in which they are tried;
// exact ones cannot be abbreviated.
var routeTypeWords = [...]struct {
	name  string
	id    uint8
	exact bool
}{
	{"local", 2, true}, {"nat", 10, true}, {"broadcast", 3, false},
	{"brd", 3, true}, {"anycast", 4, false}, {"multicast", 5, false},
	{"prohibit", 8, false}, {"unreachable", 7, false},
	{"blackhole", 6, false}, {"xresolve", 11, false},
	{"unicast", 1, false}, {"throw", 9, true},
}

// RouteTypeID reads the type of a route: a name, of which most may be
// abbreviated to any prefix ("b" is broadcast, "u" unreachable), or a number
// 0..255.
func RouteTypeID(word string) (uint8, bool) {
	for i := range routeTypeWords {
		w := &routeTypeWords[i]
		if w.name == word || !w.exact && word != "" && strings.HasPrefix(w.name, word) {
			return w.id, true
		}
	}
	return format.ParseU8(word, 0)
}

// Flag is a bit and its name.
type Flag struct {
	Bit  uint32
	Name string
}

// RouteFlags are the flags of a route or next hop in the order of printing:
// RTNH_F_* and RTM_F_* of linux/rtnetlink.h share one word.
var RouteFlags = [...]Flag{
	{0x1, "dead"}, {0x4, "onlink"}, {0x2, "pervasive"}, {0x8, "offload"},
	{0x40, "trap"}, {0x100, "notify"}, {0x10, "linkdown"},
	{0x20, "unresolved"}, {0x4000, "rt_offload"}, {0x8000, "rt_trap"},
	{0x20000000, "rt_offload_failed"},
}
