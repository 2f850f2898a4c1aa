package brctl

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// showSTP shows a bridge's spanning tree and that of its ports.
func showSTP(b *box, args []string) error {
	br, err := b.bridge(args[0])
	if err != nil {
		return err
	}
	ports, err := b.ports(br.index, true)
	if err != nil {
		return fail(err.Error())
	}
	if b.json {
		b.jsonSTP(br, ports)
		return nil
	}
	b.env.Stdout.WriteString(bridgeSTP(br))
	for i := range ports {
		b.env.Stdout.WriteString(portSTP(&ports[i]))
	}
	return nil
}

// fields prints the attributes of a bridge or a port.
type fields struct{ at rtnl.Attrs }

// time is a time or timer in 1/100 s, of 32 or 64 bits.
func (f fields) time(t int) string {
	if v, ok := f.at.U64(t); ok {
		return seconds(v)
	}
	v, _ := f.at.U32(t)
	return seconds(uint64(v))
}

func (f fields) id(t int) string { return bridgeID(f.at.Get(t)) }

// num is a number of 16 or 32 bits in at least four places.
func (f fields) num(t int) string {
	v, ok := f.at.U32(t)
	if !ok {
		short, _ := f.at.U16(t)
		v = uint32(short)
	}
	return right(strconv.FormatUint(uint64(v), 10), 4)
}

// hex is a port id: four hex digits.
func (f fields) hex(t int) string {
	v, _ := f.at.U16(t)
	s := strconv.FormatUint(uint64(v), 16)
	return "0000"[len(s):] + s
}

// flag is a word and a blank where the attribute is set.
func (f fields) flag(t int, word string) string {
	if v, _ := f.at.U8(t); v != 0 {
		return word + " "
	}
	return ""
}

func right(s string, width int) string {
	for len(s) < width {
		s = " " + s
	}
	return s
}

// bridgeSTP is the bridge's part. The right-hand column shows the values in use
// once more, as the original does: the kernel does not tell the configured ones.
func bridgeSTP(br *bridge) string {
	f := fields{br.at()}
	return br.name + "\n" +
		" bridge id\t\t" + f.id(unix.IFLA_BR_BRIDGE_ID) + "\n" +
		" designated root\t" + f.id(unix.IFLA_BR_ROOT_ID) + "\n" +
		" root port\t\t" + f.num(unix.IFLA_BR_ROOT_PORT) +
		"\t\t\tpath cost\t\t" + f.num(unix.IFLA_BR_ROOT_PATH_COST) + "\n" +
		" max age\t\t" + f.time(unix.IFLA_BR_MAX_AGE) +
		"\t\t\tbridge max age\t\t" + f.time(unix.IFLA_BR_MAX_AGE) + "\n" +
		" hello time\t\t" + f.time(unix.IFLA_BR_HELLO_TIME) +
		"\t\t\tbridge hello time\t" + f.time(unix.IFLA_BR_HELLO_TIME) + "\n" +
		" forward delay\t\t" + f.time(unix.IFLA_BR_FORWARD_DELAY) +
		"\t\t\tbridge forward delay\t" + f.time(unix.IFLA_BR_FORWARD_DELAY) + "\n" +
		" ageing time\t\t" + f.time(unix.IFLA_BR_AGEING_TIME) + "\n" +
		" hello timer\t\t" + f.time(unix.IFLA_BR_HELLO_TIMER) +
		"\t\t\ttcn timer\t\t" + f.time(unix.IFLA_BR_TCN_TIMER) + "\n" +
		" topology change timer\t" + f.time(unix.IFLA_BR_TOPOLOGY_CHANGE_TIMER) +
		"\t\t\tgc timer\t\t" + f.time(unix.IFLA_BR_GC_TIMER) + "\n" +
		" flags\t\t\t" +
		f.flag(unix.IFLA_BR_TOPOLOGY_CHANGE, "TOPOLOGY_CHANGE") +
		f.flag(unix.IFLA_BR_TOPOLOGY_CHANGE_DETECTED, "TOPOLOGY_CHANGE_DETECTED") + "\n\n\n"
}

// stateName names a port's state (linux/if_bridge.h, BR_STATE_*).
func stateName(state uint8) string {
	names := [...]string{"disabled", "listening", "learning", "forwarding", "blocking"}
	if int(state) < len(names) {
		return names[state]
	}
	return "unknown"
}

// portSTP is the part of one port.
func portSTP(p *port) string {
	var tb portTable
	f := fields{p.at(&tb)}
	number, _ := f.at.U16(unix.IFLA_BRPORT_NO)
	state, _ := f.at.U8(unix.IFLA_BRPORT_STATE)
	s := p.name + " (" + strconv.Itoa(int(number)) + ")\n" +
		" port id\t\t" + f.hex(unix.IFLA_BRPORT_ID) +
		"\t\t\tstate\t\t" + right(stateName(state), 15) + "\n" +
		" designated root\t" + f.id(unix.IFLA_BRPORT_ROOT_ID) +
		"\tpath cost\t\t" + f.num(unix.IFLA_BRPORT_COST) + "\n" +
		" designated bridge\t" + f.id(unix.IFLA_BRPORT_BRIDGE_ID) +
		"\tmessage age timer\t" + f.time(unix.IFLA_BRPORT_MESSAGE_AGE_TIMER) + "\n" +
		" designated port\t" + f.hex(unix.IFLA_BRPORT_DESIGNATED_PORT) +
		"\t\t\tforward delay timer\t" + f.time(unix.IFLA_BRPORT_FORWARD_DELAY_TIMER) + "\n" +
		" designated cost\t" + f.num(unix.IFLA_BRPORT_DESIGNATED_COST) +
		"\t\t\thold timer\t\t" + f.time(unix.IFLA_BRPORT_HOLD_TIMER) + "\n" +
		" flags\t\t\t" +
		f.flag(unix.IFLA_BRPORT_CONFIG_PENDING, "CONFIG_PENDING") +
		f.flag(unix.IFLA_BRPORT_TOPOLOGY_CHANGE_ACK, "TOPOLOGY_CHANGE_ACK") + "\n"
	if on, _ := f.at.U8(unix.IFLA_BRPORT_MODE); on != 0 {
		s += " hairpin mode\t\t   1\n"
	}
	return s + "\n"
}
