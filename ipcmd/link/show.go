package link

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// show is `ip link show`: the links that the filter of args selects, or one that
// is named.
func show(c *object.Context, args []string) error {
	f, _, err := ParseFilter(c, args, unix.AF_PACKET, usage)
	if err != nil {
		return err
	}
	v := NewView(c, unix.AF_PACKET)
	v.Link, v.Queue, v.Filter = true, true, f
	p := c.Printer()
	if f.ByDev {
		return showOne(c, v, p)
	}
	p.Open()
	err = v.DumpLinks(c, func(m *rtnl.Msg) {
		p.OpenObject("")
		v.Record(p, m)
		p.CloseObject()
	})
	p.Close()
	return err
}

// DumpLinks asks for all links, as far as the kernel can select them by the
// filter, and hands them to each. Failures have been reported when it returns;
// the exit status does not tell of them.
func (v *View) DumpLinks(c *object.Context, each func(*rtnl.Msg)) error {
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	r := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	if f := c.Opt.Family; v.Link || f == unix.AF_UNSPEC || f == unix.AF_PACKET {
		r.Link(uint8(v.Family), 0, 0, 0, 0)
		r.U32(unix.IFLA_EXT_MASK, v.extMask())
		v.Filter.Request(r)
	} else {
		r.Link(uint8(f), 0, 0, 0, 0)
		r.U32(unix.IFLA_EXT_MASK, v.extMask())
	}
	look, _ := v.Resolver.(*Lookup)
	err = conn.Dump(r, func(m *rtnl.Msg) error {
		if look != nil {
			look.Remember(m)
		}
		each(m)
		return nil
	})
	return object.DumpFailed(err, 0)
}

// extMask chooses what a link message holds beyond the necessary.
func (v *View) extMask() uint32 {
	if v.Opt.Stats == 0 {
		return rtnl.ExtFilterVF | rtnl.ExtFilterSkipStats
	}
	return rtnl.ExtFilterVF
}

// showOne shows the link that the filter names.
func showOne(c *object.Context, v *View, p *printer.Printer) error {
	f := &v.Filter
	r := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	if f.ByGroup {
		if f.Index = c.Links().Index(f.Dev); f.Index <= 0 {
			return object.NotExist(f.Dev)
		}
		r.Link(unix.AF_PACKET, 0, f.Index, 0, 0)
	} else {
		r.Link(unix.AF_PACKET, 0, 0, 0, 0)
		byName(r, f.Dev)
	}
	r.U32(unix.IFLA_EXT_MASK, v.extMask())
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	err = conn.Get(r, func(m *rtnl.Msg) error {
		p.Open()
		p.OpenObject("")
		v.Record(p, m)
		p.CloseObject()
		return nil
	})
	if err != nil {
		if !f.ByGroup && c.Links().Index(f.Dev) <= 0 {
			return object.NotExist(f.Dev)
		}
		p.Open()
		err = linkRequestFailed(c, err, f.ByGroup)
	}
	p.Close()
	return err
}

// byName adds the name of a link, or its alternative name, to a request.
func byName(r *rtnl.Request, name string) {
	typ := uint16(unix.IFLA_IFNAME)
	if !format.ValidIfname(name) {
		typ = unix.IFLA_ALT_IFNAME
	}
	r.Str(typ, name)
}

// linkRequestFailed words the kernel's refusal to show one link: a link that is
// asked for by its index, where it stands in words like if7, is reported only.
func linkRequestFailed(c *object.Context, err error, byIndex bool) error {
	var refused *rtnl.Error
	if !errors.As(err, &refused) {
		return object.Kernel(err)
	}
	what := "Cannot send link get request: "
	if byIndex {
		what = "Cannot send link request: "
	}
	text := refused.Error() + "\n" + what + rtnl.Strerror(refused.Errno)
	if byIndex {
		c.Warn(text)
		return nil
	}
	return object.Abort(object.StatusLocal, text)
}

// Echo prints the kernel's echo of a change: like ip monitor, but only of links
// in the group 0, as iproute2 does.
func Echo(c *object.Context, m *rtnl.Msg) error {
	v := NewView(c, unix.AF_UNSPEC)
	v.Filter.ByGroup = true
	p := c.Printer()
	p.Open()
	p.OpenObject("")
	v.Record(p, m)
	p.CloseObject()
	p.Close()
	return nil
}
