package rule

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// filter is which rules list and flush mean. The zero value means all; so does
// a zero in most of its fields, also where a zero was asked for.
type filter struct {
	c      *object.Context
	family int // of the addresses in the words

	not, l3mdev bool
	pref        uint32
	prefGiven   bool
	tos         uint8
	tosGiven    bool
	mark, mask  uint32
	iif, oif    string
	uidStart    uint32
	uidEnd      uint32
	uidGiven    bool
	tunID       uint64
	table       uint32
	src, dst    format.Prefix
	ipProto     uint8
	sport       ports
	dport       ports

	// protocol is looked at by flush only.
	protocol      uint8
	protocolGiven bool
}

// parse reads the words of list and flush.
func (f *filter) parse(args []string) error {
	table := filterWords()
	cur := words.New(args)
	for ; cur.More(); cur.Skip() {
		k, ok := applet.Find(table, cur.Word())
		switch {
		case ok && k.flag != nil:
			k.flag(f)
			continue
		case !ok: // an address that "to" may stand before
			if err := f.setTo(cur.Word()); err != nil {
				return err
			}
			continue
		}
		word, err := cur.Value()
		if err != nil {
			return err
		}
		if err := k.value(f, word); err != nil {
			return err
		}
	}
	return nil
}

// filterWord is a keyword of list and flush: without a value, or with one.
type filterWord struct {
	flag  func(*filter)
	value func(*filter, string) error
}

// filterWords are the keywords in the order in which ip tests them. It differs
// from that of add in what may be abbreviated.
func filterWords() []applet.Row[filterWord] {
	type row = applet.Row[filterWord]
	value := func(f func(*filter, string) error) filterWord { return filterWord{value: f} }
	return []row{
		{Name: "preference", Value: value((*filter).setPreference)},
		{Name: "order", Value: value((*filter).setPreference)},
		{Name: "priority", Value: value((*filter).setPreference)},
		{Name: "not", Exact: true, Value: filterWord{flag: func(f *filter) { f.not = true }}},
		{Name: "tos", Exact: true, Value: value((*filter).setTOS)},
		{Name: "dsfield", Exact: true, Value: value((*filter).setTOS)},
		{Name: "fwmark", Exact: true, Value: value((*filter).setMark)},
		{Name: "dev", Exact: true, Value: value((*filter).setIIf)},
		{Name: "iif", Exact: true, Value: value((*filter).setIIf)},
		{Name: "oif", Exact: true, Value: value((*filter).setOIf)},
		{Name: "l3mdev", Exact: true, Value: filterWord{flag: func(f *filter) { f.l3mdev = true }}},
		{Name: "uidrange", Exact: true, Value: value((*filter).setUIDs)},
		{Name: "tun_id", Value: value((*filter).setTunID)},
		{Name: "lookup", Value: value((*filter).setTable)},
		{Name: "table", Value: value((*filter).setTable)},
		{Name: "from", Value: value((*filter).setFrom)},
		{Name: "src", Value: value((*filter).setFrom)},
		{Name: "protocol", Value: value((*filter).setProtocol)},
		{Name: "ipproto", Exact: true, Value: value((*filter).setIPProto)},
		{Name: "sport", Exact: true, Value: value(func(f *filter, word string) (err error) {
			f.sport, err = parsePorts(word, "invalid port range\n")
			return err
		})},
		{Name: "dport", Exact: true, Value: value(func(f *filter, word string) (err error) {
			f.dport, err = parsePorts(word, "invalid dport range\n")
			return err
		})},
		{Name: "dst", Value: value((*filter).setTo)},
		{Name: "to", Value: value((*filter).setTo)},
	}
}

func (f *filter) setPreference(word string) (err error) {
	f.pref, err = parsePreference(word)
	f.prefGiven = true
	return err
}

func (f *filter) setTOS(word string) error {
	v, ok := f.c.Names().DSFieldID(word)
	if !ok {
		return words.Invalid("TOS value is invalid\n", word)
	}
	f.tos, f.tosGiven = v, true
	return nil
}

func (f *filter) setMark(word string) error {
	mark, mask, masked, err := parseMark(word)
	f.mark = mark
	if masked {
		f.mask = mask
	}
	return err
}

func (f *filter) setIIf(word string) error {
	if !format.ValidIfname(word) {
		return words.Invalid(`"iif"/"dev" not a valid ifname`, word)
	}
	f.iif = word
	return nil
}

