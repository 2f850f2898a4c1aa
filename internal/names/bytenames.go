package names

import (
	"strings"

	"github.com/nlbox/nlbox/internal/format"
)

// A source is where the names of one kind come from: the built-in ones, by
// number, and below Dir a file and a directory of *.conf files.
type source struct {
	file, dir string
	builtin   []string
	size      int // numbers from size on have no names
}

var (
	protoFiles = source{
		file: "rt_protos", dir: "rt_protos.d", size: 256,
		builtin: protoNames,
	}
	scopeFiles = source{
		file: "rt_scopes", size: 256,
		builtin: scopeNames,
	}
	realmFiles = source{
		file: "rt_realms", size: 256,
		builtin: realmNames,
	}
	dsfieldFiles = source{
		file: "rt_dsfield", size: 256,
		builtin: dsfieldNames,
	}
	nlProtoFiles = source{
		file: "nl_protos", size: 256,
		builtin: nlProtoNames,
	}
	reasonFiles = source{
		dir: "protodown_reasons.d", size: ProtodownReasons,
	}
)

// RTPROT_* of linux/rtnetlink.h that have a name without any file.
var protoNames = []string{
	0: "unspec", 1: "redirect", 2: "kernel", 3: "boot", 4: "static",
	8: "gated", 9: "ra", 10: "mrt", 11: "zebra", 12: "bird", 13: "dnrouted",
	14: "xorp", 15: "ntk", 16: "dhcp", 18: "keepalived", 42: "babel",
	186: "bgp", 187: "isis", 188: "ospf", 189: "rip", 192: "eigrp",
}

// RT_SCOPE_* of linux/rtnetlink.h.
var scopeNames = []string{0: "global", 200: "site", 253: "link", 254: "host", 255: "nowhere"}

var realmNames = []string{0: "unknown"}

var dsfieldNames = []string{0: "0"}

// NETLINK_* of linux/netlink.h.
var nlProtoNames = []string{
	"rtnl", "unused", "usersock", "fw", "tcpdiag", "nflog", "xfrm", "selinux",
	"iscsi", "audit", "fiblookup", "connector", "nft", "ip6fw", "dec-rt",
	"uevent", "genl", 18: "scsi-trans", "ecryptfs", "rdma", "crypto",
}

// byteNames are the names of numbers of one byte. As long as only built-in
// names are asked for, no file is read: a file that renames one of those takes
// effect from the first other number or word on, as in iproute2.
type byteNames struct {
	names  []string // by number; nil before load
	loaded bool
}

// lookup returns the name of id, "" when it has none.
func (b *byteNames) lookup(t *Tables, s *source, id uint8) string {
	if !b.loaded {
		if name := at(s.builtin, id); name != "" {
			return name
		}
		b.load(t, s)
	}
	return at(b.names, id)
}

func at(names []string, id uint8) string {
	if int(id) < len(names) {
		return names[id]
	}
	return ""
}

// name is lookup with the number as a last resort.
func (b *byteNames) name(t *Tables, s *source, id uint8) string {
	if name := b.lookup(t, s, id); name != "" {
		return name
	}
	return decimal(id)
}

// id returns the least number with the name word, or word read as a number in
// the base.
func (b *byteNames) id(t *Tables, s *source, word string, base int) (uint8, bool) {
	b.load(t, s)
	for i, name := range b.names {
		if name == word && name != "" {
			return uint8(i), true
		}
	}
	v, ok := format.ParseU8(word, base)
	if !ok || int(v) >= s.size {
		return 0, false
	}
	return v, true
}

// load reads the files, once.
func (b *byteNames) load(t *Tables, s *source) {
	if b.loaded {
		return
	}
	b.loaded = true
	b.names = s.builtin
	owned := false
	t.readAll(s.file, s.dir, func(id int32, name string) {
		if id < 0 || int(id) >= s.size {
			return
		}
		if !owned {
			b.names = make([]string, s.size)
			copy(b.names, s.builtin)
			owned = true
		}
		b.names[id] = strings.Clone(name)
	})
}

// realmPair reads "FROM/TO" or "TO".
func (t *Tables) realmPair(word string) (uint32, bool) {
	from, to, pair := strings.Cut(word, "/")
	var realms uint32
	if pair {
		v, ok := t.RealmID(from)
		if !ok {
			return 0, false
		}
		realms = uint32(v) << 16
	} else {
		to = word
	}
	if to == "" {
		return realms, true
	}
	v, ok := t.RealmID(to)
	return realms | uint32(v), ok
}
