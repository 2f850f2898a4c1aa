package brctl

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// JSON is by an option that the original has not. The fields are those of
// `ip -d -j link` and `bridge -j fdb` wherever they have them: times in 1/100 s
// as the kernel counts them, timers in seconds, ids as ip writes them.

// jsonPrinter starts a document.
func (b *box) jsonPrinter() *printer.Printer {
	p := printer.New(b.env.Stdout, printer.Mode{JSON: true, Pretty: b.pretty})
	p.Open()
	return p
}

// jsonFields prints attributes as JSON.
type jsonFields struct {
	p  *printer.Printer
	at rtnl.Attrs
}

// attr is an attribute and the name of its field.
type attr struct {
	typ  int
	name string
}

func (f jsonFields) id(list ...attr) {
	for _, a := range list {
		f.p.String(a.name, "", string(format.AppendBridgeID(nil, f.at.Get(a.typ))))
	}
}

// num prints numbers of 8, 16 or 32 bits.
func (f jsonFields) num(list ...attr) {
	for _, a := range list {
		f.p.Uint(a.name, "", f.number(a.typ))
	}
}

func (f jsonFields) number(typ int) uint64 {
	switch len(f.at.Get(typ)) {
	case 1:
		v, _ := f.at.U8(typ)
		return uint64(v)
	case 2, 3:
		v, _ := f.at.U16(typ)
		return uint64(v)
	case 4, 5, 6, 7:
		v, _ := f.at.U32(typ)
		return uint64(v)
	}
	v, _ := f.at.U64(typ)
	return v
}

func (f jsonFields) hex(list ...attr) {
	for _, a := range list {
		f.p.Hex0x(a.name, "", f.number(a.typ))
	}
}

// timer prints timers in seconds.
func (f jsonFields) timer(list ...attr) {
	for _, a := range list {
		f.p.Float(a.name, "", float64(f.number(a.typ))/100)
	}
}

// jsonRow is a bridge of show.
func jsonRow(p *printer.Printer, br *bridge, ports []string) {
	p.OpenObject("")
	p.String("ifname", "", br.name)
	f := jsonFields{p, br.at()}
	f.id(attr{unix.IFLA_BR_BRIDGE_ID, "bridge_id"})
	f.num(attr{unix.IFLA_BR_STP_STATE, "stp_state"})
	p.OpenArray("ports", "")
	for _, name := range ports {
		p.String("", "", name)
	}
	p.CloseArray("")
	p.CloseObject()
}

// jsonMACs is showmacs.
func (b *box) jsonMACs(bridge string, master int32, list []fdbEntry) error {
	ports, err := b.ports(master, true)
	if err != nil {
		return readFailed(errno(err))
	}
	names := make(map[uint16]string, len(ports))
	for i := range ports {
		var tb portTable
		number, _ := ports[i].at(&tb).U16(unix.IFLA_BRPORT_NO)
		names[number] = ports[i].name
	}
	p := b.jsonPrinter()
	var mac []byte
	for i := range list {
		e := &list[i]
		p.OpenObject("")
		mac = format.AppendMAC(mac[:0], e.mac[:])
		p.Bytes(printer.None, "mac", "", mac)
		p.String("ifname", "", names[e.number])
		p.String("master", "", bridge)
		p.Hex0x("no", "", uint64(e.number))
		p.Bool("is_local", "", e.local)
		p.Float("ageing_timer", "", float64(e.age)/100)
		p.CloseObject()
		p.EndRecord()
	}
	p.Close()
	return nil
}

// jsonSTP is showstp.
func (b *box) jsonSTP(br *bridge, ports []port) {
	p := b.jsonPrinter()
	p.OpenObject("")
	p.String("ifname", "", br.name)
	f := jsonFields{p, br.at()}
	f.id(attr{unix.IFLA_BR_BRIDGE_ID, "bridge_id"}, attr{unix.IFLA_BR_ROOT_ID, "root_id"})
	f.num(
		attr{unix.IFLA_BR_STP_STATE, "stp_state"}, attr{unix.IFLA_BR_PRIORITY, "priority"},
		attr{unix.IFLA_BR_ROOT_PORT, "root_port"}, attr{unix.IFLA_BR_ROOT_PATH_COST, "root_path_cost"},
		attr{unix.IFLA_BR_MAX_AGE, "max_age"}, attr{unix.IFLA_BR_HELLO_TIME, "hello_time"},
		attr{unix.IFLA_BR_FORWARD_DELAY, "forward_delay"}, attr{unix.IFLA_BR_AGEING_TIME, "ageing_time"},
		attr{unix.IFLA_BR_TOPOLOGY_CHANGE, "topology_change"},
		attr{unix.IFLA_BR_TOPOLOGY_CHANGE_DETECTED, "topology_change_detected"},
	)
	f.timer(
		attr{unix.IFLA_BR_HELLO_TIMER, "hello_timer"}, attr{unix.IFLA_BR_TCN_TIMER, "tcn_timer"},
		attr{unix.IFLA_BR_TOPOLOGY_CHANGE_TIMER, "topology_change_timer"}, attr{unix.IFLA_BR_GC_TIMER, "gc_timer"},
	)
	p.OpenArray("ports", "")
	for i := range ports {
		jsonPort(p, &ports[i])
	}
	p.CloseArray("")
	p.CloseObject()
	p.Close()
}

func jsonPort(p *printer.Printer, port *port) {
	p.OpenObject("")
	p.String("ifname", "", port.name)
	var tb portTable
	f := jsonFields{p, port.at(&tb)}
	f.hex(attr{unix.IFLA_BRPORT_NO, "no"}, attr{unix.IFLA_BRPORT_ID, "id"})
	state, _ := f.at.U8(unix.IFLA_BRPORT_STATE)
	p.String("state", "", stateName(state))
	f.num(
		attr{unix.IFLA_BRPORT_PRIORITY, "priority"}, attr{unix.IFLA_BRPORT_COST, "cost"},
		attr{unix.IFLA_BRPORT_DESIGNATED_PORT, "designated_port"}, attr{unix.IFLA_BRPORT_DESIGNATED_COST, "designated_cost"},
		attr{unix.IFLA_BRPORT_TOPOLOGY_CHANGE_ACK, "topology_change_ack"}, attr{unix.IFLA_BRPORT_CONFIG_PENDING, "config_pending"},
	)
	f.id(attr{unix.IFLA_BRPORT_BRIDGE_ID, "bridge_id"}, attr{unix.IFLA_BRPORT_ROOT_ID, "root_id"})
	f.timer(
		attr{unix.IFLA_BRPORT_HOLD_TIMER, "hold_timer"}, attr{unix.IFLA_BRPORT_MESSAGE_AGE_TIMER, "message_age_timer"},
		attr{unix.IFLA_BRPORT_FORWARD_DELAY_TIMER, "forward_delay_timer"},
	)
	mode, _ := f.at.U8(unix.IFLA_BRPORT_MODE)
	p.Bool("hairpin", "", mode != 0)
	p.CloseObject()
}

// notJSON refuses -j for a command that prints nothing.
func notJSON(command string) error {
	return fail("brctl: " + strconv.Quote(command) + " prints nothing; --json is for show, showmacs and showstp")
}
