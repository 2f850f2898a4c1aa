package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// The fields of struct rtnl_link_stats64 (linux/if_link.h), by their place. The
// older struct rtnl_link_stats has all but the last, with 32 bits each.
const (
	rxPackets = iota
	txPackets
	rxBytes
	txBytes
	rxErrors
	txErrors
	rxDropped
	txDropped
	rxMulticast
	collisions
	rxLengthErrors
	rxOverErrors
	rxCRCErrors
	rxFrameErrors
	rxFIFOErrors
	rxMissedErrors
	txAbortedErrors
	txCarrierErrors
	txFIFOErrors
	txHeartbeatErrors
	txWindowErrors
	rxCompressed
	txCompressed
	rxNoHandler
	rxOtherhostDropped
	numCounters
)

// counters are the statistics of a link.
type counters [numCounters]uint64

// parseCounters reads the statistics that a message carries: 64 bits wide, 32
// bits wide, or, in a dump of family inet6, those of IPv6. wide is false for the
// second. Missing counters are 0.
func parseCounters(at rtnl.Attrs) (c counters, wide, ok bool) {
	if b := at.Get(unix.IFLA_STATS64); b != nil {
		for i := 0; i < len(c) && len(b) >= 8; i, b = i+1, b[8:] {
			c[i] = native.Uint64(b)
		}
		return c, true, true
	}
	if b := at.Get(unix.IFLA_STATS); b != nil {
		for i := 0; i < rxOtherhostDropped && len(b) >= 4; i, b = i+1, b[4:] {
			c[i] = uint64(native.Uint32(b))
		}
		return c, false, true
	}
	var tb [unix.IFLA_INET6_STATS + 1][]byte
	sub := rtnl.Attrs(tb[:])
	if !at.Nested(unix.IFLA_PROTINFO, sub) {
		return c, false, false
	}
	return snmpCounters(sub.Get(unix.IFLA_INET6_STATS)), true, true
}

// snmpRows say which counter of IPv6 (IPSTATS_MIB_* of linux/snmp.h) stands for
// which of a link.
var snmpRows = [...]struct{ mib, counter int }{
	{1, rxPackets}, {2, rxBytes}, {5, txPackets}, {6, txBytes},
	{13, rxErrors}, {14, txErrors}, {23, rxMulticast}, {31, rxFrameErrors},
}

func snmpCounters(b []byte) (c counters) {
	for _, r := range snmpRows {
		if len(b) >= 8*(r.mib+1) {
			c[r.counter] = native.Uint64(b[8*r.mib:])
		}
	}
	return c
}

// Stats prints the statistics of a link, without a newline at their end.
func (v *View) Stats(p *printer.Printer, at rtnl.Attrs) {
	c, wide, ok := parseCounters(at)
	if !ok {
		return
	}
	transitions, counted := at.U32(unix.IFLA_CARRIER_CHANGES)
	if p.JSON() {
		key := "stats"
		if wide {
			key = "stats64"
		}
		p.OpenObject(key)
		statsJSON(p, &c, transitions, counted, v.Opt.Stats > 1)
		p.CloseObject()
		return
	}
	t := statsTable{v: v, p: p, c: &c, transitions: uint64(transitions), counted: counted}
	t.print()
}

