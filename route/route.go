// Package route is route(8) of net-tools: it shows the kernel's IPv4 and IPv6
// routing tables and adds and deletes routes.
//
// The way of a call: parseOptions and the families' parsers make plain structs
// of the words; the tables are streamed through a printer row by row, that of
// IPv4 from rtnetlink and that of IPv6 from /proc/thread-self/net, which alone
// has its column Ref; changes go to the kernel over rtnetlink, as the request
// that it makes itself of the original's ioctl.
//
// It may import internal/applet, format, getopt, netdev, printer, resolver and rtnl.
package route

import (
	"strings"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/resolver"
)

// Exit statuses of net-tools (lib/net-support.h).
const (
	statusFailed   = 1 // E_NOSUPP, and what shows a table
	statusUsage    = 3 // E_OPTERR
	statusLookup   = 6 // E_LOOKUP
	statusKernel   = 7 // E_SOCK
	statusNotFound = 8 // E_NOTFOUND
)

// Main is the applet.
func Main(env *applet.Env) error {
	o, err := parseOptions(env)
	for _, line := range o.complaints {
		env.Warn(line + "\n")
	}
	switch {
	case err != nil:
		return err
	case o.version:
		env.Stdout.WriteString(versionText)
		return nil
	case o.help && o.families == "":
		env.Stdout.WriteString(usageText)
		env.Warn(familyList)
		return nil
	}
	c := &call{env: env, options: o, resolver: resolver.New(env.Getenv)}
	switch action, known := o.action(); {
	case !known:
		return applet.Fail(statusUsage, usageText+strings.TrimSuffix(familyList, "\n"))
	case action == show:
		return c.show()
	default:
		return c.edit(action)
	}
}

// call is one run of the applet.
type call struct {
	env      *applet.Env
	options  options
	resolver *resolver.Resolver
	// json is where the rows of the tables go as JSON; nil for text.
	json *printer.Printer
}

// action is what the first operand asks for.
type action uint8

const (
	show action = iota
	add
	del
	flush
	help
)

// action tells what to do. known is false for a first operand that is no
// command.
func (o *options) action() (a action, known bool) {
	switch {
	case o.help:
		return help, true
	case len(o.rest) == 0:
		return show, true
	}
	switch o.rest[0] {
	case "add":
		return add, true
	case "del", "delete":
		return del, true
	case "flush":
		return flush, true
	}
	return show, false
}

// operands are the words behind the command. Help has none: it is asked for by
// an option.
func (o *options) operands() []string {
	if len(o.rest) == 0 {
		return nil
	}
	return o.rest[1:]
}

// show prints the tables of all families that were asked for. The first one
// that fails ends it.
func (c *call) show() error {
	if c.options.json {
		c.json = printer.New(c.env.Stdout, printer.Mode{JSON: true, Pretty: c.options.pretty})
		c.json.Open()
		defer c.json.Close()
	}
	found := false
	for name := range strings.SplitSeq(c.options.families, ",") {
		if name == "" {
			continue
		}
		f, ok := findFamily(name)
		switch {
		case !ok:
			return notSupported(name)
		case f.show == nil:
			return noRouting(name)
		}
		found = true
		if err := f.show(c); err != nil {
			return err
		}
	}
	if !found {
		return applet.Silent(statusNotFound)
	}
	return nil
}

// edit changes the table of the one family that was asked for, or prints its
// usage.
func (c *call) edit(a action) error {
	name := c.options.families
	f, ok := findFamily(name)
	switch {
	case !ok && strings.Contains(name, ","):
		return applet.Fail(statusUsage, "Please don't supply more than one address family.\n"+notSupported(name).Error())
	case !ok:
		return notSupported(name)
	case f.edit == nil:
		return noRouting(name)
	}
	return f.edit(c, a)
}

func notSupported(family string) error {
	return applet.Fail(statusUsage, "Address family `"+family+"' not supported.")
}

func noRouting(family string) error {
	return applet.Fail(statusUsage, "No routing for address family `"+family+"'.")
}

// usage prints a family's usage on stdout, where it was asked for.
func (c *call) usage(text string) error {
	c.env.Stdout.WriteString(text)
	return nil
}

// misuse ends with a complaint, if there is one, and a family's usage.
func misuse(complaint, usage string) error {
	if complaint != "" {
		complaint += "\n"
	}
	return applet.Fail(statusUsage, complaint+strings.TrimSuffix(usage, "\n"))
}
