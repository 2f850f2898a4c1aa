// Package monitor is `ip monitor`: the changes of links, addresses, routes and
// all else that rtnetlink tells of, printed by the objects that they are of, as
// they happen or from a file (ip-monitor(8)).
//
// It may import the objects of ip, ipcmd/object and internal/….
package monitor

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Main is ip monitor. It prints text, with -json too.
func Main(c *object.Context, args []string) error {
	w, err := parse(c, args)
	if err != nil {
		return err
	}
	defer func(json bool) { c.Opt.JSON = json }(c.Opt.JSON)
	c.Opt.JSON = false
	if w.byFile {
		return replay(c, w)
	}
	return listen(c, w)
}

const usage = `Usage: ip monitor [ all | OBJECTS ] [ FILE ] [ label ] [ all-nsid ]
                  [ dev DEVICE ]
OBJECTS :=  address | link | mroute | neigh | netconf |
            nexthop | nsid | prefix | route | rule | stats
FILE := file FILENAME
`

// replay prints the messages of a file.
func replay(c *object.Context, w *wish) error {
	f, err := os.Open(c.Env.Path(w.file))
	if err != nil {
		var errno unix.Errno
		errors.As(err, &errno)
		return object.Abort(object.StatusUsage, "Cannot fopen: "+rtnl.Strerror(errno))
	}
	defer f.Close()
	s := newScreen(c, w)
	defer s.close()
	err = object.MessagesOf(f).Each(s.message)
	var e *applet.Exit
	if errors.As(err, &e) {
		return &applet.Exit{Code: object.StatusLocal, Text: e.Text}
	}
	return err
}

// lost is the status of a monitor whose socket fails.
const lost = 2

// listen prints messages as they come, until the socket fails.
func listen(c *object.Context, w *wish) error {
	conn, err := subscribe(c, w)
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := learn(c); err != nil {
		return err
	}
	s := newScreen(c, w)
	defer s.close()
	for {
		err := conn.Next(func(m *rtnl.Msg) error {
			err := s.message(m)
			c.Env.Stdout.Flush()
			return err
		})
		switch {
		case err == nil:
		case errors.Is(err, unix.EAGAIN):
		case errors.Is(err, unix.ENOBUFS): // messages were lost; others will come
			c.Warn(err.Error())
		default:
			_, text := applet.Status(err)
			return object.Abort(lost, text)
		}
	}
}

// learn fills the interface map, so that interfaces that go away are still
// known by their names, and the map of namespaces.
func learn(c *object.Context) error {
	conn, err := c.Another()
	if err != nil {
		return err
	}
	defer conn.Close()
	req := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	req.Link(unix.AF_UNSPEC, 0, 0, 0, 0)
	req.U32(unix.IFLA_EXT_MASK, rtnl.ExtFilterVF|rtnl.ExtFilterSkipStats)
	err = conn.Dump(req, func(m *rtnl.Msg) error {
		c.Links().Remember(m)
		return nil
	})
	if err != nil {
		return object.DumpFailed(err, object.StatusLocal)
	}
	c.Namespaces().Load()
	return nil
}

// subscribe opens a socket that listens to what was asked for.
func subscribe(c *object.Context, w *wish) (*rtnl.Socket, error) {
	conn, err := c.Socket(rtnl.Options{Groups: groups(w.topics, c.Opt.Family), AllNSID: w.allNSID})
	if err != nil {
		return nil, err
	}
	refuse := func(what string) (*rtnl.Socket, error) {
		conn.Close()
		return nil, object.Abort(object.StatusLocal, "Failed to add "+what+" group to list")
	}
	if w.topics&topicNexthop != 0 && conn.Join(unix.RTNLGRP_NEXTHOP) != nil {
		return refuse("nexthop")
	}
	// Kernels before 6.1 have no such group: only who asked for it is told.
	if w.topics&topicStats != 0 && conn.Join(groupStats) != nil && w.asked&topicStats != 0 {
		return refuse("stats")
	}
	return conn, nil
}

func help() error { return words.Usage(usage) }
