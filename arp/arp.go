// Package arp is arp(8) of net-tools: it shows the kernel's ARP cache and adds
// and deletes its entries.
//
// The way of a call: parseOptions and entry make plain structs of the words; the
// cache comes over rtnetlink and is streamed through a printer row by row;
// changes go to the kernel the same way, with the checks that it makes for the
// original's ioctls.
//
// It may import internal/applet, format, getopt, hwtype, netdev, printer, resolver and rtnl.
package arp

import (
	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/resolver"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// Exit statuses.
const (
	statusUsage  = 3
	statusFailed = 255 // every other failure
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
	case o.help:
		env.Stdout.WriteString(usageText)
		env.Warn(typeList)
		return nil
	}
	c := &call{env: env, options: o, resolver: resolver.New(env.Getenv), device: o.device}
	defer c.close()
	switch o.action {
	case readFile:
		return c.file()
	case del:
		return c.del(o.rest)
	case set:
		return c.set(o.rest)
	}
	return c.show()
}

// call is one run of the applet.
type call struct {
	env      *applet.Env
	options  options
	resolver *resolver.Resolver
	// device is the one that -i or the word dev named last. The lines of a
	// file hand it on to those behind them.
	device string
	// host is the one to show, nil for all.
	host *[4]byte
	conn *rtnl.Socket
}

// connection opens the connection to the kernel when it is first needed.
func (c *call) connection() (*rtnl.Socket, error) {
	if c.conn == nil {
		conn, err := rtnl.Open(rtnl.Options{Buffers: c.env.Buffers})
		if err != nil {
			return nil, fail(err.Error())
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

// say prints a line on stderr if -v was given.
func (c *call) say(line string) {
	if c.options.verbose {
		c.env.Warn(line + "\n")
	}
}

func fail(text string) error { return applet.Fail(statusFailed, text) }

// misuse ends with the usage.
func misuse() error {
	text := usageText + typeList
	return applet.Fail(statusUsage, text[:len(text)-1])
}
