package printer

import (
	"encoding/json"
	"io"
	"strings"
	"testing"
)

// sample prints one record with every kind of field.
func sample(m Mode) string {
	var out strings.Builder
	p := New(&out, m)
	p.Open()
	p.OpenObject("")
	p.Int("ifindex", "%d: ", 7)
	p.ColorString(Ifname, "ifname", "%s: ", "eth0")
	p.OpenArray("flags", "<")
	p.String("", "%s,", "UP")
	p.String("", "%s", "LOWER_UP")
	p.CloseArray("> ")
	p.Uint("mtu", "mtu %d ", 1500)
	p.NL()
	p.ColorString(MAC, "address", "%-20s|", "02:00:00:00:00:01")
	p.Hex0x("id", " id %#x", 0x1f)
	p.Hex0x("mask", " mask %#x", 0)
	p.Hex("port", " port %04x", 0x80)
	p.OnOff("arp", " arp %s", true)
	p.Bool("ok", " ok %s", false)
	p.Null("permanent", " %s", "PERM")
	p.Float("timer", " timer %7.2f", 1.5)
	p.OpenArray("empty", "")
	p.CloseArray("")
	p.OpenObject("none")
	p.CloseObject()
	p.Text("\n")
	p.CloseObject()
	p.Close()
	return out.String()
}

func TestForms(t *testing.T) {
	for _, c := range []struct {
		name string
		mode Mode
		want string
	}{
		{"text", Mode{}, "7: eth0: <UP,LOWER_UP> mtu 1500 \n02:00:00:00:00:01   | id 0x1f mask 0 port 0080 arp on ok false PERM timer 1.50\n"},
		{"oneline", Mode{Oneline: true}, "7: eth0: <UP,LOWER_UP> mtu 1500 \\02:00:00:00:00:01   | id 0x1f mask 0 port 0080 arp on ok false PERM timer 1.50\n"},
		{"colour", Mode{Palette: Light}, "7: \x1b[36meth0: \x1b[0m<UP,LOWER_UP> mtu 1500 \n\x1b[33m02:00:00:00:00:01   |\x1b[0m id 0x1f mask 0 port 0080 arp on ok false PERM timer 1.50\n"},
		{"json", Mode{JSON: true, Palette: Dark}, `[{"ifindex":7,"ifname":"eth0","flags":["UP","LOWER_UP"],"mtu":1500,"address":"02:00:00:00:00:01","id":"0x1f","mask":"0","port":"80","arp":true,"ok":false,"permanent":null,"timer":1.5,"empty":[],"none":{}}]` + "\n"},
	} {
		if got := sample(c.mode); got != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
}

// Pretty JSON has iproute2's layout: arrays inline, members on lines of their
// own, objects of an array behind each other.
func TestPretty(t *testing.T) {
	var out strings.Builder
	p := New(&out, Mode{JSON: true, Pretty: true})
	p.Open()
	for range 2 {
		p.OpenObject("")
		p.Uint("a", "", 1)
		p.OpenArray("b", "")
		p.String("", "", "x")
		p.String("", "", "y")
		p.CloseArray("")
		p.OpenArray("c", "")
		p.CloseArray("")
		p.OpenObject("d")
		p.CloseObject()
		p.CloseObject()
	}
	p.Close()
	const one = `{
        "a": 1,
        "b": [ "x","y" ],
        "c": [ ],
        "d": {}
    }`
	if want := "[ " + one + "," + one + " ]\n"; out.String() != want {
		t.Errorf("got\n%s\nwant\n%s", out.String(), want)
	}
}

func TestEmptyDocument(t *testing.T) {
	for pretty, want := range map[bool]string{false: "[]\n", true: "[ ]\n"} {
		var out strings.Builder
		p := New(&out, Mode{JSON: true, Pretty: pretty})
		p.Open()
		p.Close()
		if out.String() != want {
			t.Errorf("got %q, want %q", out.String(), want)
		}
	}
}

func TestTerminalSafety(t *testing.T) {
	var out strings.Builder
	p := New(&out, Mode{Terminal: true})
	p.String("ifname", "%s ", "a\x1b[2Jb")
	p.Bytes(None, "ifalias", "%s", []byte("c\x07d"))
	p.EndRecord()
	if out.String() != "a?[2Jb c?d" {
		t.Errorf("got %q", out.String())
	}
}

func TestPalette(t *testing.T) {
	for v, want := range map[string]Palette{
		"": Light, "15;0": Dark, "0;15": Light, "15;default;8": Dark, "7": Light, "1;7": Light, "1;6": Dark, "1;66": Light,
	} {
		if got := PaletteFor(v); got != want {
			t.Errorf("%q: got %v", v, got)
		}
	}
}

func TestG(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0", 1.5: "1.5", 299.96: "299.96", 1e6: "1e+06", 123456: "123456", 1234567: "1.23457e+06", 0.0001: "0.0001", 0.00001: "1e-05", -2: "-2",
	} {
		if got := string(appendG(nil, v)); got != want {
			t.Errorf("%v: got %s, want %s", v, got, want)
		}
	}
}

func TestNoAllocations(t *testing.T) {
	for _, mode := range []Mode{{}, {JSON: true}, {Terminal: true, Palette: Dark}} {
		p := New(io.Discard, mode)
		name := []byte("eth0")
		n := testing.AllocsPerRun(100, func() {
			p.Bytes(Ifname, "ifname", "%-16s ", name)
			p.Uint("mtu", "mtu %d ", 1500)
			p.String("qdisc", "qdisc %s ", "noqueue")
			p.EndRecord()
		})
		if n != 0 {
			t.Errorf("%+v: %v allocations a record", mode, n)
		}
	}
}

// Whatever a value holds, the document is JSON.
func FuzzJSON(f *testing.F) {
	f.Add("eth0", "a\x00\"\\\xff")
	f.Fuzz(func(t *testing.T, a, b string) {
		var out strings.Builder
		p := New(&out, Mode{JSON: true})
		p.Open()
		p.OpenObject("")
		p.String("name", "%s", a)
		p.String("other", "%s", b)
		p.CloseObject()
		p.Close()
		if !json.Valid([]byte(out.String())) {
			t.Errorf("not JSON: %q", out.String())
		}
	})
}

func TestLiteral(t *testing.T) {
	for _, c := range []struct {
		mode Mode
		want string
	}{{Mode{}, "timer    0.00 "}, {Mode{JSON: true}, `[{"timer":   0.00}]` + "\n"}} {
		var b strings.Builder
		p := New(&b, c.mode)
		p.Open()
		p.OpenObject("")
		p.Literal("timer", "timer %s ", []byte("   0.00"))
		p.CloseObject()
		p.Close()
		if b.String() != c.want {
			t.Errorf("got %q, want %q", b.String(), c.want)
		}
	}
}

// TestIntWithoutSign: %u takes the sign of a number of 32 bits away, in text.
func TestIntWithoutSign(t *testing.T) {
	for json, want := range map[bool]string{false: "4294967295 2147483648 -1 7", true: `{"a":-1,"b":-2147483648,"c":-1,"d":7}`} {
		var out strings.Builder
		p := New(&out, Mode{JSON: json})
		p.OpenObject("")
		p.Int("a", "%u", -1)
		p.Int("b", " %u", -1<<31)
		p.Int("c", " %d", -1)
		p.Int("d", " %u", 7)
		p.CloseObject()
		p.EndRecord()
		if out.String() != want {
			t.Errorf("got %q, want %q", out.String(), want)
		}
	}
}
