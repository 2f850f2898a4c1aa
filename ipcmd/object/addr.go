package object

import (
	"errors"
	"strings"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/ipaddr"
	"github.com/nlbox/nlbox/internal/names"
	"github.com/nlbox/nlbox/internal/resolver"
	"github.com/nlbox/nlbox/internal/words"
)

// Addr reads an address of the family, FamilyUnspec for any. Its error is worded
// as ip's: `Error: inet address is expected rather than "x".`
func (c *Context) Addr(word string, family int) (format.Prefix, error) {
	p, err := format.ParseAddr(word, family)
	if err != nil {
		return p, c.expected(err, family, " address", word)
	}
	return p, nil
}

// Prefix reads a prefix of the family, FamilyUnspec for any. See Addr.
func (c *Context) Prefix(word string, family int) (format.Prefix, error) {
	if family == format.FamilyPacket {
		return format.Prefix{}, Abort(StatusLocal,
			`Error: "`+word+`" may be inet prefix, but it is not allowed in this context.`)
	}
	p, err := format.ParsePrefix(word, family)
	if err != nil {
		return p, c.expected(err, family, " prefix", word)
	}
	return p, nil
}

func (c *Context) expected(err error, family int, what, word string) error {
	var e *format.AddrError
	if errors.As(err, &e) && e.Notice != "" {
		c.Warn(e.Notice)
	}
	if family == format.FamilyPacket {
		word = LinkWord(word)
	}
	return words.Expected(names.FamilyExpected(family)+what, word)
}

// AppendHost appends an address: its name where -resolve is on and it has one.
func (c *Context) AppendHost(dst []byte, family int, addr []byte) []byte {
	if c.Opt.Resolve {
		if a, ok := ipaddr.FromSlice(addr); ok && len(addr)*8 == format.FamilyBits(family) {
			if c.resolver == nil {
				c.resolver = resolver.New(c.Env.Getenv)
			}
			if name, ok := c.resolver.Name(a.Unmap()); ok {
				return append(dst, name...)
			}
		}
	}
	return format.AppendAddr(dst, family, addr)
}

// LinkWord is how errors show a link-layer address: the original has cut the
// word at its colons by then, unless a dot made it try an IPv4 address.
func LinkWord(word string) string {
	if strings.IndexByte(word, '.') >= 0 {
		return word
	}
	first, _, _ := strings.Cut(word, ":")
	return first
}
