package link_test

import (
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

// tunnelForms renders a tunnel once with each of the sets of attributes.
func tunnelForms(t *testing.T, name string, forms ...func(r *rtnl.Request)) {
	t.Helper()
	render(t, name, kindForms, func(s *objecttest.Stream) {
		for i, attrs := range forms {
			s.Link(int32(i)+1, "t"+string(rune('0'+i)), func(r *rtnl.Request) {
				objecttest.Kind(r, name, func() { attrs(r) })
			})
		}
		s.Link(9, "none", func(r *rtnl.Request) { objecttest.Kind(r, name, nil) })
	})
}

// encap appends how a tunnel is wrapped into UDP, in four attributes from first.
func encap(r *rtnl.Request, first, typ, flags, sport, dport uint16) {
	r.U16(first, typ)
	r.U16(first+1, flags)
	r.BE16(first+2, sport)
	r.BE16(first+3, dport)
}

func TestGRE(t *testing.T) {
	const ( // linux/if_tunnel.h
		link = 1 + iota
		iflags
		oflags
		ikey
		okey
		local
		remote
		ttl
		tos
		pmtudisc
		_
		_
		_
		encapType
		_
		_
		_
		metadata
		ignoreDF
		fwmark
		erspanIndex
		erspanVer
		erspanDir
		erspanHwid
	)
	forms := []func(r *rtnl.Request){
		func(r *rtnl.Request) {
			r.Attr(remote, v4)
			r.Attr(local, v4b)
			r.U32(link, 2)
			r.U8(ttl, 64)
			r.U8(tos, 0x10)
			r.U8(pmtudisc, 0)
			r.U8(ignoreDF, 1)
			r.BE16(iflags, 0xb000)
			r.BE16(oflags, 0xb000)
			r.Attr(ikey, v4)
			r.Attr(okey, v4b)
			r.U32(fwmark, 0x2a)
			encap(r, encapType, 1, 0, 0, 5555)
		},
		func(r *rtnl.Request) {
			r.Flag(metadata)
			r.Attr(remote, make([]byte, 4))
			r.Attr(local, v6)
			r.U8(tos, 1)
			r.U8(pmtudisc, 1)
			r.BE16(iflags, 0x2000)
			r.Attr(ikey, v4)
			r.Attr(okey, v4)
			encap(r, encapType, 2, 7, 1000, 2000)
		},
		func(r *rtnl.Request) {
			r.U32(erspanIndex, 123)
			r.U8(erspanVer, 2)
			r.U8(erspanDir, 1)
			r.U16(erspanHwid, 17)
			encap(r, encapType, 3, 2, 0, 0)
		},
		func(r *rtnl.Request) {
			r.U8(erspanDir, 0)
			r.U32(link, 0)
			r.U32(fwmark, 0)
			encap(r, encapType, 0, 7, 1, 1)
		},
	}
	for _, name := range []string{"gre", "gretap", "erspan"} {
		tunnelForms(t, name, forms...)
	}
}

// The flags of tunnels over IPv6 (linux/ip6_tunnel.h).
var tunnel6Flags = []uint32{0, 0x7f}

func TestGRE6(t *testing.T) {
	const (
		link, iflags, oflags, ikey, okey         = 1, 2, 3, 4, 5
		local, remote, ttl, encapLimit, flowinfo = 6, 7, 8, 11, 12
		flags, encapType, fwmark, erspanHwid     = 13, 14, 20, 24
	)
	for _, name := range []string{"ip6gre", "ip6gretap", "ip6erspan"} {
		var forms []func(r *rtnl.Request)
		for _, f := range tunnel6Flags {
			forms = append(forms, func(r *rtnl.Request) {
				r.Attr(remote, v6)
				r.Attr(local, v6b)
				r.U32(link, 2)
				r.U8(ttl, uint8(f))
				r.U8(encapLimit, 4)
				r.BE32(flowinfo, 0x6abcdef)
				r.U32(flags, f)
				r.BE16(iflags, 0x3000)
				r.BE16(oflags, 0x8000)
				r.Attr(ikey, v4)
				r.Attr(okey, v4b)
				r.U32(fwmark, 5)
				r.U16(erspanHwid, 3)
				encap(r, encapType, 2, 1, 0, 7)
			})
		}
		tunnelForms(t, name, append(forms, func(r *rtnl.Request) { r.Attr(remote, v4) })...)
	}
}

func TestIPTunnels(t *testing.T) {
	const ( // linux/if_tunnel.h
		link, local, remote, ttl, tos                    = 1, 2, 3, 4, 5
		encapLimit, flowinfo, flags, proto               = 6, 7, 8, 9
		pmtudisc, prefix, relay, prefixLen, relayLen     = 10, 11, 12, 13, 14
		encapType, metadata, fwmark                      = 15, 19, 20
		protoAny, protoIPIP, protoIPv6, protoMPLS, other = 0, 4, 41, 137, 99
	)
	forms := []func(r *rtnl.Request){
		func(r *rtnl.Request) {
			r.Attr(remote, v4)
			r.Attr(local, v4b)
			r.U32(link, 2)
			r.U8(ttl, 64)
			r.U8(tos, 1)
			r.U8(proto, protoIPv6)
			r.U8(pmtudisc, 1)
			r.U16(flags, 1)
			r.Attr(prefix, v6b)
			r.Attr(relay, v4)
			r.U16(prefixLen, 32)
			r.U16(relayLen, 8)
			r.U32(fwmark, 9)
			encap(r, encapType, 1, 0, 0, 7)
		},
		func(r *rtnl.Request) {
			r.Flag(metadata)
			r.U8(proto, protoIPIP)
			r.U8(pmtudisc, 0)
			r.Attr(prefix, v6b)
			r.Attr(relay, make([]byte, 4))
			r.U16(prefixLen, 16)
			r.U16(relayLen, 0)
		},
		func(r *rtnl.Request) { r.U8(proto, protoMPLS) },
		func(r *rtnl.Request) { r.U8(proto, protoAny) },
		func(r *rtnl.Request) { r.U8(proto, other) },
	}
	tunnelForms(t, "ipip", forms...)
	tunnelForms(t, "sit", forms...)

	var forms6 []func(r *rtnl.Request)
	for _, f := range tunnel6Flags {
		for _, p := range []uint8{protoAny, protoIPIP, protoIPv6, protoMPLS} {
			forms6 = append(forms6, func(r *rtnl.Request) {
				r.Attr(remote, v6)
				r.Attr(local, v6b)
				r.U32(link, 2)
				r.U8(ttl, p)
				r.U8(encapLimit, 4)
				r.BE32(flowinfo, 0x6abcdef)
				r.U32(flags, f)
				r.U8(proto, p)
				r.U32(fwmark, 5)
				encap(r, encapType, 1, 4, 0, 7)
			})
		}
	}
	tunnelForms(t, "ip6tnl", forms6...)
}

func TestVTI(t *testing.T) {
	const link, ikey, okey, local, remote, fwmark = 1, 2, 3, 4, 5, 6 // linux/if_tunnel.h
	for _, name := range []string{"vti", "vti6"} {
		tunnelForms(t, name,
			func(r *rtnl.Request) {
				r.Attr(remote, v4)
				r.Attr(local, v6)
				r.U32(link, 2)
				r.Attr(ikey, v4)
				r.Attr(okey, v4b)
				r.U32(fwmark, 9)
			},
			func(r *rtnl.Request) { r.U32(ikey, 0); r.U32(okey, 0); r.Attr(remote, make([]byte, 16)) })
	}
}

func TestGeneve(t *testing.T) {
	tunnelForms(t, "geneve",
		func(r *rtnl.Request) {
			r.U32(unix.IFLA_GENEVE_ID, 7)
			r.Attr(unix.IFLA_GENEVE_REMOTE, v4)
			r.U8(unix.IFLA_GENEVE_TTL, 0)
			r.U8(unix.IFLA_GENEVE_TOS, 4)
			r.U8(unix.IFLA_GENEVE_DF, 1)
			r.BE32(unix.IFLA_GENEVE_LABEL, 77)
			r.BE16(unix.IFLA_GENEVE_PORT, 6081)
			r.U8(unix.IFLA_GENEVE_UDP_CSUM, 1)
			r.U8(unix.IFLA_GENEVE_UDP_ZERO_CSUM6_TX, 0)
			r.U8(unix.IFLA_GENEVE_UDP_ZERO_CSUM6_RX, 0)
			r.Flag(unix.IFLA_GENEVE_INNER_PROTO_INHERIT)
		},
		func(r *rtnl.Request) {
			r.Flag(unix.IFLA_GENEVE_COLLECT_METADATA)
			r.Attr(unix.IFLA_GENEVE_REMOTE6, v6)
			r.U8(unix.IFLA_GENEVE_TTL_INHERIT, 1)
		},
		func(r *rtnl.Request) { r.Attr(unix.IFLA_GENEVE_REMOTE6, []byte{0xff, 15: 1}) })
}

func TestMACsec(t *testing.T) {
	forms := []func(r *rtnl.Request){}
	for i, id := range []uint64{0x0080020001000001, 0x0080c20001000001, 0x0080c20001000002, 0x0080c20001000003, 0x0080c20001000004, 5} {
		forms = append(forms, func(r *rtnl.Request) {
			r.Attr(unix.IFLA_MACSEC_SCI, []byte{1, 2, 3, 4, 5, 6, 0xab, 0xcd})
			r.U64(unix.IFLA_MACSEC_CIPHER_SUITE, id)
			numbers8(r, unix.IFLA_MACSEC_ICV_LEN, unix.IFLA_MACSEC_ENCODING_SA, unix.IFLA_MACSEC_PROTECT)
			r.U8(unix.IFLA_MACSEC_VALIDATION, uint8(i))
			r.U8(unix.IFLA_MACSEC_OFFLOAD, uint8(i))
			for k, attr := range []uint16{unix.IFLA_MACSEC_ENCRYPT, unix.IFLA_MACSEC_INC_SCI, unix.IFLA_MACSEC_ES, unix.IFLA_MACSEC_SCB, unix.IFLA_MACSEC_REPLAY_PROTECT} {
				r.U8(attr, uint8(i+k)%2)
			}
			r.U32(unix.IFLA_MACSEC_WINDOW, 1<<31+5)
		})
	}
	tunnelForms(t, "macsec", forms...)
}

func TestRareKinds(t *testing.T) {
	tunnelForms(t, "xfrm",
		func(r *rtnl.Request) { r.U32(unix.IFLA_XFRM_LINK, 2); r.U32(unix.IFLA_XFRM_IF_ID, 42) },
		func(r *rtnl.Request) { r.Flag(unix.IFLA_XFRM_COLLECT_METADATA) })
	tunnelForms(t, "hsr",
		func(r *rtnl.Request) {
			r.U32(unix.IFLA_HSR_SLAVE1, 2)
			r.U32(unix.IFLA_HSR_SLAVE2, 9)
			r.U16(unix.IFLA_HSR_SEQ_NR, 65000)
			r.Attr(unix.IFLA_HSR_SUPERVISION_ADDR, mac)
			r.U8(unix.IFLA_HSR_PROTOCOL, 1)
		},
		func(r *rtnl.Request) { r.U32(unix.IFLA_HSR_SLAVE1, 77) })
	tunnelForms(t, "bareudp",
		func(r *rtnl.Request) {
			r.BE16(unix.IFLA_BAREUDP_PORT, 6635)
			r.BE16(unix.IFLA_BAREUDP_ETHERTYPE, unix.ETH_P_MPLS_UC)
			r.U16(unix.IFLA_BAREUDP_SRCPORT_MIN, 1000)
			r.Flag(unix.IFLA_BAREUDP_MULTIPROTO_MODE)
		},
		func(r *rtnl.Request) { r.BE16(unix.IFLA_BAREUDP_ETHERTYPE, 0x1234) })
	tunnelForms(t, "amt",
		func(r *rtnl.Request) { // linux/amt.h
			r.U32(1, 1)
			r.BE16(2, 2268)
			r.BE16(3, 2269)
			r.U32(4, 9)
			r.Attr(5, v4)
			r.Attr(6, v4b)
			r.Attr(7, make([]byte, 4))
			r.U32(8, 128)
		},
		func(r *rtnl.Request) { r.U32(1, 0); r.U32(4, 0) })
	tunnelForms(t, "rmnet", func(r *rtnl.Request) { r.U16(unix.IFLA_RMNET_MUX_ID, 3) })
	tunnelForms(t, "dsa", func(r *rtnl.Request) { r.U32(unix.IFLA_DSA_CONDUIT, 9) })
	tunnelForms(t, "wwan", func(r *rtnl.Request) { r.U32(1, 4) })
	tunnelForms(t, "ipoib",
		func(r *rtnl.Request) {
			r.U16(unix.IFLA_IPOIB_PKEY, 0x80ff)
			r.U16(unix.IFLA_IPOIB_MODE, 1)
			r.U16(unix.IFLA_IPOIB_UMCAST, 0x1f)
		},
		func(r *rtnl.Request) { r.U16(unix.IFLA_IPOIB_PKEY, 0); r.U16(unix.IFLA_IPOIB_MODE, 9) },
		func(r *rtnl.Request) { r.U16(unix.IFLA_IPOIB_PKEY, 5) })
	// The original ends in a crash on a GTP device without attributes.
	kind(t, "gtp", func(r *rtnl.Request) {
		r.U32(unix.IFLA_GTP_ROLE, 1)
		r.U32(unix.IFLA_GTP_PDP_HASHSIZE, 131072)
		r.U8(unix.IFLA_GTP_RESTART_COUNT, 255)
	})
}
