// Package route is `ip route`: routes and how they are looked up.
//
// parse_*.go and metrics.go read words into requests, filter.go reads and
// applies selectors, print*.go print messages; the other files ask the kernel.
//
// It may import internal/…, ipcmd/object and ipcmd/fib.
package route

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Main is `ip route`.
func Main(c *object.Context, args []string) error {
	table := commands()
	return object.Dispatch(c, "route", table[:], list, args)
}

// commands is in the order of precedence.
// It is an array, which the caller has on its stack.
func commands() [17]object.Command {
	return [...]object.Command{
		{Name: "add", Value: modify(unix.RTM_NEWROUTE, unix.NLM_F_CREATE|unix.NLM_F_EXCL)},
		{Name: "change", Value: modify(unix.RTM_NEWROUTE, unix.NLM_F_REPLACE)},
		{Name: "chg", Exact: true, Value: modify(unix.RTM_NEWROUTE, unix.NLM_F_REPLACE)},
		{Name: "replace", Value: modify(unix.RTM_NEWROUTE, unix.NLM_F_CREATE|unix.NLM_F_REPLACE)},
		{Name: "prepend", Value: modify(unix.RTM_NEWROUTE, unix.NLM_F_CREATE)},
		{Name: "append", Value: modify(unix.RTM_NEWROUTE, unix.NLM_F_CREATE|unix.NLM_F_APPEND)},
		{Name: "test", Value: modify(unix.RTM_NEWROUTE, unix.NLM_F_EXCL)},
		{Name: "delete", Value: modify(unix.RTM_DELROUTE, 0)},
		{Name: "list", Value: list},
		{Name: "show", Value: list},
		{Name: "lst", Value: list},
		{Name: "get", Value: get},
		{Name: "flush", Value: flush},
		{Name: "save", Value: save},
		{Name: "restore", Value: restore},
		{Name: "showdump", Value: showdump},
		{Name: "help", Value: help},
	}
}

func help(*object.Context, []string) error { return words.Usage(usage) }
