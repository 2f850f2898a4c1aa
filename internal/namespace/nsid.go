package namespace

import (
	"errors"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// NSIDNone is the id of a namespace that has none (NETNSA_NSID_NOT_ASSIGNED).
const NSIDNone = unix.NETNSA_NSID_NOT_ASSIGNED

// NSID is what the kernel tells of the id of a namespace: ids are numbers that
// one namespace has for others, so that messages can speak of them.
type NSID struct {
	// Deleted says that the id was taken away.
	Deleted bool
	// ID is 0 or more, or NSIDNone.
	ID int32
	// Current is the id in our own namespace of the same one, where the
	// question was for another namespace's ids (HasCurrent).
	Current    int32
	HasCurrent bool
}

// rtgenSize is the size of struct rtgenmsg with its padding
// (linux/rtnetlink.h).
const rtgenSize = 4

var errNSID = errors.New("BUG: NETNSA_NSID is missing print_nsid")

// ParseNSID reads a RTM_NEWNSID or RTM_DELNSID message.
func ParseNSID(m *rtnl.Msg) (n NSID, err error) {
	if len(m.Data) < rtgenSize {
		return n, errNSID
	}
	var tb [unix.NETNSA_MAX + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(m.Data[rtgenSize:])
	id, ok := at.S32(unix.NETNSA_NSID)
	if !ok {
		return n, errNSID
	}
	n.Deleted, n.ID = m.Type == unix.RTM_DELNSID, id
	n.Current, n.HasCurrent = at.S32(unix.NETNSA_CURRENT_NSID)
	return n, nil
}

// nsidRequest starts a request for one id or all ids. A target of 0 or more
// asks for those of the namespace that has this id here.
func nsidRequest(typ uint16, target int32) *rtnl.Request {
	r := rtnl.NewRequest(typ, 0)
	r.Gen(unix.AF_UNSPEC)
	if target >= 0 {
		r.U32(unix.NETNSA_TARGET_NSID, uint32(target))
	}
	return r
}

// DumpNSIDs calls each for every id of this namespace, or of the one whose id is
// target.
func DumpNSIDs(conn rtnl.Conn, target int32, each func(NSID) error) error {
	return conn.Dump(nsidRequest(unix.RTM_GETNSID, target), eachNSID(each))
}

// GetNSID asks what the kernel knows of one id. With a target the answer says
// which id the target has for it.
func GetNSID(conn rtnl.Conn, id, target int32) (n NSID, err error) {
	r := nsidRequest(unix.RTM_GETNSID, target)
	r.U32(unix.NETNSA_NSID, uint32(id))
	return one(conn, r)
}

// NSIDOf asks for the id of the namespace called name.
func NSIDOf(conn rtnl.Conn, name string) (int32, error) {
	fd, err := Open(name)
	if err != nil {
		return NSIDNone, err
	}
	defer unix.Close(fd)
	r := nsidRequest(unix.RTM_GETNSID, NSIDNone)
	r.U32(unix.NETNSA_FD, uint32(fd))
	n, err := one(conn, r)
	if err != nil {
		return NSIDNone, err
	}
	return n.ID, nil
}

// SetNSID gives the namespace called name an id. The kernel chooses it for
// NSIDNone. A namespace keeps its id.
func SetNSID(conn rtnl.Conn, name string, id int32) error {
	fd, err := Open(name)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	r := nsidRequest(unix.RTM_NEWNSID, NSIDNone)
	r.U32(unix.NETNSA_FD, uint32(fd))
	r.U32(unix.NETNSA_NSID, uint32(id))
	return conn.Do(r, nil)
}

// one sends r and returns the one answer.
func one(conn rtnl.Conn, r *rtnl.Request) (n NSID, err error) {
	err = conn.Get(r, eachNSID(func(got NSID) error {
		n = got
		return nil
	}))
	return n, err
}

func eachNSID(each func(NSID) error) func(*rtnl.Msg) error {
	return func(m *rtnl.Msg) error {
		if m.Type != unix.RTM_NEWNSID && m.Type != unix.RTM_DELNSID {
			return nil
		}
		n, err := ParseNSID(m)
		if err != nil {
			return err
		}
		return each(n)
	}
}

// Open opens the file of a namespace, whose descriptor stands for it in
// messages (IFLA_NET_NS_FD, NETNSA_FD). A name with a slash is a path. The error
// is an errno. The caller closes the descriptor.
func Open(name string) (int, error) {
	if !strings.Contains(name, "/") {
		name = Path(name)
	}
	return unix.Open(name, unix.O_RDONLY|unix.O_CLOEXEC, 0)
}

// CanOpen tells why the file of name cannot be opened, if it cannot.
func CanOpen(name string) error {
	fd, err := unix.Open(Path(name), unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return failed(1, "Cannot open network namespace "+quote(name), err)
	}
	return unix.Close(fd)
}
