package route

import (
	"math/bits"
	"strconv"

	"encoding/binary"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
)

// JSON is by an option that the original has not. The fields are those of
// `ip -j route` wherever it has them; the others are the columns of the table.
// Addresses are numbers always.

// flagNames are the flags in the words of linux/route.h and ipv6_route.h
// (RTF_*).
func flagNames() []struct {
	flag uint32
	name string
} {
	return []struct {
		flag uint32
		name string
	}{
		{flagUp, "UP"}, {flagGateway, "GATEWAY"}, {flagHost, "HOST"}, {flagReinstate, "REINSTATE"},
		{flagDynamic, "DYNAMIC"}, {flagModified, "MODIFIED"}, {flagMSS, "MTU"}, {flagWindow, "WINDOW"},
		{flagIRTT, "IRTT"}, {flagReject, "REJECT"}, {flagDefault, "DEFAULT"}, {flagAllOnLink, "ALLONLINK"},
		{flagAddrConf, "ADDRCONF"}, {flagNoNextHop, "NONEXTHOP"}, {flagExpires, "EXPIRES"}, {flagCache, "CACHE"},
		{flagFlow, "FLOW"}, {flagPolicy, "POLICY"}, {flagLocal, "LOCAL"},
	}
}

// jsonRow begins a row: what both families have.
func jsonRow(p *printer.Printer, family string, reject bool, dst, gateway []byte) {
	p.OpenObject("")
	kind := "unicast"
	if reject {
		kind = "unreachable"
	}
	p.String("type", "", kind)
	p.Bytes(printer.None, "dst", "", dst)
	if gateway != nil {
		p.Bytes(printer.None, "gateway", "", gateway)
	}
	p.String("family", "", family)
}

func jsonFlags(p *printer.Printer, flags uint32) {
	p.OpenArray("flags", "")
	for _, f := range flagNames() {
		if flags&f.flag != 0 {
			p.String("", "", f.name)
		}
	}
	p.CloseArray("")
}

func jsonInetRow(p *printer.Printer, r *inetRow) {
	var gateway []byte
	if r.flags&flagGateway != 0 && r.gateway != [4]byte{} {
		gateway = format.AppendIPv4(nil, r.gateway[:])
	}
	length := bits.LeadingZeros32(^binary.BigEndian.Uint32(r.mask[:]))
	jsonRow(p, "inet", r.flags&flagReject != 0, prefix(format.AppendIPv4(nil, r.dst[:]), length, 32), gateway)
	if r.device != "*" {
		p.String("dev", "", r.device)
	}
	p.Int("metric", "", int64(r.metric))
	jsonFlags(p, r.flags)
	for _, n := range []struct {
		name  string
		value int32
	}{{"ref", ref}, {"use", use}, {"mss", r.mss}, {"window", r.window}, {"irtt", r.irtt}} {
		p.Int(n.name, "", int64(n.value))
	}
	p.CloseObject()
	p.EndRecord()
}

func jsonInet6Row(p *printer.Printer, r *inet6Row) {
	var gateway []byte
	if r.gateway != [16]byte{} {
		gateway = format.AppendIPv6(nil, r.gateway[:])
	}
	jsonRow(p, "inet6", r.flags&flagReject != 0, prefix(format.AppendIPv6(nil, r.dst[:]), int(r.prefixLen), 128), gateway)
	p.Bytes(printer.None, "dev", "", r.device)
	p.Int("metric", "", int64(r.metric))
	jsonFlags(p, r.flags)
	p.Int("ref", "", int64(r.ref))
	p.Int("use", "", int64(r.use))
	p.CloseObject()
	p.EndRecord()
}

// prefix is a destination as ip writes it: a host without a length, everything
// as "default".
func prefix(addr []byte, length, whole int) []byte {
	switch length {
	case whole:
		return addr
	case 0:
		return append(addr[:0], "default"...)
	}
	return strconv.AppendInt(append(addr, '/'), int64(length), 10)
}
