package link

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Usage is the usage of ip link.
func Usage() error { return words.Usage(usage) }

// show is `ip link show`: the links that the filter of args selects, or one that
// is named.
func show(c *object.Context, args []string) error {
	c.LinksShown = true
	f, _, err := ParseFilter(c, args, unix.AF_PACKET, Usage)
	if err != nil {
		return err
	}
	v := NewView(c, unix.AF_PACKET)
	v.Link, v.Queue, v.Filter = true, true, f
	p := c.Printer()
	if f.ByDev {
		return v.ShowOne(c, p)
	}
	p.Open()
	err = v.DumpLinks(c, unix.AF_PACKET, func(m *rtnl.Msg) {
		p.OpenObject("")
		v.Record(p, m)
		p.CloseObject()
	})
	p.Close()
	return err
}

// DumpLinks asks for all links in the way of a family, as far as the kernel can
// select them by the filter, and hands them to each.
func (v *View) DumpLinks(c *object.Context, family int, each func(*rtnl.Msg)) error {
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	r := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	r.Link(uint8(family), 0, 0, 0, 0)
	if family == unix.AF_UNSPEC || family == unix.AF_PACKET {
		// The dumps of the other families take no attributes.
		r.U32(unix.IFLA_EXT_MASK, v.ExtMask())
		v.Filter.Request(r)
	}
	w := waiting{look: v.lookup(), each: each}
	err = conn.Dump(r, func(m *rtnl.Msg) error {
		v.Remember(m)
		w.next(m)
		return nil
	})
	w.rest()
	return DumpFailed(err)
}

// Remember takes up a link, so that it need not be asked for when another one
// names it.
func (v *View) Remember(m *rtnl.Msg) {
	if look := v.lookup(); look != nil {
		look.Remember(m)
	}
}

// lookup is the Resolver if it is one that remembers.
func (v *View) lookup() *Lookup {
	look, _ := v.Resolver.(*Lookup)
	return look
}

// ExtMask chooses what a link message holds beyond the necessary
// (IFLA_EXT_MASK).
func (v *View) ExtMask() uint32 {
	if v.Opt.Stats == 0 {
		return rtnl.ExtFilterVF | rtnl.ExtFilterSkipStats
	}
	return rtnl.ExtFilterVF
}

// DumpFailed words a dump that failed. The exit status of show does not tell of
// it, and a batch goes on.
func DumpFailed(err error) error {
	var exit *applet.Exit
	if errors.As(object.DumpFailed(err, 0), &exit) {
		return object.Fail(exit.Code, exit.Text)
	}
	return err
}

// GetFailed words the kernel's refusal to show the link of an index, where one
// was given as "if7". The exit status does not tell of it.
func GetFailed(err error) error {
	var refused *rtnl.Error
	if errors.As(err, &refused) {
		return object.Fail(0, refused.Error()+"\nCannot send link request: "+rtnl.Strerror(refused.Errno))
	}
	return object.Kernel(err)
}

// ShowOne asks for the link that the filter names and prints it.
func (v *View) ShowOne(c *object.Context, p *printer.Printer) error {
	f := &v.Filter
	r := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	// The answer is held against the index that the name had before: in a batch
	// it may be another device's by now.
	if f.ByGroup || c.Batch {
		if f.Index = c.Links().Index(f.Dev); f.Index <= 0 {
			return object.NotExist(f.Dev)
		}
	}
	if f.ByGroup {
		r.Link(uint8(v.Family), 0, f.Index, 0, 0)
	} else {
		r.Link(uint8(v.Family), 0, 0, 0, 0)
		byName(r, f.Dev)
	}
	r.U32(unix.IFLA_EXT_MASK, v.ExtMask())
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
		err = showFailed(err, f.ByGroup)
	}
	p.Close()
	return err
}

// showFailed words the kernel's refusal to show the link that was named.
func showFailed(err error, byIndex bool) error {
	var refused *rtnl.Error
	if !errors.As(err, &refused) {
		return object.Kernel(err)
	}
	if byIndex {
		return GetFailed(err)
	}
	return object.Abort(object.StatusLocal,
		refused.Error()+"\nCannot send link get request: "+rtnl.Strerror(refused.Errno))
}

// byName adds the name of a link, or its alternative name, to a request.
func byName(r *rtnl.Request, name string) {
	typ := uint16(unix.IFLA_IFNAME)
	if !format.ValidIfname(name) {
		typ = unix.IFLA_ALT_IFNAME
	}
	r.Str(typ, name)
}

// echo prints the kernel's echo of a change, nil for none: like ip monitor, but
// only of links in the group 0, as iproute2 does.
func echo(c *object.Context, m *rtnl.Msg) {
	v := NewView(c, unix.AF_UNSPEC)
	v.Filter.ByGroup = true
	p := c.Printer()
	p.Open()
	p.OpenObject("")
	if m != nil {
		v.Record(p, m)
	}
	p.CloseObject()
	p.Close()
}