// StatsLine prints the statistics of the link in a message, and a newline.
func (v *View) StatsLine(p *printer.Printer, m *rtnl.Msg) {
	if len(m.Data) < unix.SizeofIfInfomsg {
		return
	}
	var tb [AttrMax + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(m.Data[unix.SizeofIfInfomsg:])
	v.Stats(p, at)
	p.NL()
	p.EndRecord()
}

// jsonCounter is a member of an object of counters.
type jsonCounter struct {
	key     string
	counter int
	// some leaves the member out when it is 0.
	some bool
}

var (
	rxJSON = [...]jsonCounter{
		{"bytes", rxBytes, false}, {"packets", rxPackets, false},
		{"errors", rxErrors, false}, {"dropped", rxDropped, false},
		{"over_errors", rxOverErrors, false}, {"multicast", rxMulticast, false},
		{"compressed", rxCompressed, true},
	}
	rxErrorsJSON = [...]jsonCounter{
		{"length_errors", rxLengthErrors, false}, {"crc_errors", rxCRCErrors, false},
		{"frame_errors", rxFrameErrors, false}, {"fifo_errors", rxFIFOErrors, false},
		{"missed_errors", rxMissedErrors, false}, {"nohandler", rxNoHandler, true},
		{"otherhost", rxOtherhostDropped, true},
	}
	txJSON = [...]jsonCounter{
		{"bytes", txBytes, false}, {"packets", txPackets, false},
		{"errors", txErrors, false}, {"dropped", txDropped, false},
		{"carrier_errors", txCarrierErrors, false}, {"collisions", collisions, false},
		{"compressed", txCompressed, true},
	}
	txErrorsJSON = [...]jsonCounter{
		{"aborted_errors", txAbortedErrors, false}, {"fifo_errors", txFIFOErrors, false},
		{"window_errors", txWindowErrors, false}, {"heartbeat_errors", txHeartbeatErrors, false},
	}
)

func statsJSON(p *printer.Printer, c *counters, transitions uint32, counted, errors bool) {
	members := func(rows []jsonCounter) {
		for i := range rows {
			if r := &rows[i]; !r.some || c[r.counter] != 0 {
				p.Uint(r.key, "", c[r.counter])
			}
		}
	}
	p.OpenObject("rx")
	members(rxJSON[:])
	if errors {
		members(rxErrorsJSON[:])
	}
	p.CloseObject()
	p.OpenObject("tx")
	members(txJSON[:])
	if errors {
		members(txErrorsJSON[:])
		if counted {
			p.Uint("carrier_changes", "", uint64(transitions))
		}
	}
	p.CloseObject()
}

// statsTable prints counters in columns, which are as wide as the widest of
// their numbers.
type statsTable struct {
	v           *View
	p           *printer.Printer
	c           *counters
	transitions uint64
	counted     bool
	width       [numColumns]int
}

const numColumns = 8

// startWidths are the widths of columns of small numbers.
var startWidths = [numColumns]int{
	len("*X errors:"), len("packets"), len("errors"), len("dropped"),
	len("heartbt"), len("overrun"), len("compressed"), len("otherhost"),
}

// absent stands for a column without a counter.
const absent = -1

// The counters of each line, by column. The columns of errors start at the
// second.
var (
	rxColumns      = [...]int{rxBytes, rxPackets, rxErrors, rxDropped, rxMissedErrors, rxMulticast, rxCompressed}
	rxErrorColumns = [...]int{absent, rxLengthErrors, rxCRCErrors, rxFrameErrors, rxFIFOErrors, rxOverErrors, rxNoHandler, rxOtherhostDropped}
	txColumns      = [...]int{txBytes, txPackets, txErrors, txDropped, txCarrierErrors, collisions, txCompressed}
	txErrorColumns = [...]int{absent, txAbortedErrors, txFIFOErrors, txWindowErrors, txHeartbeatErrors}

	rxHeads      = [...]string{"bytes", "packets", "errors", "dropped", "missed", "mcast"}
	rxErrorHeads = [...]string{"length", "crc", "frame", "fifo", "overrun"}
	txHeads      = [...]string{"bytes", "packets", "errors", "dropped", "carrier", "collsns"}
	txErrorHeads = [...]string{"aborted", "fifo", "window", "heartbt"}
)

// shiftedTxErrors are the columns by whose numbers iproute2 widens the table
// for the errors of transmission: one column further to the right than it
// prints them.
var shiftedTxErrors = [...]int{absent, absent, txAbortedErrors, txFIFOErrors, txWindowErrors, txHeartbeatErrors}

const transitionsColumn = 6 // of shiftedTxErrors

func (t *statsTable) print() {
	errors := t.v.Opt.Stats > 1
	t.measure(errors)
	t.line("    RX: ", rxHeads[:], rxColumns[:])
	if errors {
		t.p.NL()
		t.rxErrors()
	}
	t.p.NL()
	t.line("    TX: ", txHeads[:], txColumns[:])
	if errors {
		t.p.NL()
		t.txErrors()
	}
}

// measure sets the widths.
func (t *statsTable) measure(errors bool) {
	t.width = startWidths
	if t.v.Opt.Human {
		return
	}
	t.widen(rxColumns[:])
	t.widen(txColumns[:])
	if errors {
		t.widen(rxErrorColumns[:])
		t.widen(shiftedTxErrors[:])
		t.width[transitionsColumn] = max(t.width[transitionsColumn], decimals(t.transitions))
	}
}

func (t *statsTable) widen(columns []int) {
	for i, c := range columns {
		if c != absent {
			t.width[i] = max(t.width[i], decimals(t.c[c]))
		}
	}
}

func decimals(n uint64) int {
	d := 1
	for ; n > 9; n /= 10 {
		d++
	}
	return d
}

// line prints a line of heads and one of numbers. Its last column is there only
// where its number is not 0.
func (t *statsTable) line(label string, heads []string, columns []int) {
	b := append(t.v.buf[:0], label...)
	b = format.AppendRight(b, heads[0], t.width[0]-4)
	for i, head := range heads[1:] {
		b = format.AppendRight(append(b, ' '), head, t.width[i+1])
	}
	last := len(columns) - 1
	compressed := ""
	if t.c[columns[last]] != 0 {
		compressed = "compressed"
	}
	b = format.AppendRight(append(b, ' '), compressed, t.width[last])
	t.flush(b)
	t.p.NL()
	b = append(t.v.buf[:0], "    "...)
	for i, c := range columns {
		if i < last || t.c[c] != 0 {
			b = t.number(b, t.c[c], i)
		}
	}
	t.flush(b)
}

func (t *statsTable) rxErrors() {
	b := t.errorHeads("    RX errors:", rxErrorHeads[:])
	if t.c[rxNoHandler] != 0 {
		b = format.AppendRight(b, " nohandler", t.width[6]+1)
	}
	if t.c[rxOtherhostDropped] != 0 {
		b = format.AppendRight(b, " otherhost", t.width[7]+1)
	}
	t.flush(b)
	t.p.NL()
	b = format.AppendBlanks(t.v.buf[:0], t.width[0]+5)
	for i, c := range rxErrorColumns {
		if c != absent && (i <= len(rxErrorHeads) || t.c[c] != 0) {
			b = t.number(b, t.c[c], i)
		}
	}
	t.flush(b)
}

func (t *statsTable) txErrors() {
	b := t.errorHeads("    TX errors:", txErrorHeads[:])
	transns := ""
	if t.counted {
		transns = "transns"
	}
	b = format.AppendRight(append(b, ' '), transns, t.width[5])
	t.flush(b)
	t.p.NL()
	b = format.AppendBlanks(t.v.buf[:0], t.width[0]+5)
	for i, c := range txErrorColumns {
		if c != absent {
			b = t.number(b, t.c[c], i)
		}
	}
	if t.counted {
		b = t.number(b, t.transitions, 5)
	}
	t.flush(b)
}

// errorHeads starts a line of heads of errors.
func (t *statsTable) errorHeads(label string, heads []string) []byte {
	b := format.AppendBlanks(append(t.v.buf[:0], label...), t.width[0]-10)
	for i, head := range heads {
		b = format.AppendRight(append(b, ' '), head, t.width[i+1])
	}
	return b
}

// number appends a number in a column, and a blank.
func (t *statsTable) number(b []byte, n uint64, column int) []byte {
	return append(format.AppendCountRight(b, n, t.v.scale(), t.width[column]), ' ')
}

// flush prints b, which lies in the View's buffer.
func (t *statsTable) flush(b []byte) {
	t.v.buf = b
	t.p.Bytes(printer.None, "", "%s", b)
}

// scale is how -human and -iec want numbers.
func (v *View) scale() format.Scale {
	switch {
	case !v.Opt.Human:
		return format.ScaleNone
	case v.Opt.IEC:
		return format.ScaleIEC
	}
	return format.ScaleSI
}

// Counters reads the statistics that a message about a link carries, in the
// order of struct rtnl_link_stats64. The message's type of them does not matter.
func Counters(at rtnl.Attrs) ([]uint64, bool) {
	c, _, ok := parseCounters(at)
	return c[:], ok
}
