package tunnel

import (
	"reflect"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

func TestParse(t *testing.T) {
	r := objecttest.New(nil)
	for _, c := range []struct {
		line string
		want params
		base string
	}{
		{"gre1", params{name: "gre1", proto: protoGRE, fragOff: dontFragment}, "gre0"},
		{"name ipip5 remote 10.0.0.1 local any ttl 64 tos inherit dev if9",
			params{name: "ipip5", proto: protoIPIP, remote: [4]byte{10, 0, 0, 1}, ttl: 64, tos: 1, link: 9, fragOff: dontFragment}, "tunl0"},
		{"t mode gre key 5 seq icsum nopmtudisc", params{name: "t", proto: protoGRE,
			gre: gre{greKey | greSeq | greCsum, greKey | greSeq, 5, 5}}, "gre0"},
		{"t mode gre ikey 1.2.3.4 okey 0x10 oseq", params{name: "t", proto: protoGRE, fragOff: dontFragment,
			gre: gre{greKey, greKey | greSeq, 0x01020304, 0x10}}, "gre0"},
		{"t mode vti key 1", params{name: "t", proto: protoIPIP, fragOff: dontFragment, gre: gre{greKey | isVTI, greKey, 1, 1}}, "ip_vti0"},
		{"isatap0 d inherit/10", params{name: "isatap0", proto: protoIPv6, fragOff: dontFragment, tos: 0x11, gre: gre{inFlags: isISATAP}}, "sit0"},
		{"t mode gre remote 224.0.0.5 local 10.0.0.1", params{name: "t", proto: protoGRE, fragOff: dontFragment,
			remote: [4]byte{224, 0, 0, 5}, local: [4]byte{10, 0, 0, 1}, gre: gre{greKey, greKey, 0xe0000005, 0xe0000005}}, "gre0"},
		{"foo", params{name: "foo", fragOff: dontFragment}, ""},
	} {
		got, err := parse(r.Context, ioctlAdd, strings.Fields(c.line))
		if err != nil || !reflect.DeepEqual(*got, c.want) || got.base() != c.base {
			t.Errorf("%s:\ngot  %+v, %v\nwant %+v", c.line, got, err, c.want)
			continue
		}
		var back params
		if back.read(got.bytes()); !reflect.DeepEqual(back, c.want) {
			t.Errorf("%s comes back as %+v", c.line, back)
		}
	}
}

func TestParse6(t *testing.T) {
	r := objecttest.New(nil)
	for _, c := range []struct {
		line string
		want params6
		base string
	}{
		{"t", params6{name: "t", proto: protoIPv6, hopLimit: 64, encapLimit: 4}, "ip6tnl0"},
		{"t mode ip6gre encaplimit none hoplimit 9 tclass 12 flowlabel abcde key 7", params6{name: "t", proto: protoGRE, hopLimit: 9,
			encapLimit: 4, flags: noEncapLimit, flowInfo: 0x12abcde, gre: gre{greKey, greKey, 7, 7}}, "ip6gre0"},
		{"t mode vti6 tc inherit fl inherit dscp inherit allow-localremote dev if9", params6{name: "t", proto: protoIPv6, hopLimit: 64,
			encapLimit: 4, link: 9, flags: inheritClass | inheritFlowLabel | inheritDSCP | allowLocalRemote, gre: gre{inFlags: isVTI}}, "ip6_vti0"},
		{"t remote ::1 local any", params6{name: "t", proto: protoIPv6, hopLimit: 64, encapLimit: 4, remote: [16]byte{15: 1}}, "ip6tnl0"},
	} {
		got, err := parse6(r.Context, ioctlAdd, newParams6(), strings.Fields(c.line))
		if err != nil || !reflect.DeepEqual(*got, c.want) || got.base() != c.base {
			t.Errorf("%s:\ngot  %+v, %v\nwant %+v", c.line, got, err, c.want)
			continue
		}
		var back params6
		if back.read(got.bytes()); !reflect.DeepEqual(back, c.want) {
			t.Errorf("%s comes back as %+v", c.line, back)
		}
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		family int
		line   string
		status int
		want   string
	}{
		{0, "add t mode foo", 255, `Unknown tunnel mode "foo"`},
		{0, "add t mode gre mode sit", 255, "You managed to ask for more than one tunnel mode."},
		{0, "add t mode sit key 5", 1, "Keys are not allowed with ipip and sit tunnels"},
		{0, "add t mode gre key x", 255, `invalid value for "key": "x"; it should be an unsigned integer`},
		{0, "add t mode gre ttl 300", 255, "Error: argument \"300\" is wrong: invalid TTL\n"},
		{0, "add t mode gre tos zz/5", 255, `Error: argument "zz" is wrong: bad TOS value`},
		{0, "add t mode gre ttl 5 nopmtudisc", 1, "ttl != 0 and nopmtudisc are incompatible"},
		{0, "add t mode gre remote 224.0.0.5", 1, "A broadcast tunnel requires a source address"},
		{0, "add t remote x", 1, `Error: an IP address is expected rather than "x"`},
		{0, "add foo", 1, "cannot determine tunnel mode (ipip, gre, vti or sit)"},
		{0, "add t t2", 255, `Error: either "name" is duplicate, or "t2" is a garbage.`},
		{0, "add t dev nosuch", 1, `Cannot find device "nosuch"`},
		{0, "prl dev v0 prl-default 1.1.1.1 prl-delete 1.1.1.2", 255, "One PRL entry at a time"},
		{0, "prl foo", 255, `Invalid PRL parameter "foo"`},
		{0, "6rd 6rd-prefix fd00::/8", 255, "Must specify device"},
		{0, "6rd foo", 255, `Invalid 6RD parameter "foo"`},
		{0, "foo", 255, `Command "foo" is unknown, try "ip tunnel help"`},
		{0, "add mode ip6gre flowlabel fffff0", 255, `Error: argument "fffff0" is wrong: invalid Flowlabel`},
		{unix.AF_INET6, "add t dscp x", 255, `Error: argument "x" is wrong: not inherit`},
		{unix.AF_INET6, "add t tclass zz", 255, `Error: argument "zz" is wrong: invalid TClass`},
		{unix.AF_INET6, "add t remote 10.0.0.1", 1, `Error: inet6 address is expected rather than "10.0.0.1".`},
		{unix.AF_INET6, "prl", 255, `Command "prl" is unknown, try "ip -f inet6 tunnel help".`},
		{unix.AF_MPLS, "show", 255, "Unsupported protocol family: 28"},
	} {
		r := objecttest.New(nil)
		r.Opt.Family = c.family
		if status, said := r.Main(Main, c.line); status != c.status || said != c.want+"\n" {
			t.Errorf("%s: %d %q, want %d %q", c.line, status, said, c.status, c.want)
		}
		if r.Opt.Family != c.family {
			t.Errorf("%s leaves the family %d", c.line, r.Opt.Family)
		}
	}
}

// printed is what f prints.
func printed(json bool, f func(*object.Context, *printer.Printer)) string {
	r := objecttest.New(nil)
	r.Opt.JSON = json
	p := r.Printer()
	f(r.Context, p)
	p.EndRecord()
	return r.Output()
}

func TestPrint(t *testing.T) {
	full := &tunnel{dev: "v0", routers: []router{{[4]byte{10, 0, 0, 9}, true}, {[4]byte{10, 0, 0, 8}, false}},
		rapid: rapidPrefix{prefix: [16]byte{0x20, 1}, prefixLen: 32, relay: [4]byte{10}, relayLen: 8}}
	full.params = params{name: "t", proto: protoIPv6, tos: 0x11, ttl: 64}
	for _, c := range []struct {
		t    *tunnel
		want string
	}{
		{&tunnel{params: params{name: "g", proto: protoGRE, fragOff: dontFragment, remote: [4]byte{10, 0, 0, 1},
			gre: gre{greKey | greSeq, greKey | greCsum, 5, 5}}},
			"g: gre/ip remote 10.0.0.1 local any ttl inherit key 5\n  Drop packets out of sequence.\n  Checksum output packets."},
		{&tunnel{params: params{name: "g", proto: protoIPIP, tos: 1, gre: gre{greKey, 0, 5, 0}}},
			"g: ip/ip remote any local any ttl inherit tos inherit nopmtudisc ikey 5"},
		{full, "t: ipv6/ip remote any local any pdr 10.0.0.9 pr 10.0.0.8 dev v0 ttl 64 tos inherit/0x10 nopmtudisc" +
			" 6rd-prefix 2001::/32 6rd-relay_prefix 10.0.0.0/8"},
	} {
		got := printed(false, func(ctx *object.Context, p *printer.Printer) { print(p, newView(ctx), c.t) })
		if got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
	six := &params6{name: "t", proto: protoGRE, encapLimit: 4, flowInfo: 0x12abcde, flags: allowLocalRemote, gre: gre{greSeq, 0, 0, 0}}
	for json, want := range map[bool]string{
		false: "t: gre/ipv6 remote :: local :: dev v0 encaplimit 4 hoplimit inherit tclass 0x12 flowlabel 0xabcde" +
			" (flowinfo 0x012abcde) allow-localremote\n  Drop packets out of sequence.",
		true: `{"ifname":"t","mode":"gre/ipv6","remote":"::","local":"::","link":"v0","encap_limit":4,"tclass":"0x12",` +
			`"flowlabel":"0xabcde","flowinfo":"0x012abcde","ip6_tnl_f_allow_local_remote":null,"flags":["rx_drop_ooseq"]}`,
	} {
		got := printed(json, func(ctx *object.Context, p *printer.Printer) { print6(p, newView(ctx), six, "v0") })
		if got != want {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	}
}

func TestStats(t *testing.T) {
	s := make([]uint64, 25)
	for i := range s {
		s[i] = uint64(i)
	}
	want := "\nRX: Packets    Bytes        Errors CsumErrs OutOfSeq Mcasts\n" +
		"    0          2            4      13       14       8       \n" +
		"TX: Packets    Bytes        Errors DeadLoop NoRoute  NoBufs\n" +
		"    1          3            5      9        17       7     "
	if got := string(appendStats(nil, s, false)); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func FuzzPrint(f *testing.F) {
	f.Add((&params{name: "t", proto: protoGRE}).bytes(), newParams6B())
	f.Fuzz(func(t *testing.T, four, six []byte) {
		r := objecttest.Discard(nil)
		if len(four) >= paramsSize {
			full := &tunnel{}
			full.params.read(four)
			print(r.Printer(), newView(r.Context), full)
		}
		if len(six) >= params6Size {
			var p6 params6
			p6.read(six)
			print6(r.Printer(), newView(r.Context), &p6, "")
		}
	})
}

func newParams6B() []byte {
	t := newParams6()
	return t.bytes()
}
