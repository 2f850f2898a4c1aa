package brctl

import (
	"bytes"
	"cmp"
	"errors"
	"slices"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/byteorder"
	"github.com/nlbox/nlbox/internal/rtnl"
)

var native byteorder.Native

// box is one call of brctl and its way to the kernel.
type box struct {
	env  *applet.Env
	conn rtnl.Conn
	// json and pretty are the form of what show, showmacs and showstp print.
	json, pretty bool
	// portsRead are the ports of all bridges, once rtnetlink was asked for them.
	portsRead []port
}

// ask returns the connection for questions and changes, opened when needed.
func (b *box) ask() (rtnl.Conn, error) {
	if b.conn == nil {
		s, err := rtnl.Open(rtnl.Options{Buffers: b.env.Buffers})
		if err != nil {
			return nil, fail(err.Error())
		}
		b.conn = s
	}
	return b.conn, nil
}

func (b *box) close() {
	if b.conn != nil {
		b.conn.Close()
	}
}

// errno finds the errno in an error, EINVAL where there is none.
func errno(err error) unix.Errno {
	var e unix.Errno
	if errors.As(err, &e) {
		return e
	}
	return unix.EINVAL
}

// device is what brctl has to know of an interface.
type device struct {
	index  int32
	name   string
	kind   string
	master int32
	up     bool
}

const kindBridge = "bridge"

func (d *device) isBridge() bool { return d.kind == kindBridge }

// device looks an interface up by its name, or by that of an alias of it.
func (b *box) device(name string) (*device, error) {
	// The original hands the name to ioctls that take 15 bytes.
	if len(name) >= unix.IFNAMSIZ {
		return nil, unix.ENODEV
	}
	if name, _ = cutAlias(name); name == "" {
		return nil, unix.ENODEV
	}
	conn, err := b.ask()
	if err != nil {
		return nil, err
	}
	r := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	r.Link(unix.AF_UNSPEC, 0, 0, 0, 0)
	r.Str(unix.IFLA_IFNAME, name)
	r.U32(unix.IFLA_EXT_MASK, rtnl.ExtFilterSkipStats)
	var d *device
	err = conn.Get(r, func(m *rtnl.Msg) error {
		d = parseDevice(m)
		return nil
	})
	if err == nil && d == nil {
		err = unix.ENODEV
	}
	return d, err
}

// bridgeDevice looks up what is named as a bridge: of a longer name the first 15
// bytes count, as the original's ioctls have it. Those of ports, and hairpin's
// bridge, must fit.
func (b *box) bridgeDevice(name string) (*device, error) { return b.device(cutName(name)) }

// cutAlias is the interface of an alias, eth0 of eth0:1: to the ioctls of
// interfaces both are the same. Those that make and delete bridges know no aliases.
func cutAlias(name string) (device string, is bool) {
	device, _, is = strings.Cut(name, ":")
	return device, is
}

// cutName is as much of a name as a struct ifreq takes.
func cutName(name string) string { return name[:min(len(name), unix.IFNAMSIZ-1)] }

// link is a RTM_NEWLINK message taken apart.
type link struct {
	index int32
	flags uint32
	attrs [unix.IFLA_LINKINFO + 1][]byte
	info  [unix.IFLA_INFO_SLAVE_DATA + 1][]byte
}

func (l *link) at() rtnl.Attrs { return l.attrs[:] }

// parse reads a message; ok is false for one that is none of a link.
func (l *link) parse(m *rtnl.Msg) (ok bool) {
	if m.Type != unix.RTM_NEWLINK || len(m.Data) < unix.SizeofIfInfomsg {
		return false
	}
	l.index = int32(native.Uint32(m.Data[4:]))
	l.flags = native.Uint32(m.Data[8:])
	l.at().Parse(m.Data[unix.SizeofIfInfomsg:])
	l.at().Nested(unix.IFLA_LINKINFO, l.info[:])
	return true
}

func parseDevice(m *rtnl.Msg) *device {
	var l link
	if !l.parse(m) {
		return nil
	}
	d := &device{index: l.index, up: l.flags&unix.IFF_UP != 0}
	d.name, _ = l.at().Str(unix.IFLA_IFNAME)
	d.kind, _ = rtnl.Attrs(l.info[:]).Str(unix.IFLA_INFO_KIND)
	d.master, _ = l.at().S32(unix.IFLA_MASTER)
	return d
}

