// Package xfrm is `ip xfrm`: the states (security associations) and policies
// that the kernel transforms packets by, for IPsec (RFC 4301) and Mobile IPv6
// (RFC 6275), and what the kernel tells of them as it happens (ip-xfrm(8),
// linux/xfrm.h). It has no JSON, as in iproute2.
//
// It may import what an object of ip may: internal/… and ipcmd/object.
package xfrm

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/byteorder"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

var native byteorder.Native

// Main is ip xfrm. A word that is no object gets the usage, too.
func Main(c *object.Context, args []string) error {
	if len(args) > 0 {
		if run, ok := applet.Find([]object.Command{
			{Name: "state", Value: state},
			{Name: "sa", Value: state},
			{Name: "policy", Value: policy},
			{Name: "monitor", Value: monitor},
		}, args[0]); ok {
			return run(c, args[1:])
		}
	}
	return words.Usage(usage)
}

func state(c *object.Context, args []string) error {
	return object.Dispatch(c, "xfrm state", []object.Command{
		{Name: "add", Value: changeState(msgNewSA)},
		{Name: "update", Value: changeState(msgUpdateSA)},
		{Name: "allocspi", Value: allocSPI},
		{Name: "delete", Value: deleteState},
		{Name: "deleteall", Value: deleteStates},
		{Name: "delall", Value: deleteStates},
		{Name: "list", Value: listStates},
		{Name: "show", Value: listStates},
		{Name: "lst", Value: listStates},
		{Name: "get", Value: getState},
		{Name: "flush", Value: flushStates},
		{Name: "count", Value: countStates},
		{Name: "help", Value: help(stateUsage)},
	}, listStates, args)
}

func policy(c *object.Context, args []string) error {
	return object.Dispatch(c, "xfrm policy", []object.Command{
		{Name: "add", Value: changePolicy(msgNewPolicy)},
		{Name: "update", Value: changePolicy(msgUpdatePolicy)},
		{Name: "delete", Value: deletePolicy},
		{Name: "deleteall", Value: deletePolicies},
		{Name: "delall", Value: deletePolicies},
		{Name: "list", Value: listPolicies},
		{Name: "show", Value: listPolicies},
		{Name: "lst", Value: listPolicies},
		{Name: "get", Value: getPolicy},
		{Name: "flush", Value: flushPolicies},
		{Name: "count", Value: countPolicies},
		{Name: "set", Value: setThresholds},
		{Name: "setdefault", Value: setDefault},
		{Name: "getdefault", Value: getDefault},
		{Name: "help", Value: help(policyUsage)},
	}, listPolicies, args)
}

func help(text string) object.Main {
	return func(*object.Context, []string) error { return words.Usage(text) }
}

// dial opens a connection to xfrm. The caller closes it.
func dial(c *object.Context) (rtnl.Conn, error) {
	if c.Dial != nil {
		return c.Dial()
	}
	return c.Socket(rtnl.Options{Protocol: unix.NETLINK_XFRM, NoStrict: true})
}

// change sends a request that the kernel acknowledges.
func change(c *object.Context, r *rtnl.Request) error {
	conn, err := dial(c)
	if err != nil {
		return err
	}
	defer conn.Close()
	return refused(conn.Do(r, nil))
}

// ask sends a request and hands its answer to each.
func ask(c *object.Context, r *rtnl.Request, each func(*rtnl.Msg) error) error {
	conn, err := dial(c)
	if err != nil {
		return err
	}
	defer conn.Close()
	return refused(conn.Get(r, each))
}

// refused words the kernel's refusal, which ends a batch.
func refused(err error) error {
	err = object.Kernel(err)
	if e, ok := err.(*applet.Exit); ok && e.Err != nil {
		e.Abort = true
	}
	return err
}

// local is a mistake that is found before the kernel is asked.
func local(text string) error { return object.Abort(object.StatusLocal, text) }

// finished ends a list: the original ends the process there, and with it a batch.
func finished() error { return object.Abort(0, "") }

// message is a request that takes attributes up to a length, like the buffers
// of the original.
type message struct {
	*rtnl.Request
	c *object.Context
}

// roomy is the original's RTA_BUF_SIZE: most requests may have so many bytes.
const roomy = 2048

// attr appends an attribute unless the message would become longer than limit
// bytes, which is told.
func (m message) attr(t uint16, v []byte, limit int) bool {
	if m.Len()+(4+len(v)+3)&^3 > limit {
		m.c.Warn("addattr_l ERROR: message exceeded bound of " + decimal(uint64(limit)))
		return false
	}
	m.Attr(t, v)
	return true
}

func (m message) u32(t uint16, v uint32, limit int) bool {
	return m.attr(t, native.AppendUint32(nil, v), limit)
}
