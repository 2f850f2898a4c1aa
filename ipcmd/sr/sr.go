// Package sr is `ip sr`: segment routing over IPv6, the address that its tunnels
// come from and the keys of its HMACs (RFC 8754, ip-sr(8)).
//
// It may import what an object of ip may: internal/… and ipcmd/object.
package sr

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

const usage = `Usage: ip sr { COMMAND | help }
          ip sr hmac show
          ip sr hmac set KEYID ALGO
          ip sr tunsrc show
          ip sr tunsrc set ADDRESS
where  ALGO := { sha1 | sha256 }
`

// The family of generic netlink, its commands and attributes
// (linux/seg6_genl.h).
const (
	familyName = "SEG6"
	version    = 1

	cmdSetHMAC   = 1
	cmdHMACs     = 2
	cmdSetTunsrc = 3
	cmdGetTunsrc = 4

	attrDst       = 1
	attrKeyID     = 3 // 32 bits
	attrSecret    = 4
	attrSecretLen = 5 // 8 bits
	attrAlgorithm = 6 // 8 bits
)

// The algorithms of an HMAC (linux/seg6_hmac.h).
const (
	algoSHA1   = 1
	algoSHA256 = 2
)

// maxSecret is the length of a secret that is shown.
const maxSecret = 63

// wish is what the words ask for.
type wish struct {
	cmd   uint8
	addr  [16]byte
	keyID uint32
	algo  uint8
}

// Main is ip sr.
func Main(c *object.Context, args []string) error {
	if len(args) == 0 || words.Prefix(args[0], "help") {
		return words.Usage(usage)
	}
	w, err := parse(c, args)
	if err != nil {
		return err
	}
	secret := ""
	if w.cmd == cmdSetHMAC {
		secret = readSecret(c.Env, "Enter secret for HMAC key ID (blank to delete): ")
	}
	conn, family, err := c.Generic(familyName)
	if err != nil {
		return err
	}
	defer conn.Close()
	r := rtnl.NewGeneric(family, w.cmd, version, 0)
	switch w.cmd {
	case cmdSetHMAC:
		w.putHMAC(r, secret)
	case cmdSetTunsrc:
		r.Attr(attrDst, w.addr[:])
	default:
		return show(c, conn, w.cmd, r)
	}
	return object.KernelStatus(conn.Do(r, nil), object.StatusLocal)
}

func (w *wish) putHMAC(r *rtnl.Request, secret string) {
	r.U32(attrKeyID, w.keyID)
	r.U8(attrSecretLen, uint8(len(secret)))
	r.U8(attrAlgorithm, w.algo)
	if secret != "" {
		r.Text(attrSecret, secret)
	}
}

func parse(c *object.Context, args []string) (w wish, err error) {
	cur := words.New(args)
	hmac := cur.Prefix("hmac")
	if !hmac && !cur.Prefix("tunsrc") {
		return w, words.Invalid("unknown", cur.Word())
	}
	word, err := cur.Value()
	if err != nil {
		return w, err
	}
	switch {
	case words.Prefix(word, "show"):
		w.cmd = cmdGetTunsrc
		if hmac {
			w.cmd = cmdHMACs
		}
	case !words.Prefix(word, "set"):
		err = words.Invalid("unknown", word)
	case hmac:
		w.cmd = cmdSetHMAC
		err = w.parseHMAC(cur)
	default:
		w.cmd = cmdSetTunsrc
		if word, err = cur.Value(); err != nil {
			return w, err
		}
		var p format.Prefix
		p, err = c.Addr(word, unix.AF_INET6)
		copy(w.addr[:], p.Addr)
	}
	return w, err
}

func (w *wish) parseHMAC(cur *words.Cursor) error {
	word, err := cur.Value()
	if err != nil {
		return err
	}
	id, ok := format.ParseU32(word, 0)
	if !ok || id == 0 {
		return words.Invalid("hmac KEYID value is invalid", word)
	}
	w.keyID = id
	if word, err = cur.Value(); err != nil {
		return err
	}
	switch word {
	case "sha1":
		w.algo = algoSHA1
	case "sha256":
		w.algo = algoSHA256
	default:
		return words.Invalid("hmac ALGO value is invalid", word)
	}
	return nil
}

// show prints the one answer for the tunnels' source, or all HMACs.
func show(c *object.Context, conn rtnl.Conn, cmd uint8, r *rtnl.Request) error {
	p := c.Printer()
	one := func(m *rtnl.Msg) error {
		print(p, c.Warn, m)
		return nil
	}
	if cmd == cmdGetTunsrc {
		return object.Kernel(conn.Get(r, func(m *rtnl.Msg) error {
			p.Open()
			defer p.Close()
			return one(m)
		}))
	}
	p.Open()
	defer p.Close()
	return object.DumpFailed(conn.Dump(r, one), object.StatusLocal)
}

// print prints an answer.
func print(p *printer.Printer, warn func(string), m *rtnl.Msg) {
	cmd, attrs, ok := m.Generic()
	if !ok {
		return
	}
	var tb [attrAlgorithm + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(attrs)
	p.OpenObject("")
	switch cmd {
	case cmdHMACs:
		printHMAC(p, warn, at)
	case cmdGetTunsrc:
		if addr := at.Get(attrDst); len(addr) >= 16 {
			var b [48]byte
			p.Bytes(printer.None, "tunsrc", "tunsrc addr %s\n", format.AppendIPv6(b[:0], addr))
		}
	}
	p.CloseObject()
	p.EndRecord()
}

func printHMAC(p *printer.Printer, warn func(string), at rtnl.Attrs) {
	n, _ := at.U8(attrSecretLen)
	if n > maxSecret {
		warn("HMAC secret length " + string(format.AppendIntLeft(nil, int64(n), 0)) + " > 63, truncated")
		n = maxSecret
	}
	secret, _ := at.Bytes(attrSecret)
	secret = secret[:min(int(n), len(secret))]
	id, _ := at.U32(attrKeyID)
	p.Uint("hmac", "hmac %u ", uint64(id))
	algo := "<unknown>"
	switch v, _ := at.U8(attrAlgorithm); v {
	case algoSHA1:
		algo = "sha1"
	case algoSHA256:
		algo = "sha256"
	}
	p.String("algo", "algo %s ", algo)
	p.Bytes(printer.None, "secret", "secret \"%s\"\n", secret)
}
