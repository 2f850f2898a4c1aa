package xfrm

import (
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/words"
)

// maxKey is the room for a key, in bytes (XFRM_ALGO_KEY_BUF_SIZE).
const maxKey = 512

// algoSet are the kinds of algorithms that a state was given.
type algoSet struct{ crypt, auth, comp, aead bool }

// take adds a kind. AEAD does the work of two others.
func (s *algoSet) take(kind uint8) (ok bool) {
	switch kind {
	case attrAEAD:
		ok = !s.crypt && !s.auth && !s.aead
		s.aead = true
	case attrCrypt:
		ok = !s.crypt && !s.aead
		s.crypt = true
	case attrComp:
		ok = !s.comp
		s.comp = true
	default:
		ok = !s.auth && !s.aead
		s.auth = true
	}
	return ok
}

// word reads an algorithm of a kind, which is its attribute: "enc NAME KEY",
// "comp NAME", "aead NAME KEY BITS".
func (s *algoSet) word(p *parser, m message, kind uint8) error {
	if !s.take(kind) {
		return words.Duplicate("ALGO-TYPE", p.Word())
	}
	next := func(what string) (string, error) {
		if _, ok := p.Peek(); !ok {
			return "", words.Missing(what)
		}
		return p.Value()
	}
	name, err := next("ALGO-NAME")
	if err != nil {
		return err
	}
	word, lengthOf := "", ""
	if kind != attrComp {
		if word, err = next("ALGO-KEYMAT"); err != nil {
			return err
		}
	}
	switch kind {
	case attrAEAD:
		lengthOf = "ALGO-ICV-LEN"
	case attrAuthTrunc:
		lengthOf = "ALGO-TRUNC-LEN"
	}
	var length uint32
	if lengthOf != "" {
		if _, ok := p.Peek(); !ok {
			return words.Missing(lengthOf)
		}
		if err := p.u32(&length, lengthOf+" value is invalid"); err != nil {
			return err
		}
	}
	key, err := parseKey(word)
	if err != nil {
		return err
	}
	b := make([]byte, algoNameSize, sizeLongAlgo+len(key))
	copy(b[:algoNameSize-1], name)
	b = native.AppendUint32(b, uint32(8*len(key)))
	if lengthOf != "" {
		b = native.AppendUint32(b, length)
	}
	m.attr(uint16(kind), append(b, key...), roomy)
	return nil
}

// parseKey reads a key: bytes in hex behind 0x, or the word itself. An odd
// number of digits has a zero before it.
func parseKey(word string) ([]byte, error) {
	if !isHex(word) {
		if len(word) > maxKey {
			return nil, words.Invalid("ALGO-KEYMAT value makes buffer overflow\n", word)
		}
		return []byte(word), nil
	}
	digits := strings.TrimPrefix(word, "0x")
	if len(digits)%2 != 0 {
		digits = "0" + digits
	}
	if len(digits)/2 > maxKey {
		return nil, words.Invalid("ALGO-KEYMAT value makes buffer overflow\n", word)
	}
	key := make([]byte, len(digits)/2)
	for i := range key {
		v, ok := format.ParseU8(digits[2*i:2*i+2], 16)
		if !ok {
			return nil, words.Invalid("ALGO-KEYMAT value is invalid", word)
		}
		key[i] = v
	}
	return key, nil
}

// problem tells what is wrong with the words of a state together: its protocol
// decides about mode, algorithms and care-of address.
func (w *stateWords) problem() string {
	proto := w.id.id.proto
	with := ` with XFRM-PROTO value "` + protoName(proto) + `"`
	a := &w.algos
	switch {
	case !isIPsec(proto):
		if *a != (algoSet{}) {
			return "ALGO is invalid" + with
		}
	case !modeFits(w.info.mode, proto):
		return "MODE value is invalid" + with
	default:
		if problem := a.problem(proto); problem != "" {
			return problem + with
		}
	}
	if !isRouting(proto) {
		if w.hasCoa {
			return `"coa" is invalid` + with
		}
		return ""
	}
	switch {
	case w.info.mode == modeTransport:
		return `"mode" is required` + with
	case w.info.mode != modeRouteOptimization && w.info.mode != modeInTrigger:
		return "MODE value is invalid" + with
	case !w.hasCoa:
		return `"coa" is required` + with
	}
	return ""
}

// modeFits tells the modes of a protocol of IPsec.
func modeFits(mode, proto uint8) bool {
	return mode == modeTransport || mode == modeTunnel || mode == modeBeet && proto == unix.IPPROTO_ESP
}

// problem tells what is wrong with the algorithms for a protocol of IPsec.
func (s *algoSet) problem(proto uint8) string {
	switch proto {
	case unix.IPPROTO_ESP:
		if s.comp {
			return `ALGO-TYPE value "comp" is invalid`
		}
		if !s.crypt && !s.aead {
			return `ALGO-TYPE value "enc" or "aead" is required`
		}
	case unix.IPPROTO_AH:
		if s.crypt || s.aead || s.comp {
			return `ALGO-TYPE values "enc", "aead", and "comp" are invalid`
		}
		if !s.auth {
			return `ALGO-TYPE value "auth" or "auth-trunc" is required`
		}
	case unix.IPPROTO_COMP:
		if s.crypt || s.auth || s.aead {
			return `ALGO-TYPE values "enc", "auth", "auth-trunc", and "aead" are invalid`
		}
		if !s.comp {
			return `ALGO-TYPE value "comp" is required`
		}
	}
	return ""
}
