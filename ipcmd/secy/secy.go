// Package secy is what ip link and ip macsec have in common about MACsec (IEEE
// 802.1AE): the words for a secure channel, and the names of what a MAC security
// entity can be set to.
//
// It may import ipcmd/object and internal/….
package secy

import (
	"encoding/binary"
	"errors"
	"strings"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// The cipher suites (linux/if_macsec.h).
const (
	cipherDefault   = 0x0080020001000001
	cipherAES128    = 0x0080c20001000001
	cipherAES256    = 0x0080c20001000002
	cipherAESXPN128 = 0x0080c20001000003
	cipherAESXPN256 = 0x0080c20001000004
)

// Unknown stands for a number without a name.
const Unknown = "(unknown)"

// CipherName names a cipher suite.
func CipherName(id uint64) string {
	switch id {
	case cipherDefault, cipherAES128:
		return "GCM-AES-128"
	case cipherAES256:
		return "GCM-AES-256"
	case cipherAESXPN128:
		return "GCM-AES-XPN-128"
	case cipherAESXPN256:
		return "GCM-AES-XPN-256"
	}
	return Unknown
}

// CipherID reads a cipher suite: its name all in small or all in large letters.
func CipherID(word string) (id uint64, ok bool) {
	if word == "default" {
		return cipherDefault, true
	}
	for _, id := range [...]uint64{cipherAES128, cipherAES256, cipherAESXPN128, cipherAESXPN256} {
		if name := CipherName(id); word == name || word == strings.ToLower(name) {
			return id, true
		}
	}
	return 0, false
}

// HasXPN tells whether a cipher suite has packet numbers of 64 bits.
func HasXPN(id uint64) bool { return id == cipherAESXPN128 || id == cipherAESXPN256 }

// Validations are how frames can be validated, by their number.
func Validations() []string { return []string{"disabled", "check", "strict"} }

// Offloads are what can do the work, by their number.
func Offloads() []string { return []string{"off", "phy", "mac"} }

// NameOf is the name of a number in a list.
func NameOf(list []string, n uint8) string {
	if int(n) < len(list) {
		return list[n]
	}
	return Unknown
}

// maxAN is the last of the four association numbers.
const maxAN = 3

// AN reads an association number.
func AN(word string) (uint8, error) {
	n, ok := format.ParseU8(word, 0)
	if !ok || n > maxAN {
		return 0, words.Invalid("expected an { 0..3 }", word)
	}
	return n, nil
}

// addrLen is the length of the address in an identifier.
const addrLen = 6

// Channel is a secure channel as words name it.
type Channel struct {
	// SCI is the identifier in network order: an address and a port. It is
	// zero when only one of the two was given.
	SCI [8]byte
	// Port is the port.
	Port uint16
}

// HasSCI tells whether the identifier is known.
func (c *Channel) HasSCI() bool { return c.SCI != [8]byte{} }

// ErrIncomplete is the error for words that end before they name a channel.
var ErrIncomplete = errors.New("expected sci")

// reader gathers a channel's words.
type reader struct {
	Channel
	addr                     [addrLen]byte
	hasSCI, hasPort, hasAddr bool
	portOnly                 bool
}

// complete tells whether a channel is named, which ends its words.
func (r *reader) complete() bool {
	return r.hasSCI || r.hasPort && (r.hasAddr || r.portOnly)
}

// ReadChannel reads `sci SCI` or `port PORT address LLADDR`, in any order, from
// the current word on. portOnly says that a port alone will do. Optional words
// may be missing, or stop short; given tells whether there were any.
func ReadChannel(cur *words.Cursor, portOnly, optional bool) (c Channel, given bool, err error) {
	r := &reader{portOnly: portOnly}
	for ; cur.More() && !r.complete(); cur.Skip() {
		var read func(string) error
		switch cur.Word() {
		case "sci":
			read, err = r.readSCI, r.mayHaveSCI()
		case "port":
			read = r.readPort
		case "address":
			read = r.readAddr
		default:
			if optional {
				return r.finish()
			}
			err = words.Invalid("expected sci, port, or address", cur.Word())
		}
		if err != nil {
			return c, false, err
		}
		word, err := cur.Value()
		if err == nil {
			err = read(word)
		}
		if err != nil {
			return c, false, err
		}
	}
	if !optional && !r.complete() {
		return c, false, ErrIncomplete
	}
	return r.finish()
}

func (r *reader) finish() (Channel, bool, error) {
	if r.hasPort && r.hasAddr {
		copy(r.SCI[:], r.addr[:])
		binary.BigEndian.PutUint16(r.SCI[addrLen:], r.Port)
	}
	return r.Channel, r.hasSCI || r.hasPort || r.hasAddr, nil
}

// mayHaveSCI refuses an identifier behind a half of one.
func (r *reader) mayHaveSCI() error {
	switch {
	case r.hasPort:
		return words.Invalid("expected address", "sci")
	case r.hasAddr:
		return words.Invalid("expected port", "sci")
	}
	return nil
}

func (r *reader) readSCI(word string) error {
	n, ok := format.ParseU64(word, 16)
	if !ok {
		return words.Invalid("expected sci", word)
	}
	binary.BigEndian.PutUint64(r.SCI[:], n)
	r.hasSCI = true
	return nil
}

func (r *reader) readPort(word string) error {
	n, ok := format.ParseU16(word, 0)
	switch {
	case !ok:
		return words.Invalid("expected port", word)
	case n == 0:
		return words.Invalid("expected port != 0", word)
	}
	r.Port, r.hasPort = n, true
	return nil
}

func (r *reader) readAddr(word string) error {
	addr, bad, ok := format.ParseLLAddr(word, addrLen)
	if !ok {
		why := words.Invalid("expected lladdr", object.LinkWord(word))
		return object.Abort(object.StatusUsage, `"`+bad+"\" is invalid lladdr.\n"+why.Error())
	}
	copy(r.addr[:], addr)
	r.hasAddr = true
	return nil
}
