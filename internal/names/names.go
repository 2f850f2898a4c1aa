// Package names turns numbers of rtnetlink into the names that iproute2 gives
// them, and back: route protocols, tables, scopes, realms, DS fields, interface
// groups, protodown reasons and IP protocols by way of the administrator's
// files in /etc (Tables), and link types, Ethernet protocols, route types,
// families, states and flags from tables of its own.
//
// Of the pairs of functions, Xxx goes from the number to the name and XxxID
// from the word of a command line to the number; a word may be a number, too.
// Words are the whole name unless a function says otherwise.
//
// It may import the standard library and package format only.
package names

import (
	"strconv"

	"github.com/nlbox/nlbox/internal/format"
)

// Where the name files are.
const (
	DefaultDir       = "/etc/iproute2"
	DefaultProtocols = "/etc/protocols"
)

// Tables holds the name files of one call. A file is read when a name is first
// looked for that the built-in ones do not answer, and then only once; a file
// that is missing leaves the built-in names. Tables is not safe for concurrent
// use: each call has its own.
type Tables struct {
	// Numeric switches names off where ip -N does: most numbers are printed
	// as numbers. Words are understood all the same.
	Numeric bool
	// Dir holds rt_protos, rt_tables and so on.
	Dir string
	// Protocols is the file of IP protocol names, protocols(5).
	Protocols string
	// Warn is called with what iproute2 prints on stderr while it reads the
	// files, newlines included: "Database FILE is corrupted at LINE". It may
	// be nil.
	Warn func(text string)

	protos, scopes, realms, dsfields, nlProtos, reasons byteNames

	tables, groups hashNames

	ipProtos       []ipProto
	ipProtosLoaded bool
}

// New returns Tables for the files of this machine. It reads none of them.
func New(numeric bool) *Tables {
	return &Tables{Numeric: numeric, Dir: DefaultDir, Protocols: DefaultProtocols}
}

// Proto names a route protocol (RTPROT_*): "kernel", "static".
func (t *Tables) Proto(id uint8) string {
	if t.Numeric {
		return decimal(id)
	}
	return t.protos.name(t, &protoFiles, id)
}

// ProtoID reads a route protocol: a name or a number 0..255.
func (t *Tables) ProtoID(word string) (uint8, bool) {
	return t.protos.id(t, &protoFiles, word, 0)
}

// Scope names a scope of routes and addresses (RT_SCOPE_*): "global", "link".
func (t *Tables) Scope(id uint8) string {
	if t.Numeric {
		return decimal(id)
	}
	return t.scopes.name(t, &scopeFiles, id)
}

// ScopeID reads a scope: a name or a number 0..255.
func (t *Tables) ScopeID(word string) (uint8, bool) {
	return t.scopes.id(t, &scopeFiles, word, 0)
}

// Realm names a routing realm. Only those below 256 have names.
func (t *Tables) Realm(id uint16) string {
	if t.Numeric || id > 255 {
		return strconv.Itoa(int(id))
	}
	return t.realms.name(t, &realmFiles, uint8(id))
}

// RealmID reads a realm: a name or a number 0..255.
func (t *Tables) RealmID(word string) (uint8, bool) {
	return t.realms.id(t, &realmFiles, word, 0)
}

// RealmsID reads the value of the keyword realms, "FROM/TO" or "TO", each by
// RealmID and FROM in the upper 16 bits; an empty TO is 0. A plain number of 32
// bits is taken as it is.
func (t *Tables) RealmsID(word string) (uint32, bool) {
	if v, ok := t.realmPair(word); ok {
		return v, true
	}
	return format.ParseU32(word, 0)
}

// DSField names the value of the former TOS byte: "AF11", or hex as in 0x04.
// The value 0 is "0".
func (t *Tables) DSField(id uint8) string {
	if !t.Numeric {
		if name, ok := t.DSFieldName(id); ok {
			return name
		}
	}
	const digits = "0123456789abcdef"
	return string([]byte{'0', 'x', digits[id>>4], digits[id&15]})
}

// DSFieldName is the name of a DS field if it has one.
func (t *Tables) DSFieldName(id uint8) (name string, ok bool) {
	name = t.dsfields.lookup(t, &dsfieldFiles, id)
	return name, name != ""
}

// DSFieldID reads a DS field: a name or a number 0..255 in hex, with or without
// 0x.
func (t *Tables) DSFieldID(word string) (uint8, bool) {
	return t.dsfields.id(t, &dsfieldFiles, word, 16)
}

// NetlinkProto names a netlink family (NETLINK_*): "rtnl", "genl".
func (t *Tables) NetlinkProto(id uint8) string {
	if t.Numeric {
		return decimal(id)
	}
	t.nlProtos.load(t, &nlProtoFiles) // the one table whose file always wins
	return t.nlProtos.name(t, &nlProtoFiles, id)
}

// NetlinkProtoID reads a netlink family: a name or a number 0..255.
func (t *Tables) NetlinkProtoID(word string) (uint8, bool) {
	return t.nlProtos.id(t, &nlProtoFiles, word, 0)
}

// ProtodownReasons is the number of reasons for which a device can be held
// down: the bits of IFLA_PROTO_DOWN_REASON_VALUE.
const ProtodownReasons = 32

// ProtodownReason names a bit of the protodown reasons, 0..31. There are no
// built-in names.
func (t *Tables) ProtodownReason(bit uint8) string {
	if t.Numeric {
		return decimal(bit)
	}
	return t.reasons.name(t, &reasonFiles, bit)
}

// ProtodownReasonID reads a protodown reason: a name or the number of its bit.
func (t *Tables) ProtodownReasonID(word string) (bit uint8, ok bool) {
	return t.reasons.id(t, &reasonFiles, word, 0)
}

// Table names a routing table: "main", "local".
func (t *Tables) Table(id uint32) string {
	t.tables.load(t, &tableFiles)
	if !t.Numeric {
		if name, ok := t.tables.name(id); ok {
			return name
		}
	}
	return strconv.FormatUint(uint64(id), 10)
}

// TableID reads a routing table: a name or a number of 32 bits.
func (t *Tables) TableID(word string) (uint32, bool) {
	t.tables.load(t, &tableFiles)
	if id, ok := t.tables.id(word); ok {
		return id, true
	}
	return format.ParseU32(word, 0)
}

// Group names an interface group. Numbers from 2^31 on are printed with a sign.
func (t *Tables) Group(id uint32) string {
	t.groups.load(t, &groupFiles)
	if !t.Numeric {
		if name, ok := t.groups.name(id); ok {
			return name
		}
	}
	return strconv.Itoa(int(int32(id)))
}

// GroupID reads an interface group: a name or a number. Of a number with more
// than 32 bits the low ones count, as long as their sign is positive.
func (t *Tables) GroupID(word string) (uint32, bool) {
	t.groups.load(t, &groupFiles)
	if id, ok := t.groups.id(word); ok {
		return id, true
	}
	v, n, _ := format.Strtol(word, 0)
	if n == 0 || n != len(word) || int32(v) < 0 {
		return 0, false
	}
	return uint32(v), true
}

func decimal(id uint8) string { return strconv.Itoa(int(id)) }

func (t *Tables) warn(text string) {
	if t.Warn != nil {
		t.Warn(text)
	}
}
