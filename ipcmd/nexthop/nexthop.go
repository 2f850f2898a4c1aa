// Package nexthop is `ip nexthop`: next hop objects, groups of them, and the
// buckets of resilient groups.
//
// It may import internal/…, ipcmd/object and ipcmd/fib.
package nexthop

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/byteorder"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/fib"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// native is the machine's byte order.
var native byteorder.Native

// Main is `ip nexthop`.
func Main(c *object.Context, args []string) error {
	return object.Dispatch(c, "nexthop", commands(), list, args)
}

// commands is in the order of precedence.
func commands() []object.Command {
	return []object.Command{
		{Name: "add", Value: modify(unix.RTM_NEWNEXTHOP, unix.NLM_F_CREATE|unix.NLM_F_EXCL)},
		{Name: "replace", Value: modify(unix.RTM_NEWNEXTHOP, unix.NLM_F_CREATE|unix.NLM_F_REPLACE)},
		{Name: "delete", Value: modify(unix.RTM_DELNEXTHOP, 0)},
		{Name: "list", Value: list},
		{Name: "show", Value: list},
		{Name: "lst", Value: list},
		{Name: "get", Value: get},
		{Name: "flush", Value: flush},
		{Name: "bucket", Value: bucket},
		{Name: "help", Value: help},
	}
}

func help(*object.Context, []string) error { return words.Usage(usage) }

// bucket is `ip nexthop bucket`.
func bucket(c *object.Context, args []string) error {
	return object.Dispatch(c, "nexthop", []object.Command{
		{Name: "list", Value: listBuckets},
		{Name: "show", Value: listBuckets},
		{Name: "lst", Value: listBuckets},
		{Name: "get", Value: getBucket},
		{Name: "help", Value: help},
	}, listBuckets, args)
}

// Types of messages about buckets: linux/rtnetlink.h.
const (
	rtmNewBucket = 116
	rtmDelBucket = 117
	rtmGetBucket = 118
)

// newRequest starts a request with the header of next hops.
func newRequest(typ, flags uint16, family int) *rtnl.Request {
	r := rtnl.NewRequest(typ, flags)
	r.Body(make([]byte, fib.NexthopHeaderSize))
	h := fib.NexthopHeader{Family: uint8(family)}
	h.Put(r.Payload())
	return r
}
