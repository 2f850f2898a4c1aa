package rehearse

import (
	"encoding/binary"
	"errors"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// readyLimit is how long interfaces may take to come up, and ipv6Limit how long
// their link-local addresses may; both take some milliseconds.
const (
	readyLimit = 10 * time.Second
	ipv6Limit  = 2 * time.Second
	// cloneLimit is for the interfaces of a clone, which may not come up at all.
	cloneLimit = 2 * time.Second
)

// Operational states of linux/if.h (IF_OPER_*), and BR_STATE_FORWARDING of
// linux/if_bridge.h.
const (
	operDown           = 2
	operLowerLayerDown = 3
	operUp             = 6
	portForwarding     = 3
)

// link is what is asked about an interface.
type link struct {
	index int32
	// oper is the operational state of RFC 2863; port is the state of a
	// bridge's port, -1 when it is none.
	oper uint8
	port int
}

// getLink asks for one interface.
func getLink(conn rtnl.Conn, name string, each func(*link)) error {
	r := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	r.Link(unix.AF_UNSPEC, 0, 0, 0, 0)
	r.Str(unix.IFLA_IFNAME, name)
	err := conn.Get(r, func(m *rtnl.Msg) error {
		if len(m.Data) < unix.SizeofIfInfomsg {
			return errors.New("short answer")
		}
		each(parseLink(m.Data))
		return nil
	})
	if err != nil {
		return &wireError{"find " + name, "", err}
	}
	return nil
}

// parseLink reads an RTM_NEWLINK's payload of at least an ifinfomsg.
func parseLink(data []byte) *link {
	var tb [unix.IFLA_LINKINFO + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(data[unix.SizeofIfInfomsg:])
	l := &link{index: int32(binary.NativeEndian.Uint32(data[4:])), port: -1}
	l.oper, _ = at.U8(unix.IFLA_OPERSTATE)
	var infoTable, slaveTable [unix.IFLA_INFO_SLAVE_DATA + 1][]byte
	info, slave := rtnl.Attrs(infoTable[:]), rtnl.Attrs(slaveTable[:])
	if at.Nested(unix.IFLA_LINKINFO, info) && info.Nested(unix.IFLA_INFO_SLAVE_DATA, slave) {
		if state, ok := slave.U8(unix.IFLA_BRPORT_STATE); ok {
			l.port = int(state)
		}
	}
	return l
}

// watcher waits for changes in one namespace.
type watcher struct {
	socket *rtnl.Socket
	ask    rtnl.Conn
}

// newWatcher listens from now on, in the namespace of the calling thread. ask is
// a connection there.
func newWatcher(ask rtnl.Conn) (*watcher, error) {
	s, err := rtnl.Open(rtnl.Options{Groups: []uint{unix.RTNLGRP_LINK, unix.RTNLGRP_IPV6_IFADDR}})
	if err != nil {
		return nil, err
	}
	return &watcher{s, ask}, nil
}

func (w *watcher) close() { w.socket.Close() }

// errLate is the end of a wait that took too long.
var errLate = errors.New("did not come up in time")

// until waits until cond holds. It is asked again after each change.
func (w *watcher) until(limit time.Duration, cond func(rtnl.Conn) (bool, error)) error {
	deadline := time.Now().Add(limit)
	for {
		ok, err := cond(w.ask)
		if ok || err != nil {
			return err
		}
		left := time.Until(deadline)
		if left <= 0 {
			return errLate
		}
		poll := []unix.PollFd{{Fd: int32(w.socket.Fd()), Events: unix.POLLIN}}
		if n, _ := unix.Poll(poll, int(left.Milliseconds())+1); n > 0 {
			// What it says does not matter, nor that messages were lost.
			w.socket.Next(func(*rtnl.Msg) error { return nil })
		}
	}
}

// linkUp: the interface can send, and, as a bridge's port, forward.
func linkUp(name string) func(rtnl.Conn) (bool, error) {
	return func(conn rtnl.Conn) (bool, error) {
		var up bool
		err := getLink(conn, name, func(l *link) {
			up = l.oper == operUp && (l.port < 0 || l.port == portForwarding)
		})
		return up, err
	}
}

// linkSends: the interface can send, whatever a bridge that it is a port of does.
func linkSends(name string) func(rtnl.Conn) (bool, error) {
	return func(conn rtnl.Conn) (bool, error) {
		var up bool
		err := getLink(conn, name, func(l *link) { up = l.oper == operUp })
		return up, err
	}
}

// settled: the operational state of every interface has followed its carrier, as
// it does after up to a second.
func settled(conn rtnl.Conn) (bool, error) {
	const flagsAt, carrier = 8, unix.IFF_UP | unix.IFF_LOWER_UP // in struct ifinfomsg
	r := rtnl.NewRequest(unix.RTM_GETLINK, 0)
	r.Link(unix.AF_UNSPEC, 0, 0, 0, 0)
	all := true
	err := conn.Dump(r, func(m *rtnl.Msg) error {
		if len(m.Data) >= unix.SizeofIfInfomsg && binary.NativeEndian.Uint32(m.Data[flagsAt:])&carrier == carrier {
			oper := parseLink(m.Data).oper
			all = all && oper != operDown && oper != operLowerLayerDown
		}
		return nil
	})
	return all, err
}

// hasIPv6 waits for what the kernel does by itself once an interface is up: a
// link-local address.
func hasIPv6(name string) func(rtnl.Conn) (bool, error) {
	return func(conn rtnl.Conn) (bool, error) {
		index, err := indexOf(conn, name)
		if err != nil {
			return false, err
		}
		found := false
		r := rtnl.NewRequest(unix.RTM_GETADDR, unix.NLM_F_DUMP)
		r.Addr(unix.AF_INET6, 0, 0, 0, 0)
		err = conn.Dump(r, func(m *rtnl.Msg) error {
			const flagsAt, indexAt = 2, 4 // in struct ifaddrmsg
			if len(m.Data) >= unix.SizeofIfAddrmsg && int32(binary.NativeEndian.Uint32(m.Data[indexAt:])) == index {
				found = found || m.Data[flagsAt]&unix.IFA_F_TENTATIVE == 0
			}
			return nil
		})
		return found, err
	}
}

// sysctl writes a value below /proc/sys/net of the calling thread's namespace.
func sysctl(key, value string) error {
	return os.WriteFile(filepath.Join("/proc/sys/net", key), []byte(value), 0)
}

// indexOf asks for the index of an interface.
func indexOf(conn rtnl.Conn, name string) (int32, error) {
	var index int32
	err := getLink(conn, name, func(l *link) { index = l.index })
	return index, err
}
