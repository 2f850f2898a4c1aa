package l2tp_test

import (
	"encoding/binary"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/l2tp"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

var mains = objecttest.Mains{"l2tp": l2tp.Main}

func TestChanges(t *testing.T) {
	var commands []string
	for line := range strings.Lines(changeLines) {
		if line = strings.TrimSpace(line); line != "" {
			line = strings.Replace(line, "TUN", "tunnel tunnel_id 1 peer_tunnel_id 2", 1)
			line = strings.Replace(line, "ENDS", "local 10.0.0.1 remote 10.0.0.2", 1)
			line = strings.Replace(line, "SES", "session tunnel_id 1 session_id 3 peer_session_id 4", 1)
			commands = append(commands, "ip l2tp "+line)
		}
	}
	objecttest.Changes(t, "testdata/changes.golden", &objecttest.Stream{}, mains, commands...)
}

const changeLines = `
	add TUN ENDS udp_sport 5000 udp_dport 6000
	a tunnel tid 0x10 ptid 0x20 ENDS encap udp udp_sport 5000 udp_dport 6000
	add TUN ENDS encap ip
	add TUN ENDS encap ip udp_sport 1 udp_csum on
	add TUN ENDS encap udp encap ip
	add TUN local fd00::1 remote fd00::2 udp_sport 5000 udp_dport 6000
	add TUN local fd00::1 remote fd00::2 encap ip
	add TUN local fd00::1 remote 10.0.0.2 encap ip
	add TUN local any remote 10.0.0.2 encap ip
	add TUN local 10.0.0.1 remote any encap ip
	add TUN local default remote 10.0.0.2 encap ip
	add TUN local all remote all encap ip
	add TUN local 10.1 remote 10.2 encap ip
	add TUN local 10.0.0.1/24 remote 10.0.0.2 encap ip
	add TUN local x remote 10.0.0.2 encap ip
	add TUN remote x
	add TUN local
	add TUN local 10.0.0.1 encap ip
	add TUN remote 10.0.0.1 encap ip
	add TUN encap ip
	add TUN ENDS
	add TUN ENDS udp_sport 1
	add TUN ENDS udp_dport 1
	add TUN ENDS udp_sport 1 udp_dport 2 udp_csum on
	add TUN ENDS udp_sport 1 udp_dport 2 udp_csum on udp_csum off
	add TUN ENDS udp_sport 1 udp_dport 2 udp6_csum_tx off
	add TUN ENDS udp_sport 1 udp_dport 2 udp6_csum_rx off
	add TUN ENDS udp_sport 1 udp_dport 2 udp6_csum_rx off udp6_csum_tx off udp6_csum_rx on
	add TUN ENDS udp_sport 65535 udp_dport 0xffff
	add TUN ENDS udp_sport 65536
	add TUN ENDS udp_dport x
	add TUN ENDS udp_sport
	add TUN udp_csum x
	add TUN udp6_csum_tx o
	add TUN udp6_csum_rx ""
	add TUN udp_csum
	add TUN encap x
	add TUN encap IP
	add TUN encap
	add tunnel
	add tunnel tunnel_id 1
	add tunnel peer_tunnel_id 1
	add tunnel tunnel_id 0 peer_tunnel_id 1
	add tunnel tunnel_id x
	add tunnel tunnel_id 4294967296
	add tunnel tunnel_id -1
	add tunnel tunnel_id
	add tunnel peer_tunnel_id x
	add tunnel ptid x
	add SES
	add session tid 1 sid 3 psid 4
	add SES peer_tunnel_id 9
	add SES name l2tpeth7
	add SES name a/b
	add SES name ""
	add SES name abcdefghijklmnopq
	add SES name
	add SES cookie 01234567
	add SES cookie 0123456789ABCDEF peer_cookie deadbeef
	add SES peer_cookie 0123456789abcdef
	add SES cookie 0123456
	add SES cookie 012345678
	add SES cookie 0123456g
	add SES peer_cookie 1
	add SES peer_cookie zzzzzzzz
	add SES cookie
	add SES seq both
	add SES seq BOTH
	add SES seq send
	add SES seq recv
	add SES seq none
	add SES seq send seq recv
	add SES seq both seq none
	add SES seq x
	add SES seq
	add SES l2spec_type none
	add SES l2spec_type NONE
	add SES l2spec_type Default
	add SES l2spec_type x
	add SES l2spec_type
	add SES offset 5
	add SES peer_offset 5 offset x
	add SES offset
	add session
	add session tunnel_id 1
	add session tunnel_id 1 session_id 1
	add session tunnel_id 1 peer_session_id 1
	add session session_id x
	add session peer_session_id x
	add session session_id 1 peer_session_id 1
	add TUN ENDS encap ip session session_id 3 peer_session_id 4
	add tunnel session tunnel_id 1 session_id 3 peer_session_id 4
	add tunnel_id 1
	add
	add help
	add h
	add SES help
	add SES nosuch
	add tun
	add ""
	del tunnel tunnel_id 1
	d tunnel tid 1
	del tunnel
	del tunnel tunnel_id 1 peer_tunnel_id 5 udp_sport 1
	del session tunnel_id 1 session_id 2
	del session session_id 2
	del session tunnel_id 1
	del tunnel tunnel_id 1 session_id 2
	del tunnel session tunnel_id 1 session_id 2
	del
	del tunnel_id 1
	del nosuch
	show
	show nosuch
	show tunnel nosuch
	show tunnel tunnel_id
	show tunnel_id 1
	show help
	set
	help
	he
	nosuch
	""
`

const (
	tunnelGet  = 4
	sessionGet = 8
)

// tunnels are tunnels and sessions in several forms. A message has everything
// that the one before it has, since the original keeps what it read.
func tunnels() *objecttest.Stream {
	var s objecttest.Stream
	v6 := func(last byte) []byte { return []byte{0xfd, 15: last} }
	ids := func(r *rtnl.Request, n uint32) {
		r.U32(9, n)
		r.U32(10, n+1)
	}
	s.Generic(tunnelGet, 1, func(r *rtnl.Request) {
		ids(r, 10)
		r.U8(7, 3)
		r.U16(2, 0)
		r.Attr(24, []byte{10, 0, 0, 1})
		r.Attr(25, []byte{10, 0, 0, 2})
		r.U16(26, 5000)
		r.U16(27, 65535)
		r.U8(13, 1)
	})
	s.Generic(tunnelGet, 1, func(r *rtnl.Request) {
		ids(r, 4294967290)
		r.U16(2, 0)
		r.Attr(24, []byte{10, 0, 0, 3})
		r.Attr(25, []byte{10, 0, 0, 4})
		r.U16(26, 1)
		r.U16(27, 2)
		r.U8(13, 0)
	})
	for i := range uint32(4) {
		s.Generic(tunnelGet, 1, func(r *rtnl.Request) {
			ids(r, 20+i)
			r.U16(2, 0)
			r.Attr(31, v6(1))
			r.Attr(32, v6(byte(i)))
			r.U16(26, 1)
			r.U16(27, 2)
			if i&1 != 0 {
				r.Flag(33)
			}
			if i&2 != 0 {
				r.Flag(34)
			}
		})
	}
	for i := range uint16(2) {
		s.Generic(tunnelGet, 1, func(r *rtnl.Request) {
			ids(r, 30)
			r.U16(2, 1+i)
			r.Attr(24, []byte{10, 0, 0, 1})
			r.Attr(32, v6(9))
		})
	}
	for i := range uint32(4) {
		s.Generic(sessionGet, 1, func(r *rtnl.Request) {
			ids(r, 10)
			r.U32(11, 7+i)
			r.U32(12, 9+i)
			r.U16(1, 5)
			r.U8(18, uint8(i&1))
			r.U8(19, uint8(i>>1))
			if i > 0 {
				r.Str(8, "l2tpeth"+string('0'+rune(i)))
				r.Attr(15, []byte{1, 2, 0xab, 0xcd, 5, 6, 7, 8}[:4*(1+i%2)])
			}
			if i > 1 {
				r.Attr(16, []byte{0xff, 2, 3, 4, 5, 6, 7, 8}[:4*(1+i/3)])
			}
			if i > 2 {
				r.U64(22, 1500)
			}
			objecttest.Nest(r, 30, func() { r.U64(1, 5) })
		})
	}
	return &s
}

func TestShow(t *testing.T) {
	commands := []string{}
	for _, words := range []string{"show tunnel", "show session"} {
		for _, options := range []string{"", "-o ", "-j ", "-j -p ", "-s ", "-d ", "-c ", "-c -o "} {
			commands = append(commands, "ip "+options+"l2tp "+words)
		}
	}
	commands = append(commands, "ip l2tp list tunnel tunnel_id 10", "ip l2tp lst tunnel", "ip l2tp s session tid 10 sid 8",
		"ip l2tp show session session", "ip l2tp show session seq both", "ip l2tp show session tunnel")
	objecttest.Golden(t, "testdata/show.golden", tunnels(), mains, commands...)
	objecttest.Golden(t, "testdata/show_none.golden", &objecttest.Stream{}, mains,
		"ip l2tp show tunnel", "ip l2tp show session", "ip -j l2tp show tunnel", "ip -j -p l2tp show session")
}

// TestShowAlone: a session has no cookie but its own. (The original shows that
// of an earlier one.)
func TestShowAlone(t *testing.T) {
	var s objecttest.Stream
	s.Generic(sessionGet, 1, func(r *rtnl.Request) { r.U32(11, 1); r.Attr(15, []byte{1, 2, 3, 4}); r.Str(8, "eth1") })
	s.Generic(sessionGet, 1, func(r *rtnl.Request) { r.U32(11, 2) })
	out, _ := objecttest.Render(s.Bytes(), mains, "ip l2tp show session")
	want := "Session 1 in tunnel 0\n  Peer session 0, tunnel 0\n  interface name: eth1\n  offset 0, peer offset 0\n  cookie 01020304\n" +
		"Session 2 in tunnel 0\n  Peer session 0, tunnel 0\n  offset 0, peer offset 0\n\n"
	if string(out) != want {
		t.Errorf("got %q\nwant %q", out, want)
	}
}

// TestShowBroken: an address of a strange length ends the dump.
func TestShowBroken(t *testing.T) {
	var s objecttest.Stream
	s.Generic(tunnelGet, 1, func(r *rtnl.Request) { r.Attr(24, []byte{1, 2, 3}) })
	objecttest.Golden(t, "testdata/show_broken.golden", &s, mains, "ip l2tp show tunnel")
}

func FuzzShow(f *testing.F) {
	rtnl.NewReplay(tunnels().Bytes()).Each(func(m *rtnl.Msg) error {
		f.Add(m.Data)
		return nil
	})
	f.Fuzz(func(t *testing.T, b []byte) {
		m := make([]byte, unix.SizeofNlMsghdr)
		binary.NativeEndian.PutUint32(m, uint32(len(m)+len(b)))
		binary.NativeEndian.PutUint16(m[4:], objecttest.Family)
		m = append(m, b...)
		for _, command := range []string{"ip l2tp show tunnel", "ip -j l2tp show tunnel", "ip l2tp show session", "ip -j l2tp show session"} {
			objecttest.Render(m, mains, command)
		}
	})
}

func FuzzChange(f *testing.F) {
	for line := range strings.Lines(changeLines) {
		f.Add(strings.TrimSpace(line))
	}
	f.Fuzz(func(t *testing.T, line string) {
		run := objecttest.Discard(nil)
		run.Replay.Family = objecttest.Family
		run.Main(l2tp.Main, line)
	})
}