// bridge is a bridge with the attributes of its kind (linux/if_link.h,
// IFLA_BR_*), copied out of the message.
type bridge struct {
	index int32
	name  string
	raw   []byte
	attrs [unix.IFLA_BR_ROOT_ID + 32][]byte
}

func (b *bridge) at() rtnl.Attrs { return b.attrs[:] }

// port is a port of a bridge with its attributes (IFLA_BRPORT_*).
type port struct {
	master int32
	name   string
	raw    []byte
}

// portTable has room for the attributes of a port.
type portTable [unix.IFLA_BRPORT_BACKUP_NHID + 1][]byte

// at parses the attributes into tb.
func (p *port) at(tb *portTable) rtnl.Attrs {
	at := rtnl.Attrs(tb[:])
	at.Parse(p.raw)
	return at
}

// bridges lists all bridges by their names, or the one of index only.
func (b *box) bridges(index int32) ([]*bridge, error) {
	conn, err := b.ask()
	if err != nil {
		return nil, err
	}
	r := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	r.Link(unix.AF_UNSPEC, 0, index, 0, 0)
	r.U32(unix.IFLA_EXT_MASK, rtnl.ExtFilterSkipStats)
	var list []*bridge
	var l link
	each := func(m *rtnl.Msg) error {
		info := rtnl.Attrs(l.info[:])
		if !l.parse(m) {
			return nil
		}
		if kind, _ := info.Str(unix.IFLA_INFO_KIND); kind != kindBridge {
			return nil
		}
		br := &bridge{index: l.index, raw: bytes.Clone(info.Get(unix.IFLA_INFO_DATA))}
		br.name, _ = l.at().Str(unix.IFLA_IFNAME)
		br.at().Parse(br.raw)
		list = append(list, br)
		return nil
	}
	if index != 0 {
		err = conn.Get(r, each)
	} else {
		// The kernel filters by kind; each does so too for kernels that don't.
		info := r.Nest(unix.IFLA_LINKINFO)
		r.Text(unix.IFLA_INFO_KIND, kindBridge)
		r.End(info)
		err = conn.Dump(r, each)
	}
	slices.SortFunc(list, func(a, b *bridge) int { return cmp.Compare(a.name, b.name) })
	return list, err
}

// portNames lists the names of a bridge's ports in their order.
func (b *box) portNames(br *bridge) ([]string, error) {
	conn, err := b.ask()
	if err != nil {
		return nil, err
	}
	if s, ok := conn.(interface{ Fd() int }); ok {
		if names, ok := b.ioctlPorts(s.Fd(), br.name); ok {
			slices.Sort(names)
			return names, nil
		}
	}
	if b.portsRead == nil {
		if b.portsRead, err = b.ports(0, false); err != nil {
			return nil, err
		}
	}
	var names []string
	for i := range b.portsRead {
		if p := &b.portsRead[i]; p.master == br.index {
			names = append(names, p.name)
		}
	}
	return names, nil
}

// ports lists the ports of all bridges, or of one, by their names. Their
// attributes are left out unless they are asked for.
func (b *box) ports(master int32, attrs bool) ([]port, error) {
	var list []port
	err := b.walkPorts(func(l *link) {
		p := port{}
		if p.master, _ = l.at().S32(unix.IFLA_MASTER); master != 0 && p.master != master {
			return
		}
		p.name, _ = l.at().Str(unix.IFLA_IFNAME)
		if attrs {
			p.raw = bytes.Clone(l.at().Get(unix.IFLA_PROTINFO))
		}
		list = append(list, p)
	})
	slices.SortFunc(list, func(a, b port) int { return cmp.Compare(a.name, b.name) })
	return list, err
}

// walkPorts hands the messages of all ports of bridges to each. The bridge
// family's dump holds nothing but ports and takes no filter by master.
func (b *box) walkPorts(each func(*link)) error {
	conn, err := b.ask()
	if err != nil {
		return err
	}
	r := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	r.Link(unix.AF_BRIDGE, 0, 0, 0, 0)
	var l link
	return conn.Dump(r, func(m *rtnl.Msg) error {
		if !l.parse(m) {
			return nil
		}
		// A bridge lists itself without a port's attributes.
		if master, _ := l.at().S32(unix.IFLA_MASTER); master != 0 && l.at().Has(unix.IFLA_PROTINFO) {
			each(&l)
		}
		return nil
	})
}
