// Package route is `ip route`: routes and how they are looked up.
//
// parse_*.go and metrics.go read words into requests, filter.go reads and
// applies selectors, print*.go print messages; the other files ask the kernel.
//
// It may import internal/…, ipcmd/object and ipcmd/fib.
package route

import (
	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Main is `ip route`.
func Main(c *object.Context, args []string) error {
	return object.Dispatch(c, "route", commands[:], list, args)
}

// commands is in the order of precedence. It is a table without closures, so
// that a batch does not build it for every line.
var commands = [...]object.Command{
	{Name: "add", Value: add},
	{Name: "change", Value: changeRoute},
	{Name: "chg", Exact: true, Value: changeRoute},
	{Name: "replace", Value: replace},
	{Name: "prepend", Value: prepend},
	{Name: "append", Value: appendRoute},
	{Name: "test", Value: test},
	{Name: "delete", Value: remove},
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

// changing is how many rows of commands, the first, change routes.
const changing = 8

// Changes tells whether the words behind "route" are of a command that makes one
// change: see object.Line.Waits.
func Changes(args []string) bool {
	if len(args) == 0 {
		return false
	}
	_, ok := applet.Find(commands[:changing], args[0])
	return ok
}

func help(*object.Context, []string) error { return words.Usage(usage) }
