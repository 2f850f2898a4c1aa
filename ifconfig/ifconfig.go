// Package ifconfig is ifconfig(8) of net-tools: it shows network interfaces and
// changes them, word by word from the left.
//
// The way of a call: parseOptions and nextStep make plain structs of the words.
// What is shown comes over rtnetlink, IPv6 addresses from /proc/thread-self/net,
// and goes through pure printers. A step is carried out before the next is read,
// as the original does: what stands to the left of a mistake is done. Changes go
// to the kernel over rtnetlink, as the requests that it makes itself of the
// original's ioctls (netdevice(7)); the few that rtnetlink lacks stay ioctls.
//
// It may import internal/applet, format, hwtype, netdev, resolver and rtnl.
package ifconfig

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/hwtype"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/resolver"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// Exit statuses of calls that end at once. For the others see call.status.
const (
	statusFailed = 1
	statusUsage  = 3
)

// Main is the applet.
func Main(env *applet.Env) error {
	o, err := parseOptions(env.Args)
	switch {
	case err != nil:
		return err
	case o.version:
		env.Stdout.WriteString(versionText)
		return nil
	case o.help:
		env.Stdout.WriteString(usageText)
		env.Warn(hardwareList())
		env.Stdout.WriteString(familiesText)
		env.Warn(familyList())
		return nil
	}
	c := &call{env: env, options: o, resolver: resolver.New(env.Getenv), family: defaultFamily()}
	defer c.close()
	if len(o.rest) == 0 {
		return c.showAll()
	}
	if len(o.rest) > 1 && o.json {
		return applet.Fail(statusFailed, "ifconfig: --json is for showing interfaces")
	}
	c.name = format.Cut(o.rest[0], unix.IFNAMSIZ-1)
	if len(o.rest) == 1 {
		return c.showOne()
	}
	return c.change(o.rest[1:])
}

// call is one run of the applet.
type call struct {
	env *applet.Env
	// json is where interfaces go as JSON; nil for text.
	json     *printer.Printer
	options  options
	resolver *resolver.Resolver
	conn     *rtnl.Socket
	// name is the interface to change, with an alias behind a colon.
	name   string
	family family
	// room is where addresses of all kinds are read into, one over the other.
	// A hardware address that is too short is filled up with what is there.
	room hwtype.Addr
	// masked tells that the word netmask was there; mask is the one behind a
	// slash, which is set at the end.
	masked bool
	mask   *[4]byte
	// list are the interfaces as they were when add or del first asked.
	list *list
	// status is what the original returns in the end: 0, 1 for a step that
	// failed, or -1 for a flag that could not be set, whichever came last.
	status int
	// said is the last complaint about an address of a family that keeps its
	// own words.
	said string
}

// connection opens the connection to the kernel when it is first needed.
func (c *call) connection() (*rtnl.Socket, error) {
	if c.conn == nil {
		conn, err := rtnl.Open(rtnl.Options{Buffers: c.env.Buffers})
		if err != nil {
			return nil, err
		}
		c.conn = conn
	}
	return c.conn, nil
}

func (c *call) close() {
	if c.conn != nil {
		c.conn.Close()
	}
}

// refuse reports a step that failed. The next one follows.
func (c *call) refuse(what string, err error) {
	c.complain(what + ": " + reason(err))
}

// complain reports a step that failed, in words of its own.
func (c *call) complain(line string) {
	c.env.Warn(line + "\n")
	c.status = 1
}

// reason is strerror(3) of what the kernel answered.
func reason(err error) string {
	if errno := errnoOf(err); errno != 0 {
		return rtnl.Strerror(errno)
	}
	return err.Error()
}

// errnoOf is the errno of a refused request, of either kind, or 0.
func errnoOf(err error) unix.Errno {
	if errno, ok := err.(unix.Errno); ok {
		return errno
	}
	return rtnl.Errno(err)
}

// misuse ends with the usage.
func misuse() error {
	text := usageText + hardwareList() + familiesText + familyList()
	return applet.Fail(statusUsage, text[:len(text)-1])
}
