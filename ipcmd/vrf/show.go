package vrf

import (
	"errors"
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// kind is the kind of link that a VRF is.
const kind = "vrf"

// Attributes of linux/if_link.h.
const (
	infoKind  = 1 // IFLA_INFO_KIND
	infoData  = 2 // IFLA_INFO_DATA
	dataTable = 1 // IFLA_VRF_TABLE
)

// device is a VRF.
type device struct {
	index int32
	name  string
	table uint32
}

// decode reads the message about a link; ok is false of one that is no VRF.
func decode(m *rtnl.Msg) (d device, named, ok bool) {
	if m.Type != unix.RTM_NEWLINK || len(m.Data) < unix.SizeofIfInfomsg {
		return d, true, false
	}
	d.index = int32(native.Uint32(m.Data[4:]))
	var tb [unix.IFLA_LINKINFO + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(m.Data[unix.SizeofIfInfomsg:])
	d.name, named = at.Str(unix.IFLA_IFNAME)
	var sub [infoData + 1][]byte
	info := rtnl.Attrs(sub[:])
	if !at.Nested(unix.IFLA_LINKINFO, info) {
		return d, named, false
	}
	if name, _ := info.Bytes(infoKind); string(name) != kind {
		return d, named, false
	}
	var data [dataTable + 1][]byte
	info.Nested(infoData, rtnl.Attrs(data[:]))
	d.table, _ = rtnl.Attrs(data[:]).U32(dataTable)
	return d, named, true
}

// request asks for links. A kernel that can select by the kind does so; of one
// family it takes the header only.
func request(family int) *rtnl.Request {
	r := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	r.Link(uint8(family), 0, 0, 0, 0)
	if family == unix.AF_UNSPEC || family == unix.AF_PACKET {
		nest := r.Nest(unix.IFLA_LINKINFO)
		r.Text(infoKind, kind)
		r.End(nest)
	}
	return r
}

func show(c *object.Context, args []string) error {
	switch len(args) {
	case 0:
		return list(c)
	case 1:
		return showTable(c, args[0])
	}
	return words.Usage(usage)
}

// showTable prints the table of one VRF. It is text with -json, too.
func showTable(c *object.Context, name string) error {
	table, err := tableOf(c, name)
	if err != nil {
		return err
	}
	if table == 0 {
		return object.Fail(object.StatusUsage, "Invalid VRF")
	}
	c.Env.Stdout.WriteString(name + " " + strconv.FormatUint(uint64(table), 10) + "\n")
	return nil
}

// get asks for the link called name; ok is false if it is no VRF. Of the kernel's
// refusals only the errno is told.
func get(c *object.Context, name string) (d device, ok bool, errno unix.Errno, err error) {
	conn, err := c.Conn()
	if err != nil {
		return d, false, 0, err
	}
	req := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	req.Link(uint8(c.Opt.Family), 0, 0, 0, 0)
	req.Str(unix.IFLA_IFNAME, name)
	err = conn.Get(req, func(m *rtnl.Msg) error {
		d, _, ok = decode(m)
		return nil
	})
	var refused *rtnl.Error
	if errors.As(err, &refused) {
		return d, false, refused.Errno, nil
	}
	return d, ok, 0, object.Kernel(err)
}

// tableOf is the table of a VRF, 0 of a link that is none; without a link of the
// name "default" is the main table.
func tableOf(c *object.Context, name string) (uint32, error) {
	d, ok, errno, err := get(c, name)
	switch {
	case err != nil:
		return 0, err
	case errno == unix.ENODEV && name == "default":
		table, _ := c.Names().TableID("main")
		return table, nil
	case ok && d.table == 0:
		c.Warn("BUG: VRF " + name + " is missing table id")
	}
	return d.table, nil
}

// list prints all VRFs.
func list(c *object.Context) error {
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	var all []device
	err = conn.Dump(request(c.Opt.Family), func(m *rtnl.Msg) error {
		d, named, ok := decode(m)
		switch {
		case !named:
			c.Warn("BUG: device with ifindex " + strconv.Itoa(int(d.index)) + " has nil ifname")
		case ok && d.table == 0:
			c.Warn("BUG: VRF " + d.name + " is missing table id")
		case ok:
			all = append(all, d)
		}
		return nil
	})
	if err != nil {
		return dumpFailed(err)
	}
	p := c.Printer()
	p.Open()
	printList(p, all)
	p.Close()
	return nil
}

// dumpFailed words a dump that the kernel refused; a batch goes on after it.
func dumpFailed(err error) error {
	err = object.DumpFailed(err, object.StatusUsage)
	var e *applet.Exit
	if errors.As(err, &e) {
		e.Abort = false
	}
	return err
}

func printList(p *printer.Printer, all []device) {
	p.Text("Name              Table\n-----------------------\n")
	for i := range all {
		p.OpenObject("")
		p.String("name", "%-16s", all[i].name)
		p.Uint("table", " %5u", uint64(all[i].table))
		p.Text("\n")
		p.CloseObject()
	}
	if len(all) == 0 {
		p.Text("No VRF has been configured\n")
	}
}
