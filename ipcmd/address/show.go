package address

import (
	"bytes"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/link"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// show is `ip address show`: the links that have addresses which the filter of
// args selects, and these addresses.
func show(c *object.Context, args []string) error {
	f, family, err := parseFilter(c, args)
	if err != nil {
		return err
	}
	s := newShower(c, f, family)
	if c.LinksShown && f.ByDev && !f.ByGroup {
		return s.links.ShowOne(c, s.p)
	}
	s.p.Open()
	defer s.p.Close()
	if f.ByDev {
		return s.one()
	}
	if err := s.load(); err != nil {
		return err
	}
	return s.links.DumpLinks(c, c.Opt.Family, s.link)
}

// parseFilter reads the words of show, flush and save, and finds the device
// that they name.
func parseFilter(c *object.Context, args []string) (link.Filter, int, error) {
	f, family, err := link.ParseFilter(c, args, c.Opt.Family, func() error { return usageOf(c) })
	if err == nil && f.ByDev {
		if f.Index = c.Links().Index(f.Dev); f.Index <= 0 {
			err = object.NotExist(f.Dev)
		}
	}
	return f, family, err
}

// shower prints links with their addresses.
type shower struct {
	c      *object.Context
	p      *printer.Printer
	links  *link.View
	addrs  *View
	family int
	list   list
}

func newShower(c *object.Context, f link.Filter, family int) *shower {
	s := &shower{c: c, p: c.Printer(), family: family}
	s.links = link.NewView(c, family)
	s.links.Link, s.links.Queue, s.links.Filter = c.LinksShown, true, f
	s.addrs = NewView(c, family)
	s.addrs.Resolver = s.links.Resolver
	s.addrs.Filter, s.addrs.Head = f, c.Opt.Oneline || c.Opt.Echo
	return s
}

// load asks for the addresses. They are kept, since a link is printed with those
// of all families, and these come one family after the other.
func (s *shower) load() error {
	if s.family == unix.AF_PACKET {
		return nil
	}
	conn, err := s.c.Conn()
	if err != nil {
		return err
	}
	err = s.addrs.dump(conn, s.family, func(m *rtnl.Msg) error {
		if m.Type == unix.RTM_NEWADDR && len(m.Data) >= unix.SizeofIfAddrmsg {
			s.list.add(m)
		}
		return nil
	})
	s.list.sort()
	return link.DumpFailed(err)
}

// dump asks for addresses; the kernel selects those of the filter's device.
func (v *View) dump(conn rtnl.Conn, family int, each func(*rtnl.Msg) error) error {
	r := rtnl.NewRequest(unix.RTM_GETADDR, 0)
	r.Addr(uint8(family), 0, 0, 0, uint32(v.Filter.Index))
	return conn.Dump(r, each)
}

// one asks for the filter's device and prints it.
func (s *shower) one() error {
	conn, err := s.c.Conn()
	if err != nil {
		return err
	}
	r := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	r.Link(uint8(s.family), 0, s.links.Filter.Index, 0, 0)
	r.U32(unix.IFLA_EXT_MASK, s.links.ExtMask())
	var answer rtnl.Msg
	err = conn.Get(r, func(m *rtnl.Msg) error {
		answer = *m
		answer.Data = bytes.Clone(m.Data)
		return nil
	})
	if err != nil {
		return link.GetFailed(err)
	}
	if err := s.load(); err != nil {
		return err
	}
	s.links.Remember(&answer)
	s.link(&answer)
	return nil
}

// link prints one link and its addresses, if the filter wants any of it.
func (s *shower) link(m *rtnl.Msg) {
	if len(m.Data) < unix.SizeofIfInfomsg {
		return
	}
	index := int32(native.Uint32(m.Data[4:]))
	up := native.Uint32(m.Data[8:])&unix.IFF_UP != 0
	own := s.list.of(index)
	if s.family != unix.AF_PACKET && !s.wants(own) {
		return
	}
	s.p.OpenObject("")
	defer s.p.CloseObject()
	result := link.Silent
	if s.c.Opt.Brief || !s.c.Opt.Oneline || s.family == unix.AF_PACKET {
		result = s.links.Record(s.p, m)
	}
	if result != link.Hidden && s.family != unix.AF_PACKET {
		s.addresses(own, up || !s.links.Filter.Up)
	}
	if result == link.Printed && !s.links.Link && s.c.Opt.Stats > 0 {
		s.links.StatsLine(s.p, m)
	}
}

// wants tells whether one of a link's addresses is wanted, or the link for its
// having none.
func (s *shower) wants(own []entry) bool {
	if len(own) == 0 {
		return s.family == unix.AF_UNSPEC
	}
	var tb [attrMax + 1][]byte
	for _, e := range own {
		if a, ok := parse(s.list.data(e), tb[:]); ok && !s.addrs.hides(&a) {
			return true
		}
	}
	return false
}

// addresses prints the addresses of one link.
func (s *shower) addresses(own []entry, wanted bool) {
	s.p.OpenArray("addr_info", "")
	for _, e := range own {
		data := s.list.data(e)
		if !wanted || s.family != unix.AF_UNSPEC && s.family != int(data[0]) {
			continue
		}
		s.p.OpenObject("")
		s.addrs.Record(s.p, &rtnl.Msg{Type: unix.RTM_NEWADDR, Data: data})
		s.p.CloseObject()
	}
	s.p.CloseArray("")
	if s.c.Opt.Brief {
		s.p.Text("\n")
		s.p.EndRecord()
	}
}
