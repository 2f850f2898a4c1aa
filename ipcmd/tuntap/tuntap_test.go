package tuntap

import (
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/namespace/nstest"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

func TestMain(m *testing.M) { os.Exit(nstest.Main(m)) }

func TestParse(t *testing.T) {
	const tun, tap, noPI = unix.IFF_TUN, unix.IFF_TAP, unix.IFF_NO_PI
	plain := func(name string, flags uint16) device { return device{name, flags, nobody, nobody} }
	for _, c := range []struct {
		words  string
		owners bool
		want   device
		code   int
		text   string
	}{
		{"t0 mode tun", true, plain("t0", tun|noPI), 0, ""},
		{"m ta", true, plain("", tap|noPI), 0, ""},
		{"mode t", true, plain("", tun|noPI), 0, ""},
		{"dev t0 dev t1 mode tap", true, plain("t1", tap|noPI), 0, ""},
		{"name t0 dev t1 mode tap", true, plain("t1", tap|noPI), 0, ""},
		{"n mode mode tap", true, plain("mode", tap|noPI), 0, ""},
		{"t0 mode tun p o v mu", true, plain("t0", tun|unix.IFF_ONE_QUEUE|unix.IFF_VNET_HDR|unix.IFF_MULTI_QUEUE), 0, ""},
		{"t0 mode tap user 1000 group -2", true, device{"t0", tap | noPI, 1000, ^uint32(1)}, 0, ""},
		{"t0 mode tap user root", true, device{"t0", tap | noPI, 0, nobody}, 0, ""},
		{"t0 mode tap user -1", true, plain("t0", tap|noPI), 0, ""},
		{"", true, device{}, 1, "You failed to specify a tunnel mode"},
		{"t0", false, device{}, 1, "You failed to specify a tunnel mode"},
		{"t0 mode", true, device{}, 255, `Command line is not complete. Try option "help"`},
		{"t0 mode foo", true, device{}, 255, `Unknown tunnel mode "foo"`},
		{"mode tun mode tap", true, device{}, 255, "You managed to ask for more than one tunnel mode."},
		{"t0 t1", true, device{}, 255, `Error: either "name" is duplicate, or "t1" is a garbage.`},
		{"dev t0 name t1", true, device{}, 255, `Error: either "name" is duplicate, or "t1" is a garbage.`},
		{"t0 mode tap user 1", false, device{}, 255, `Error: either "name" is duplicate, or "user" is a garbage.`},
		{"dev a/b", true, device{}, 255, `Error: argument "a/b" is wrong: "dev" not a valid ifname`},
		{"aaaaaaaaaaaaaaaa", true, device{}, 255, `Error: argument "aaaaaaaaaaaaaaaa" is wrong: "name" not a valid ifname`},
		{"user nosuchuser", true, device{}, 255, `invalid user "nosuchuser"`},
		{"group 1x", true, device{}, 255, `invalid group "1x"`},
		{"t0 help", true, device{}, 255, strings.TrimSuffix(usage, "\n")},
	} {
		got, err := parse(strings.Fields(c.words), c.owners)
		if code, text := applet.Status(err); code != c.code || text != c.text {
			t.Errorf("%q: %d %q, want %d %q", c.words, code, text, c.code, c.text)
		} else if err == nil && got != c.want {
			t.Errorf("%q: %+v, want %+v", c.words, got, c.want)
		}
	}
}

// link makes a RTM_NEWLINK of a tun; attributes are pairs of type and value.
func link(typ uint16, name, kind string, attrs ...uint32) []byte {
	r := rtnl.NewRequest(unix.RTM_NEWLINK, 0)
	r.Link(unix.AF_UNSPEC, typ, 7, 0, 0)
	r.Str(unix.IFLA_IFNAME, name)
	info := r.Nest(unix.IFLA_LINKINFO)
	r.Str(unix.IFLA_INFO_KIND, kind)
	data := r.Nest(unix.IFLA_INFO_DATA)
	for i := 0; i < len(attrs); i += 2 {
		switch t := uint16(attrs[i]); t {
		case unix.IFLA_TUN_OWNER, unix.IFLA_TUN_GROUP:
			r.U32(t, attrs[i+1])
		default:
			r.U8(t, uint8(attrs[i+1]))
		}
	}
	r.End(data)
	r.End(info)
	return slices.Clone(r.Bytes())
}

func TestShow(t *testing.T) {
	stream := slices.Concat(
		link(unix.ARPHRD_ETHER, "tap0", "tun", unix.IFLA_TUN_TYPE, unix.IFF_TAP, unix.IFLA_TUN_PERSIST, 1),
		link(unix.ARPHRD_ETHER, "v0", "veth"),
		link(unix.ARPHRD_LOOPBACK, "odd", "tun", unix.IFLA_TUN_TYPE, unix.IFF_TAP),
		link(unix.ARPHRD_NONE, "t1", "tun", unix.IFLA_TUN_TYPE, unix.IFF_TUN, unix.IFLA_TUN_PI, 1,
			unix.IFLA_TUN_VNET_HDR, 1, unix.IFLA_TUN_MULTI_QUEUE, 1,
			unix.IFLA_TUN_OWNER, 0, unix.IFLA_TUN_GROUP, 1000),
	)
	const second = "t1: tun pi multi_queue vnet_hdr filter user 0 group 1000"
	for _, c := range []struct {
		name string
		opt  object.Options
		want string
	}{
		{"text", object.Options{}, "tap0: tap persist\n" + second + "\n"},
		{"colour", object.Options{Color: printer.Light}, "\x1b[36mtap0:\x1b[0m tap persist\n\x1b[36mt1:\x1b[0m" + second[3:] + "\n"},
		{"json", object.Options{JSON: true}, `[{"ifname":"tap0","flags":["tap","persist"]},` +
			`{"ifname":"t1","flags":["tun","pi","multi_queue","vnet_hdr","filter"],"user":0,"group":1000}]` + "\n"},
	} {
		out := new(strings.Builder)
		ctx := &object.Context{
			Env:  &applet.Env{Stdout: applet.NewOutput(out), Stderr: new(strings.Builder)},
			Opt:  c.opt,
			Dial: func() (rtnl.Conn, error) { return rtnl.NewReplay(stream), nil },
		}
		if err := Main(ctx, nil); err != nil {
			t.Error(err)
		}
		ctx.Env.Stdout.Flush()
		if out.String() != c.want {
			t.Errorf("%s:\ngot  %q\nwant %q", c.name, out, c.want)
		}
	}
}

func TestProcesses(t *testing.T) {
	r := row{device: device{"t0", unix.IFF_TUN | unix.IFF_NO_PI, nobody, nobody},
		processes: []process{{"qemu", 5}, {"a b", 60}}}
	for _, c := range []struct {
		mode printer.Mode
		want string
	}{
		{printer.Mode{}, "t0: tun\n\tAttached to processes:qemu(5)a b(60)\n"},
		{printer.Mode{Oneline: true}, "t0: tun\\\tAttached to processes:qemu(5)a b(60)\n"},
		{printer.Mode{JSON: true}, `{"ifname":"t0","flags":["tun"],"processes":[{"name":"qemu","pid":5},{"name":"a b","pid":60}]}`},
	} {
		out := new(strings.Builder)
		printRow(printer.New(out, c.mode), &r, true)
		if out.String() != c.want {
			t.Errorf("got %q, want %q", out, c.want)
		}
	}
}

func TestAttachedTo(t *testing.T) {
	for info, want := range map[string][]string{
		"": nil,
		"pos:\t0\nflags:\t0100002\nmnt_id:\t23\n": nil,
		"pos:\t0\niff:\ttap0\n":                   {"tap0"},
		"iff:\n":                                  nil,
		"iffy:\tx\niff:\ta\niff:\tb":              {"a", "b"},
	} {
		if got := attachedTo(info); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", info, got, want)
		}
	}
}