func (f *filter) setOIf(word string) error {
	if !format.ValidIfname(word) {
		return words.Invalid(`"oif" not a valid ifname`, word)
	}
	f.oif = word
	return nil
}

func (f *filter) setUIDs(word string) (err error) {
	f.uidStart, f.uidEnd, err = parseUIDs(word)
	f.uidGiven = true
	return err
}

func (f *filter) setTunID(word string) error {
	v, ok := format.ParseU64(word, 0)
	if !ok {
		return words.Invalid("\"tun_id\" value is invalid\n", word)
	}
	f.tunID = v
	return nil
}

func (f *filter) setTable(word string) error {
	v, ok := f.c.Names().TableID(word)
	if !ok {
		return words.Invalid("table id value is invalid\n", word)
	}
	f.table = v
	return nil
}

func (f *filter) setFrom(word string) (err error) {
	f.src, err = f.c.Prefix(word, f.family)
	return err
}

func (f *filter) setTo(word string) (err error) {
	f.dst, err = f.c.Prefix(word, f.family)
	return err
}

func (f *filter) setProtocol(word string) error {
	v, ok := f.c.Names().ProtoID(word)
	if !ok && word != "all" {
		return words.Invalid("invalid \"protocol\"\n", word)
	}
	f.protocol, f.protocolGiven = v, ok
	return nil
}

func (f *filter) setIPProto(word string) error {
	v, ok := f.c.Names().IPProtoID(word)
	if !ok {
		return words.Invalid("Invalid \"ipproto\" value\n", word)
	}
	f.ipProto = uint8(v)
	return nil
}

// match tells whether the rule is one of those meant. Of its protocol see
// matchProtocol.
func (f *filter) match(r *record) bool {
	return f.matchHeader(r) && f.matchDevices(r) && f.matchFlow(r)
}

func (f *filter) matchHeader(r *record) bool {
	if family := f.c.Opt.Family; family != unix.AF_UNSPEC && int(r.family) != family {
		return false
	}
	switch {
	case f.prefGiven && f.pref != r.u32(unix.FRA_PRIORITY),
		f.not && r.flags&flagInvert == 0,
		!matchPrefix(&f.src, r, r.srcLen, unix.FRA_SRC),
		!matchPrefix(&f.dst, r, r.dstLen, unix.FRA_DST),
		f.tosGiven && f.tos != r.tos,
		f.table > 0 && f.table != r.tableID():
		return false
	}
	return true
}

// matchPrefix tells whether the rule's prefix lies in p.
func matchPrefix(p *format.Prefix, r *record, length uint8, attr int) bool {
	if p.Family == unix.AF_UNSPEC {
		return true
	}
	if p.Family != int(r.family) || p.Bits > int(length) {
		return false
	}
	return !r.at.Has(attr) || p.Contains(r.at.Get(attr))
}

func (f *filter) matchDevices(r *record) bool {
	return matchName(f.iif, r, unix.FRA_IIFNAME) && matchName(f.oif, r, unix.FRA_OIFNAME) &&
		(!f.l3mdev || r.u8(unix.FRA_L3MDEV) != 0)
}

func matchName(name string, r *record, attr int) bool {
	if name == "" {
		return true
	}
	b, ok := r.at.Bytes(attr)
	return ok && string(b) == name
}

func (f *filter) matchFlow(r *record) bool {
	switch {
	case f.mark != 0 && f.mark != r.u32(unix.FRA_FWMARK),
		f.mask != 0 && f.mask != r.u32(unix.FRA_FWMASK),
		f.ipProto != 0 && f.ipProto != r.u8(unix.FRA_IP_PROTO),
		!matchPorts(f.sport, r, unix.FRA_SPORT_RANGE),
		!matchPorts(f.dport, r, unix.FRA_DPORT_RANGE):
		return false
	}
	if f.uidGiven {
		start, end, ok := r.uidRange()
		if !ok || start != f.uidStart || end != f.uidEnd {
			return false
		}
	}
	if f.tunID != 0 {
		id, ok := r.tunID()
		return ok && id == f.tunID
	}
	return true
}

func matchPorts(want ports, r *record, attr int) bool {
	if want.start == 0 {
		return true
	}
	p, ok := r.ports(attr)
	return ok && p == want
}

// matchProtocol tells whether the rule was made by the protocol meant.
func (f *filter) matchProtocol(r *record) bool {
	return !f.protocolGiven || !r.at.Has(unix.FRA_PROTOCOL) || f.protocol == r.u8(unix.FRA_PROTOCOL)
}
