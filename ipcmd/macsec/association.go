package macsec

import (
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// The room for a key, its id and its salt, in bytes (linux/if_macsec.h).
const (
	maxKeyLen = 128
	keyIDLen  = 16
	saltLen   = 12
)

// association is a secure association: what was given of it.
type association struct {
	an     uint8
	active state
	// pn is the packet number, 0 for none; extended says that it has 64 bits.
	pn       uint64
	extended bool
	keyID    [keyIDLen]byte
	key      [maxKeyLen]byte
	keyLen   int
	salt     [saltLen]byte
	ssci     uint32

	hasSalt, hasSSCI bool
}

// read reads the words behind an association.
func (a *association) read(cur *words.Cursor) error {
	for ; cur.More(); cur.Skip() {
		if err := a.word(cur); err != nil {
			return err
		}
	}
	return nil
}

func (a *association) word(cur *words.Cursor) error {
	var read func(*words.Cursor, string) error
	seen := false
	key := cur.Word()
	switch key {
	case "pn":
		read, seen = a.readPN, a.pn != 0
	case "xpn":
		read, seen = a.readXPN, a.pn != 0
	case "salt":
		read, seen = a.readSalt, a.hasSalt
	case "ssci":
		read, seen = a.readSSCI, a.hasSSCI
	case "key":
		read = a.readKey
	case "on", "off":
		return a.active.read(key)
	default:
		return unknown(key)
	}
	if seen {
		return words.Garbage(key, key)
	}
	word, err := cur.Value()
	if err != nil {
		return err
	}
	return read(cur, word)
}

func (a *association) readPN(_ *words.Cursor, word string) error {
	n, ok := format.ParseU32(word, 0)
	a.pn = uint64(n)
	return checkPN(a.pn, ok, word)
}

func (a *association) readXPN(_ *words.Cursor, word string) error {
	n, ok := format.ParseU64(word, 0)
	a.pn, a.extended = n, true
	return checkPN(n, ok, word)
}

func checkPN(n uint64, ok bool, word string) error {
	switch {
	case !ok:
		return words.Invalid("expected pn", word)
	case n == 0:
		return words.Invalid("expected pn != 0", word)
	}
	return nil
}

func (a *association) readSalt(_ *words.Cursor, word string) error {
	if _, ok := readHex(a.salt[:], word); !ok {
		return words.Invalid("expected salt", word)
	}
	a.hasSalt = true
	return nil
}

func (a *association) readSSCI(_ *words.Cursor, word string) error {
	var ok bool
	if a.ssci, ok = format.ParseU32(word, 16); !ok {
		return words.Invalid("expected ssci", word)
	}
	a.hasSSCI = true
	return nil
}

func (a *association) readKey(cur *words.Cursor, word string) error {
	if _, ok := readHex(a.keyID[:], word); !ok {
		return words.Invalid("expected key id", word)
	}
	word, err := cur.Value()
	if err != nil {
		return err
	}
	var ok bool
	if a.keyLen, ok = readHex(a.key[:], word); !ok {
		return words.Invalid("expected key", word)
	}
	return nil
}

// readHex reads pairs of hex digits into b and returns their number. Those that
// find no room are not looked at. A blank or a plus may stand for the first digit
// of a pair, as strtoul has it.
func readHex(b []byte, word string) (n int, ok bool) {
	if len(word)%2 != 0 {
		return 0, false
	}
	for ; n < len(b) && word != ""; n++ {
		v, end, _ := format.Strtoul(word[:2], 16)
		if end != 2 || v > 0xff {
			return n, false
		}
		b[n], word = uint8(v), word[2:]
	}
	return n, true
}

// check refuses an association that lacks something, or has too much.
func (a *association) check(do action) error {
	switch {
	case do == add && a.keyLen == 0:
		return object.Fail(object.StatusLocal, "cannot create SA without key")
	case do == add && a.pn == 0:
		return object.Fail(object.StatusLocal, "must specify a packet number != 0")
	case do == set && a.keyLen != 0:
		return object.Fail(object.StatusLocal, "cannot change key on SA")
	}
	return nil
}

func (a *association) put(r *rtnl.Request) {
	r.U8(saAN, a.an)
	switch {
	case a.extended:
		r.U64(saPN, a.pn)
		if a.hasSalt {
			r.Attr(saSalt, a.salt[:])
		}
		if a.hasSSCI {
			r.BE32(saSSCI, a.ssci)
		}
	case a.pn != 0:
		r.U32(saPN, uint32(a.pn))
	}
	if a.keyLen != 0 {
		r.Attr(saKeyID, a.keyID[:])
		r.Attr(saKey, a.key[:a.keyLen])
	}
	if a.active != unset {
		r.U8(saActive, uint8(a.active))
	}
}
