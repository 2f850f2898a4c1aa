package netconf

import (
	"errors"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

func show(c *object.Context, args []string) error {
	index, err := parse(c, args)
	if err != nil {
		return err
	}
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	if index != 0 && c.Opt.Family != unix.AF_UNSPEC {
		return showOne(c, conn, index)
	}
	p := c.Printer()
	p.Open()
	defer p.Close()
	err = dump(c, conn, p, c.Opt.Family, index)
	if c.Opt.Family == unix.AF_UNSPEC && errors.Is(err, unix.EOPNOTSUPP) {
		// Kernels before 6.7 answer for one family at a time.
		if err = dump(c, conn, p, unix.AF_INET, index); err == nil {
			err = dump(c, conn, p, unix.AF_INET6, index)
		}
	}
	return dumpFailed(err)
}

// parse reads the words of show: the index of a device, 0 for all. Words that
// are not known are passed over.
func parse(c *object.Context, args []string) (index int32, err error) {
	for cur := words.New(args); cur.More(); cur.Skip() {
		if !cur.Is("dev") {
			continue
		}
		word, err := cur.Value()
		if err != nil {
			return 0, err
		}
		if index = c.Links().Index(word); index <= 0 {
			return 0, object.Fail(object.StatusLocal, `Device "`+word+`" does not exist.`)
		}
	}
	return index, nil
}

// showOne asks for one device of one family. Like the original it prints text,
// with -json too, and says nothing where the kernel knows of no settings.
func showOne(c *object.Context, conn rtnl.Conn, index int32) error {
	req := request(c.Opt.Family)
	req.U32(attrIndex, uint32(index))
	p := printer.New(c.Env.Stdout, printer.Mode{Palette: c.Opt.Color, Terminal: c.Env.Terminal()})
	var r record
	err := conn.Do(req, func(m *rtnl.Msg) error {
		if r.decode(m) && r.family == c.Opt.Family && r.index == index {
			print(p, c.Links().Name, &r)
		}
		return nil
	})
	var refused *rtnl.Error
	if errors.As(err, &refused) {
		return nil
	}
	return object.Kernel(err)
}

// dump prints the settings of a family, of all devices or of one.
func dump(c *object.Context, conn rtnl.Conn, p *printer.Printer, family int, index int32) error {
	var r record
	return conn.Dump(request(family), func(m *rtnl.Msg) error {
		if r.decode(m) && (family == unix.AF_UNSPEC || family == r.family) && (index == 0 || index == r.index) {
			print(p, c.Links().Name, &r)
		}
		return nil
	})
}

// dumpFailed words the end of a dump, where the kernel's own words do not count.
func dumpFailed(err error) error {
	var refused *rtnl.Error
	if errors.As(err, &refused) {
		return &applet.Exit{Code: object.StatusLocal, Err: err, Abort: true,
			Text: "RTNETLINK answers: " + rtnl.Strerror(refused.Errno) + "\nDump terminated"}
	}
	return object.DumpFailed(err, object.StatusLocal)
}
