package maddress

import (
	"errors"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/netdev"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// The requests of add and delete (linux/sockios.h). They have no message in
// rtnetlink.
const (
	ioctlAdd = unix.SIOCADDMULTI
	ioctlDel = unix.SIOCDELMULTI
)

const (
	addrMax  = 14 // bytes of an address that are read
	etherLen = 6  // bytes that an address must have
)

// target is what add and delete are about.
type target struct {
	dev  string
	addr []byte
}

// change is add or delete: the request that it makes. Its end, good or bad, is
// also that of a batch.
func change(request uintptr) object.Main {
	return func(c *object.Context, args []string) error {
		t, err := parseChange(c, args)
		if err != nil {
			return err
		}
		err = netdev.HardwareIoctl(socketFamily(c.Opt.Family), request, t.dev, t.addr)
		if err == nil {
			return &applet.Exit{Abort: true}
		}
		what := "ioctl"
		var noSocket *netdev.SocketError
		if errors.As(err, &noSocket) {
			what = "Cannot create socket"
		}
		var errno unix.Errno
		errors.As(err, &errno)
		return &applet.Exit{Code: object.StatusLocal, Text: what + ": " + rtnl.Strerror(errno), Err: err, Abort: true}
	}
}

// socketFamily is the family of the socket that the request is made on.
func socketFamily(family int) int {
	switch family {
	case unix.AF_INET6, unix.AF_PACKET:
		return family
	}
	return unix.AF_INET
}

func parseChange(c *object.Context, args []string) (t target, err error) {
	for cur := words.New(args); cur.More(); cur.Skip() {
		if cur.Is("dev") {
			err = t.setDev(cur)
		} else {
			err = t.setAddr(cur)
		}
		if err != nil {
			return t, err
		}
	}
	if t.dev == "" {
		return t, object.Abort(object.StatusUsage, `Not enough information: "dev" is required.`)
	}
	return t, nil
}

func (t *target) setDev(cur *words.Cursor) error {
	word, err := cur.Value()
	switch {
	case err != nil:
		return err
	case t.dev != "":
		return words.Duplicate("dev", word)
	case !format.ValidIfname(word):
		return words.Invalid(`"dev" not a valid ifname`, word)
	}
	t.dev = word
	return nil
}

// setAddr reads an address, perhaps behind "address". One that begins with a
// zero does not count as given.
func (t *target) setAddr(cur *words.Cursor) error {
	if cur.Prefix("address") {
		if _, err := cur.Value(); err != nil {
			return err
		}
	}
	if cur.Prefix("help") {
		return words.Usage(usage)
	}
	if len(t.addr) > 0 && t.addr[0] != 0 {
		return words.Duplicate("address", cur.Word())
	}
	addr, bad, ok := format.ParseLLAddr(cur.Word(), addrMax)
	if !ok {
		return object.Abort(object.StatusLocal, `"`+bad+`" is invalid lladdr.`)
	}
	n := len(addr)
	if strings.Count(cur.Word(), ":") >= addrMax {
		n = addrMax + 1 // how the original counts one that is too long
	}
	if n != etherLen {
		return object.Abort(object.StatusLocal, "Error: Invalid address length "+strconv.Itoa(n)+
			" - must be "+strconv.Itoa(etherLen)+" bytes")
	}
	t.addr = addr
	return nil
}
