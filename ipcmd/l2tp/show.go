package l2tp

import (
	"encoding/hex"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// show shows all tunnels or all sessions: the kernel does not look at the ids
// that a dump is sent with, and neither does the original.
func show(c *object.Context, d *door, p *params) error {
	var r *rtnl.Request
	print := printTunnel
	switch {
	case p.session:
		r = d.request(cmdGetSession)
		if p.tunnelID != 0 && p.sessionID != 0 {
			r.U32(attrTunnel, p.tunnelID)
			r.U32(attrSession, p.sessionID)
		}
		print = printSession
	case p.tunnel:
		r = d.request(cmdGetTunnel)
		if p.tunnelID != 0 {
			r.U32(attrTunnel, p.tunnelID)
		}
	default:
		return words.Missing("tunnel or session")
	}
	out := c.Printer()
	out.Open()
	defer out.Close()
	err := d.conn.Dump(r, func(m *rtnl.Msg) error {
		one := *p
		if !one.decode(m) {
			return object.Abort(object.StatusLocal, "Dump terminated")
		}
		print(out, &one)
		out.EndRecord()
		return nil
	})
	return object.DumpFailed(err, object.StatusLocal)
}

// decode reads a message of the kernel; what it does not have stays as the words
// of the command left it. ok is false for an address of a strange length.
func (p *params) decode(m *rtnl.Msg) (ok bool) {
	_, attrs, ok := m.Generic()
	if !ok {
		return false
	}
	var tb [attrNoChecksum6Rx + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(attrs)
	for _, n := range [...]struct {
		attr int
		into *uint32
	}{
		{attrTunnel, &p.tunnelID}, {attrPeerTunnel, &p.peerTunnelID},
		{attrSession, &p.sessionID}, {attrPeerSession, &p.peerSessionID},
	} {
		if v, ok := at.U32(n.attr); ok {
			*n.into = v
		}
	}
	for _, n := range [...]struct {
		attr int
		into *uint16
	}{
		{attrEncap, &p.encap}, {attrLocalPort, &p.localPort}, {attrPeerPort, &p.peerPort},
	} {
		if v, ok := at.U16(n.attr); ok {
			*n.into = v
		}
	}
	p.decodeSession(at)
	p.checksum6Tx, p.checksum6Rx = !at.Has(attrNoChecksum6Tx), !at.Has(attrNoChecksum6Rx)
	return p.local.decode(at, attrLocal4, attrLocal6) && p.peer.decode(at, attrPeer4, attrPeer6)
}

func (p *params) decodeSession(at rtnl.Attrs) {
	for _, n := range [...]struct {
		attr int
		into *bool
	}{
		{attrChecksum, &p.checksum}, {attrRecvSeq, &p.recvSeq}, {attrSendSeq, &p.sendSeq},
	} {
		if v, ok := at.U8(n.attr); ok {
			*n.into = v != 0
		}
	}
	if b := at.Get(attrCookie); b != nil {
		p.cookie = b
	}
	if b := at.Get(attrPeerCookie); b != nil {
		p.peerCookie = b
	}
	if v, ok := at.U64(attrTimeout); ok {
		p.timeout = uint32(v) // an int of the original
	}
	if name, ok := at.Str(attrInterface); ok {
		p.name, p.hasName = name, true
	}
}

func (a *addr) decode(at rtnl.Attrs, attr4, attr6 int) bool {
	family, attr := unix.AF_INET, attr4
	if !at.Has(attr4) {
		family, attr = unix.AF_INET6, attr6
	}
	a.family = family
	b := at.Get(attr)
	if b == nil {
		return true
	}
	a.set(family, b)
	return len(b)*8 == format.FamilyBits(family)
}

func printTunnel(out *printer.Printer, p *params) {
	encap := "??"
	switch p.encap {
	case encapUDP:
		encap = "UDP"
	case encapIP:
		encap = "IP"
	}
	out.OpenObject("")
	out.Uint("tunnel_id", "Tunnel %u,", uint64(p.tunnelID))
	out.String("encap", " encap %s", encap)
	out.NL()
	printAddr(out, "local", "  From %s ", &p.local)
	printAddr(out, "peer", "to %s", &p.peer)
	out.NL()
	out.Uint("peer_tunnel", "  Peer tunnel %u", uint64(p.peerTunnelID))
	out.NL()
	if p.encap == encapUDP {
		out.Text("  UDP source / dest ports:")
		out.Uint("local_port", " %u", uint64(p.localPort))
		out.Uint("peer_port", "/%u", uint64(p.peerPort))
		out.NL()
		printChecksum(out, p)
	}
	out.CloseObject()
}

func printAddr(out *printer.Printer, key, text string, a *addr) {
	var buf [64]byte
	out.Bytes(printer.None, key, text, format.AppendAddr(buf[:0], a.family, a.bytes()))
}

// printChecksum prints whether packets have a checksum: over IPv6 this is one
// question for each direction.
func printChecksum(out *printer.Printer, p *params) {
	if out.JSON() {
		if p.local.family == unix.AF_INET {
			out.Bool("checksum", "", p.checksum)
			return
		}
		out.Bool("checksum_tx", "", p.checksum6Tx)
		out.Bool("checksum_rx", "", p.checksum6Rx)
		return
	}
	tx, rx := p.checksum6Tx, p.checksum6Rx
	if p.local.family == unix.AF_INET {
		tx, rx = p.checksum, p.checksum
	}
	word := "disabled"
	switch {
	case tx && rx:
		word = "enabled"
	case tx:
		word = "tx"
	case rx:
		word = "rx"
	}
	out.String("", "  UDP checksum: %s\n", word)
}

func printSession(out *printer.Printer, p *params) {
	out.OpenObject("")
	out.Uint("session_id", "Session %u", uint64(p.sessionID))
	out.Uint("tunnel_id", " in tunnel %u", uint64(p.tunnelID))
	out.NL()
	out.Uint("peer_session_id", "  Peer session %u,", uint64(p.peerSessionID))
	out.Uint("peer_tunnel_id", " tunnel %u", uint64(p.peerTunnelID))
	out.NL()
	if p.hasName {
		out.ColorString(printer.Ifname, "interface", "  interface name: %s", p.name)
		out.NL()
	}
	// The kernel has no offsets any more; the original shows them to old scripts.
	out.Text("  offset 0, peer offset 0\n")
	printCookie(out, "cookie", "  cookie %s", p.cookie)
	printCookie(out, "peer_cookie", "  peer cookie %s", p.peerCookie)
	if p.timeout != 0 {
		out.Uint("reorder_timeout", "  reorder timeout: %u", uint64(p.timeout))
	}
	if p.sendSeq || p.recvSeq {
		out.NL()
		out.Text("  sequence numbering:")
		if p.sendSeq {
			out.Null("send_seq", " send", "")
		}
		if p.recvSeq {
			out.Null("recv_seq", " recv", "")
		}
	}
	out.Text("\n")
	out.CloseObject()
}

// printCookie prints a cookie: 8 bytes, or the first 4 of any other length.
func printCookie(out *printer.Printer, key, text string, b []byte) {
	if len(b) == 0 {
		return
	}
	if len(b) != 8 {
		b = b[:min(len(b), 4)]
	}
	out.String(key, text, hex.EncodeToString(b))
}
