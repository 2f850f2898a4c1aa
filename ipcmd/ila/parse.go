package ila

import (
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/fib"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// mapping is what the words of add and delete say.
type mapping struct {
	locator, match                             [8]byte
	index                                      int32
	csum, ident                                uint8
	hasLocator, hasMatch, hasDev, hasC, hasIdT bool
}

// parse reads the words of add and delete into a request. What is wrong with
// them is told, but leaves it to the kernel to refuse the request without
// attributes, as the original does.
func parse(c *object.Context, r *rtnl.Request, adding bool, args []string) error {
	t := &mapping{}
	for cur := words.New(args); cur.More(); cur.Skip() {
		problem, err := t.word(c, cur)
		if err != nil {
			return err
		}
		if problem != "" {
			c.Warn(problem)
			return nil
		}
	}
	switch {
	case adding && !t.hasLocator:
		c.Warn("ila: missing locator")
	case adding && !t.hasMatch:
		c.Warn("ila: missing locator0match")
	default:
		t.put(r)
	}
	return nil
}

// word reads a keyword and its value.
func (t *mapping) word(c *object.Context, cur *words.Cursor) (problem string, err error) {
	var what string
	var set func(word string) bool
	switch {
	case cur.Prefix("loc"):
		what = "Bad locator"
		set = func(word string) (ok bool) { t.locator, ok = fib.ParseLocator(word); t.hasLocator = true; return ok }
	case cur.Prefix("loc_match"):
		what = "Bad locator to match"
		set = func(word string) (ok bool) { t.match, ok = fib.ParseLocator(word); t.hasMatch = true; return ok }
	case cur.Prefix("csum-mode"):
		what = "Bad csum-mode"
		set = func(word string) (ok bool) { t.csum, ok = fib.ILACsumModeID(word); t.hasC = true; return ok }
	case cur.Prefix("ident-type"):
		what = "Bad ident-type"
		set = func(word string) (ok bool) { t.ident, ok = fib.ILAIdentTypeID(word); t.hasIdT = true; return ok }
	case cur.Prefix("dev"):
		what = "No such interface"
		set = func(word string) bool { t.index = c.Links().Index(word); t.hasDev = true; return t.index != 0 }
	default:
		return "", words.Usage(usage)
	}
	word, err := cur.Value()
	if err != nil || set(word) {
		return "", err
	}
	return what + ": " + word, nil
}

func (t *mapping) put(r *rtnl.Request) {
	if t.hasMatch {
		r.Attr(attrMatch, t.match[:])
	}
	if t.hasLocator {
		r.Attr(attrLocator, t.locator[:])
	}
	if t.hasDev {
		r.U32(attrIndex, uint32(t.index))
	}
	if t.hasC {
		r.U8(attrCsumMode, t.csum)
	}
	if t.hasIdT {
		r.U8(attrIdentType, t.ident)
	}
}
