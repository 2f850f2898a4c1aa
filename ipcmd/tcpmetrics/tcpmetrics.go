// Package tcpmetrics is `ip tcp_metrics`: what TCP remembers of the hosts that
// it talked to (ip-tcp_metrics(8)).
//
// It may import what an object of ip may: internal/… and ipcmd/object.
package tcpmetrics

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/byteorder"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// native is the byte order of netlink.
var native byteorder.Native

// command is what is done with the entries.
type command uint8

const (
	list command = iota
	remove
	flush
)

// Main is ip tcp_metrics.
func Main(c *object.Context, args []string) error {
	do := func(cmd command) object.Main {
		return func(c *object.Context, args []string) error { return run(c, cmd, args) }
	}
	return object.Dispatch(c, "tcp_metrics", []object.Command{
		{Name: "list", Value: do(list)},
		{Name: "lst", Value: do(list)},
		{Name: "show", Value: do(list)},
		{Name: "delete", Value: do(remove)},
		{Name: "remove", Value: do(remove)},
		{Name: "flush", Value: do(flush)},
		{Name: "help", Value: func(*object.Context, []string) error { return words.Usage(usage) }},
	}, do(list), args)
}

const usage = `Usage:	ip tcp_metrics/tcpmetrics { COMMAND | help }
	ip tcp_metrics { show | flush } SELECTOR
	ip tcp_metrics delete [ address ] ADDRESS
SELECTOR := [ [ address ] PREFIX ]
`

// filter is which entries a command means.
type filter struct {
	dst, src selector
}

// selector selects by an address.
type selector struct {
	format.Prefix
	given bool
	exact bool // it is one address
}

// read reads a prefix.
func (s *selector) read(c *object.Context, word string) (err error) {
	s.Prefix, err = c.Prefix(word, c.Opt.Family)
	s.given = true
	s.exact = len(s.Addr) > 0 && s.Bits == 8*len(s.Addr)
	return err
}

// match tells whether an address is selected.
func (s *selector) match(family int, addr []byte) bool {
	if s.Family != unix.AF_UNSPEC && s.Family != family {
		return false
	}
	return !s.given || s.Family == unix.AF_UNSPEC || format.SameBits(addr, s.Addr, s.Bits)
}

// parse reads the words of a command. Like the original it passes over every
// word behind an address.
func parse(c *object.Context, cmd command, args []string) (*filter, error) {
	switch c.Opt.Family {
	case unix.AF_UNSPEC, unix.AF_INET, unix.AF_INET6:
	default:
		return nil, object.Fail(object.StatusLocal,
			"Unsupported protocol family: "+strconv.Itoa(c.Opt.Family))
	}
	f := &filter{}
	f.dst.Family, f.src.Family = c.Opt.Family, c.Opt.Family
	cur := words.New(args)
	for ; cur.More(); cur.Skip() {
		if err := f.word(c, cmd, cur); err != nil {
			return nil, err
		}
		cur.Skip()
	}
	if cmd == remove && !f.dst.exact {
		return nil, words.Missing("address")
	}
	return f, nil
}

func (f *filter) word(c *object.Context, cmd command, cur *words.Cursor) error {
	who, s := "address", &f.dst
	switch keyword := cur.Word(); keyword {
	case "src", "source":
		who, s = keyword, &f.src
	case "addr", "address":
		who = keyword
	}
	if cur.Is(who) {
		if _, err := cur.Value(); err != nil {
			return err
		}
	}
	switch {
	case cur.Prefix("help"):
		return words.Usage(usage)
	case s.given:
		return words.Garbage(who, cur.Word())
	}
	if err := s.read(c, cur.Word()); err != nil {
		return err
	}
	if !s.exact && (s == &f.src || cmd == remove) {
		return object.Fail(object.StatusLocal,
			`Error: a specific IP address is expected rather than "`+cur.Word()+`"`)
	}
	return nil
}

// all tells whether the filter means all entries.
func (f *filter) all(family int) bool {
	return family == unix.AF_UNSPEC && f.dst.Bits <= 0 && f.src.Bits <= 0
}
