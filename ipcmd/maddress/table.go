package maddress

import (
	"encoding/binary"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/netdev"
)

// record is one address that a device listens to.
type record struct {
	index  int32
	name   string
	users  uint32
	static bool
	family int // unix.AF_PACKET, AF_INET or AF_INET6
	addr   []byte
}

// records are sorted by the index of the device; those of one device are in
// the order in which they were inserted.
type records []record

func (l *records) insert(r record) {
	at := len(*l)
	for at > 0 && (*l)[at-1].index > r.index {
		at--
	}
	*l = append(*l, record{})
	copy((*l)[at+1:], (*l)[at:])
	(*l)[at] = r
}

// lines hands out the lines of a table.
type lines interface {
	Line() (line []byte, ok bool)
}

// reader reads one of the tables. dev, if not nil, is the only device wanted.
type reader func(l *records, t lines, dev *string)

// table is one of the files under /proc/net.
type table struct {
	file   string
	family int
	read   reader
}

// tables are the three of them, in the order of the output.
func tables() []table {
	return []table{
		{"dev_mcast", unix.AF_PACKET, readLink},
		{"igmp", unix.AF_INET, readInet},
		{"igmp6", unix.AF_INET6, readInet6},
	}
}

// read gathers the addresses of the family, of all where it is AF_UNSPEC. A
// table that is not there has none.
func read(family int, dev *string) records {
	var l records
	for _, t := range tables() {
		if family != unix.AF_UNSPEC && family != t.family {
			continue
		}
		f, err := netdev.OpenTable(t.file)
		if err != nil {
			continue
		}
		t.read(&l, f, dev)
		f.Close()
	}
	return l
}

// readLink reads lines like "2    v0              1     0     333300000001":
// index, name, users, whether static, address.
func readLink(l *records, t lines, dev *string) {
	for {
		line, ok := t.Line()
		if !ok {
			return
		}
		var f [5][]byte
		fields(line, f[:])
		r := record{family: unix.AF_PACKET, index: decimal(f[0]), name: string(f[1])}
		if dev != nil && *dev != r.name {
			continue
		}
		if r.addr, ok = parseHex(f[4]); !ok {
			continue
		}
		r.users = uint32(decimal(f[2]))
		r.static = decimal(f[3]) != 0
		l.insert(r)
	}
}

// readInet reads a title, and for each device a line like "2\tv0  :  2  V3"
// and below it lines like "\t\t\t\tFB0000E0     1 0:00000000\t\t0" with an
// address as a number of this machine, and its users.
func readInet(l *records, t lines, dev *string) {
	if _, ok := t.Line(); !ok {
		return
	}
	var index int32
	var name string
	for {
		line, ok := t.Line()
		if !ok {
			return
		}
		var f [2][]byte
		fields(line, f[:])
		if line[0] != '\t' {
			index, name = decimal(f[0]), string(f[1])
			if n := len(name); n > 0 && name[n-1] == ':' {
				name = name[:n-1]
			}
			continue
		}
		if dev != nil && *dev != name {
			continue
		}
		v, _, _ := format.ScanHex(string(f[0]))
		l.insert(record{
			family: unix.AF_INET, index: index, name: name,
			addr:  binary.NativeEndian.AppendUint32(nil, v),
			users: uint32(decimal(f[1])),
		})
	}
}

// readInet6 reads lines like "2    v0    ff020000000000000000000000000001     1
// 0000000C 0": index, name, address, users.
func readInet6(l *records, t lines, dev *string) {
	for {
		line, ok := t.Line()
		if !ok {
			return
		}
		var f [4][]byte
		fields(line, f[:])
		r := record{family: unix.AF_INET6, index: decimal(f[0]), name: string(f[1])}
		if dev != nil && *dev != r.name {
			continue
		}
		if r.addr, ok = parseHex(f[2]); !ok {
			continue
		}
		r.users = uint32(decimal(f[3]))
		l.insert(r)
	}
}

// fields splits the beginning of a line.
func fields(line []byte, into [][]byte) {
	for i := range into {
		into[i], line = netdev.Field(line)
	}
}

func decimal(b []byte) int32 {
	n, _, _ := format.ScanInt(string(b))
	return n
}

// parseHex reads an address in hex without separators.
func parseHex(s []byte) (addr []byte, ok bool) {
	for len(s) > 0 {
		if len(s) == 1 {
			return nil, false
		}
		v, _, ok := format.ScanHex(string(s[:2]))
		if !ok {
			return nil, false
		}
		addr = append(addr, byte(v))
		s = s[2:]
	}
	return addr, true
}