// ip runs the object against the kernel.
func ip(t *testing.T, words string) string {
	t.Helper()
	out := new(strings.Builder)
	c := &object.Context{Env: &applet.Env{Stdout: applet.NewOutput(out), Stderr: out}}
	defer c.Close()
	if err := Main(c, strings.Fields(words)); err != nil {
		out.WriteString(err.Error())
	}
	c.Env.Stdout.Flush()
	return out.String()
}

func TestKernel(t *testing.T) {
	fd, err := unix.Open(driver, unix.O_RDWR, 0)
	if err != nil {
		t.Skip(driver, ": ", err)
	}
	unix.Close(fd)
	nstest.World(t, func() {
		var got []string
		for _, words := range []string{
			"add t0 mode tun",
			"add t0 mode tun",
			"add t1 mode tap pi vnet_hdr multi_queue user 0 group 0",
			"show",
			"del t0 mode tap",
			"del t0 mode tun",
			"del nosuch mode tun",
			"del t1 mode tap multi_queue",
			"show",
		} {
			got = append(got, ip(t, words))
		}
		want := []string{
			"",
			"ioctl(TUNSETIFF): Device or resource busy",
			"",
			"t0: tun persist\nt1: tap pi multi_queue vnet_hdr persist filter user 0 group 0\n",
			"ioctl(TUNSETIFF): Invalid argument",
			"", "", "", "",
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
	})
}

func FuzzLink(f *testing.F) {
	f.Add(link(unix.ARPHRD_NONE, "t1", "tun", unix.IFLA_TUN_TYPE, unix.IFF_TUN, unix.IFLA_TUN_OWNER, 0))
	f.Fuzz(func(t *testing.T, stream []byte) {
		p := printer.New(new(strings.Builder), printer.Mode{})
		rtnl.NewReplay(stream).Each(func(m *rtnl.Msg) error {
			if r, ok := parseLink(m); ok {
				printRow(p, &r, false)
			}
			return nil
		})
	})
}
