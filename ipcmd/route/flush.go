package route

import (
	"errors"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// flush deletes the routes that the words select, in rounds until a dump shows
// none any more.
func flush(c *object.Context, args []string) error {
	if len(args) == 0 {
		return object.Fail(object.StatusLocal, `"ip route flush" requires arguments.`)
	}
	f, err := parseFilter(c, args)
	if err != nil {
		return err
	}
	if f.cloned == onlyClones {
		family := f.dumpFamily()
		if family != unix.AF_INET6 {
			flushCache(c)
		}
		if family == unix.AF_INET {
			return nil
		}
	}
	f.keepDefault6 = true
	return flushRounds(c, f)
}

// cachePath takes a number to flush the cache of IPv4 routes.
const cachePath = "/proc/sys/net/ipv4/route/flush"

// flushCache flushes the cache of IPv4 routes. That it cannot is no failure of
// the command.
func flushCache(c *object.Context) {
	if text := writeCacheFlush(); text != "" {
		c.Warn(text)
	}
	if c.Opt.Stats > 0 {
		c.Env.Stdout.WriteString("*** IPv4 routing cache is flushed.\n")
	}
}

func writeCacheFlush() (failure string) {
	fd, err := unix.Open(cachePath, unix.O_WRONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		var errno unix.Errno
		errors.As(err, &errno)
		return `Cannot open "` + cachePath + `": ` + rtnl.Strerror(errno)
	}
	defer unix.Close(fd)
	if n, err := unix.Write(fd, []byte("-1")); err != nil || n < 2 {
		return "Cannot flush routing cache"
	}
	return ""
}

// flushTime is how long a flush may take before it gives up.
const flushTime = 30 * time.Second

func flushRounds(c *object.Context, f *filter) error {
	conn, err := c.Conn()
	if err != nil {
		return err
	}
	del := &deleter{c: c}
	defer del.close()
	pr := newPrinter(c, textPrinter(c), f)
	defer pr.Close()
	rounds := c.NewRounds("entries")
	start := time.Now()
	for {
		deleted, err := flushRound(conn, f, pr, del)
		if err != nil {
			return err
		}
		if deleted == 0 {
			rounds.Done()
			return nil
		}
		rounds.Next()
		if err := del.end(); err != nil {
			return err
		}
		if spent := time.Since(start) / time.Second; spent > flushTime/time.Second {
			c.Env.Stdout.WriteString("\n*** Flush not completed after " + strconv.Itoa(int(spent)) +
				" seconds, " + strconv.Itoa(deleted) + " entries remain ***\n")
			return applet.Silent(object.StatusLocal)
		}
		rounds.Sent(deleted)
	}
}

// flushRound has the routes of one dump deleted while it streams. With -s -s it
// prints them.
func flushRound(conn rtnl.Conn, f *filter, pr *Printer, del *deleter) (deleted int, err error) {
	err = conn.Dump(dumpRequest(f), func(m *rtnl.Msg) error {
		if m.Type != unix.RTM_NEWROUTE || !pr.r.decode(m) || !f.match(&pr.r) {
			del.passed += len(m.Raw)
			return nil
		}
		if err := del.add(m); err != nil {
			return err
		}
		deleted++
		if pr.Stats >= 2 {
			pr.record(&pr.r)
		}
		return nil
	})
	var failed *applet.Exit
	if errors.As(err, &failed) {
		return deleted, err
	}
	return deleted, dumpFailed(err, "Flush terminated")
}

// deleter sends deletions in the course of a dump, as many at once as fit into a
// buffer, on a connection of its own. It uses its requests again and again.
type deleter struct {
	c        *object.Context
	conn     rtnl.Conn
	requests []*rtnl.Request
	n, size  int
	// refused is the first errno that came back.
	refused unix.Errno
	// passed counts the bytes of the dump.
	passed int
}

// flushRoom is the size of the original's buffer.
const flushRoom = 4096 - 512

// earlyRefusal is where in a dump the original can first see the refusal of what
// it sent before: it looks at the one datagram that is next on its socket. The
// first two datagrams of the dump, of a page each, are queued before.
const earlyRefusal = 2 * 3776

// add takes up a route of the dump.
func (d *deleter) add(m *rtnl.Msg) error {
	if d.size > 0 && (d.size+3)&^3+len(m.Raw) > flushRoom {
		if d.refused != 0 && d.passed > earlyRefusal {
			return d.failure("\nFlush terminated")
		}
		if err := d.send(); err != nil {
			return err
		}
	}
	if d.n == len(d.requests) {
		d.requests = append(d.requests, rtnl.NewRequest(unix.RTM_DELROUTE, 0))
	}
	r := d.requests[d.n]
	r.Reset(unix.RTM_DELROUTE, 0)
	r.Raw(m.Data)
	d.n++
	d.size = (d.size+3)&^3 + len(m.Raw)
	d.passed += len(m.Raw)
	return nil
}

// end sends the rest of a round and tells of a refusal.
func (d *deleter) end() error {
	err := d.send()
	if err == nil && d.refused != 0 {
		err = d.failure("")
	}
	d.passed = 0
	return err
}

func (d *deleter) failure(more string) error {
	return object.Fail(object.StatusKernel, "Failed to send flush request: "+rtnl.Strerror(d.refused)+more)
}

// send sends what was gathered.
func (d *deleter) send() error {
	if d.conn == nil {
		conn, err := d.c.Another()
		if err != nil {
			return err
		}
		d.conn = conn
	}
	todo := d.requests[:d.n]
	d.n, d.size = 0, 0
	err := sendAll(d.conn, todo)
	var refused *rtnl.Error
	if !errors.As(err, &refused) {
		return err
	}
	if d.refused == 0 {
		d.refused = refused.Errno
	}
	return nil
}

// sendAll sends requests at once where the connection can. The error is the
// first refusal.
func sendAll(conn rtnl.Conn, requests []*rtnl.Request) error {
	if p, ok := conn.(*rtnl.Socket); ok {
		refused, err := p.Pipeline(rtnl.NewChanges(requests))
		if len(refused) > 0 {
			return refused[0].Err
		}
		return err
	}
	for _, r := range requests {
		if err := conn.Do(r, nil); err != nil {
			return err
		}
	}
	return nil
}

func (d *deleter) close() {
	if d.conn != nil {
		d.conn.Close()
	}
}
