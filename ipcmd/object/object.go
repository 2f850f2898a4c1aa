// Package object is what all objects of ip have in common: the global options,
// the context of one command (connection, names, printer, interface map), the
// ordered tables of subcommands, and the errors that every object words alike.
//
// An object is a package beside this one with a function
//
//	func Main(c *object.Context, args []string) error
//
// args are the words behind the object's name. It may import what ipcmd's
// objects may: internal/… but no other applet.
package object

import (
	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/resolver"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// Main runs an object of ip with the words behind its name.
type Main func(c *Context, args []string) error

// Options are ip's global options, as ip(8) names them.
type Options struct {
	// Family is the address family, AF_UNSPEC when none was asked for.
	Family int
	// Stats and Details count: -s -s asks for more than -s.
	Stats, Details int
	// Loops is the greatest number of flush rounds, 0 for no limit.
	Loops int
	// RcvBuf is the socket's receive buffer in bytes, 0 for the default.
	RcvBuf int

	Human, IEC, Resolve, Oneline, Brief, JSON, Pretty bool
	Timestamp, TimestampShort                         bool
	Force, Numeric, All, Echo                         bool

	// Color is the palette to use, Plain for none.
	Color printer.Palette
}

// Context is one run of ip: one command, or all lines of a batch.
type Context struct {
	Env *applet.Env
	Opt Options
	// Batch says that the command is a line of a batch: the process must not
	// be replaced, and the socket does no strict checking, as in iproute2.
	Batch bool
	// LinksShown says that this run has had an `ip link show`: from then on
	// iproute2 shows addresses in the same way, and so do we.
	LinksShown bool
	// Xstats is what the lines of a batch have asked of `ip link xstats`, by the
	// kind of master: iproute2 keeps it for later lines, and so do we.
	Xstats map[string]*XstatsChoice
	// LeaveVRF moves the process out of its VRF before it changes its network
	// namespace for a command; nil does nothing.
	LeaveVRF func(*Context)
	// Dial opens the connection; nil opens a socket to the kernel. Tests put a
	// replay here.
	Dial func() (rtnl.Conn, error)

	// Scratch is what the command before left for the next one of its kind to
	// use again: room, and nothing that is read.
	Scratch any

	conn    rtnl.Conn
	names   names.Tables
	links   *Links
	request *rtnl.Request // of ChangeRequest
	// pipe holds what ChangeLater gathers in a batch; nil outside of one.
	pipe *pipe

	namespaces *namespace.Names
	resolver   *resolver.Resolver
}

// XstatsChoice is what of a kind's statistics is wanted.
type XstatsChoice struct {
	// Index is a link, Suite an attribute; 0 is all.
	Index int32
	Suite uint16
}

// Conn returns the connection, which the first call opens. It belongs to the
// context: nobody else closes it.
func (c *Context) Conn() (rtnl.Conn, error) {
	c.settle()
	if c.conn != nil {
		return c.conn, nil
	}
	conn, err := c.Another()
	if err != nil {
		return nil, err
	}
	c.conn = conn
	return conn, nil
}

// Socket opens another connection to the kernel with the run's options, for
// what must not disturb a dump that is under way.
func (c *Context) Socket(o rtnl.Options) (*rtnl.Socket, error) {
	o.RcvBuf = c.Opt.RcvBuf
	o.Buffers = c.Env.Buffers
	o.NoStrict = o.NoStrict || c.Batch
	o.Warn = func(line string) { c.Env.Warn(line + "\n") }
	s, err := rtnl.Open(o)
	if err != nil {
		return nil, &applet.Exit{Code: 1, Text: err.Error(), Err: err, Abort: true}
	}
	return s, nil
}

// Another opens a connection beside that of Conn, for changes in the course of a
// dump. The caller closes it.
func (c *Context) Another() (rtnl.Conn, error) {
	if c.Dial != nil {
		return c.Dial()
	}
	s, err := c.Socket(rtnl.Options{})
	if err != nil {
		return nil, err // not s: a nil *Socket is no nil Conn
	}
	return s, nil
}

// Close gives back what the run holds.
func (c *Context) Close() {
	if c.conn != nil {
		c.conn.Close()
		c.conn = nil
	}
	if c.links != nil {
		c.links.close()
	}
	if c.namespaces != nil {
		c.namespaces.Close()
		c.namespaces = nil
	}
}

// Names are the name tables of /etc/iproute2.
func (c *Context) Names() *names.Tables {
	if c.names.Dir == "" {
		c.names = *names.New(c.Opt.Numeric)
		c.names.Warn = func(text string) {
			c.settle()
			c.Env.Warn(text)
		}
	}
	return &c.names
}

// Printer returns a printer for the output of one command. Call its Open before
// the first record and its Close after the last.
func (c *Context) Printer() *printer.Printer {
	return printer.New(c.Env.Stdout, printer.Mode{
		JSON:     c.Opt.JSON,
		Pretty:   c.Opt.Pretty,
		Oneline:  c.Opt.Oneline,
		Palette:  c.Opt.Color,
		Terminal: c.Env.Terminal(),
	})
}

// Warn prints a line to stderr, after what was printed to stdout before.
func (c *Context) Warn(line string) {
	c.settle()
	c.Env.Warn(line + "\n")
}

// Command is a subcommand of an object.
type Command = applet.Row[Main]

// Dispatch runs the subcommand that the first of args names, or the first row's
// whose name is none when there are no words. name is the object's name in the
// error for an unknown command.
func Dispatch(c *Context, name string, commands []Command, none Main, args []string) error {
	if len(args) == 0 {
		return none(c, nil)
	}
	run, ok := applet.Find(commands, args[0])
	if !ok {
		return &applet.Exit{Code: 255, Abort: true,
			Text: `Command "` + args[0] + `" is unknown, try "ip ` + name + ` help".`}
	}
	return run(c, args[1:])
}
