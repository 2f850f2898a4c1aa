package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// Filter is what `ip link show` and `ip address show|flush|save` select by. The
// zero Filter selects everything.
type Filter struct {
	// Dev is the device that was named if ByDev is set. Index is its index, and
	// what the filter goes by.
	Dev   string
	ByDev bool
	Index int32
	// Up selects links that are up.
	Up bool
	// Group selects the links of a group if ByGroup is set.
	Group   uint32
	ByGroup bool
	// Master selects the ports of a device; NoMaster those that are no port.
	Master int32
	// Kind selects by the kind of the link if ByKind is set, SlaveKind by that
	// of its master.
	Kind, SlaveKind     string
	ByKind, BySlaveKind bool

	// The rest selects addresses: by prefix, scope (if ByScope is set), flags
	// (those of FlagMask must be as in Flags) and label (if ByLabel is set),
	// which is a pattern for fnmatch(3) and hides the lines of links.
	Prefix          format.Prefix
	Scope           uint8
	ByScope         bool
	Flags, FlagMask uint32
	Label           string
	ByLabel         bool
}

// NoMaster is the Master of links that have none.
const NoMaster = -1

// hidesHeader tells whether the filter does not want a link with this header.
func (f *Filter) hidesHeader(i info) bool {
	return f.Index != 0 && i.index != f.Index || f.Up && i.flags&unix.IFF_UP == 0
}

// hidesAttrs tells whether the filter does not want a link with these
// attributes.
func (f *Filter) hidesAttrs(at rtnl.Attrs) bool {
	if group, ok := at.U32(unix.IFLA_GROUP); ok && f.ByGroup && group != f.Group {
		return true
	}
	if f.Master > 0 {
		if master, _ := at.S32(unix.IFLA_MASTER); master != f.Master {
			return true
		}
	}
	return f.ByKind && !isKind(at, unix.IFLA_INFO_KIND, f.Kind) ||
		f.BySlaveKind && !isKind(at, unix.IFLA_INFO_SLAVE_KIND, f.SlaveKind)
}

// isKind tells whether the link's information names a kind.
func isKind(at rtnl.Attrs, attr int, kind string) bool {
	var tb [unix.IFLA_INFO_SLAVE_DATA + 1][]byte
	sub := rtnl.Attrs(tb[:])
	if !at.Nested(unix.IFLA_LINKINFO, sub) {
		return false
	}
	name, _ := sub.Bytes(attr)
	return string(name) == kind
}

// Request puts what the kernel can select by into a dump request for links.
func (f *Filter) Request(r *rtnl.Request) {
	if f.Master != 0 {
		r.U32(unix.IFLA_MASTER, uint32(f.Master))
	}
	if f.ByKind {
		nest := r.Nest(unix.IFLA_LINKINFO)
		r.Text(unix.IFLA_INFO_KIND, f.Kind)
		r.End(nest)
	}
}
