package hwtype

import (
	"testing"
)

func TestTable(t *testing.T) {
	for i := range Count() {
		h := At(i)
		if h.Name == "" || h.Title == "" {
			t.Errorf("%+v", h)
		}
		if byName, ok := ByName(h.Name); !ok || byName.Kind != h.Kind {
			t.Errorf("%s: %+v", h.Name, byName)
		}
		byKind, ok := ByKind(h.Kind)
		if h.Kind == Unspecified {
			if ok {
				t.Error("no device has this type: ", byKind.Name)
			}
		} else if !ok || byKind.Name != h.Name {
			t.Errorf("%d: %+v", h.Kind, byKind)
		}
	}
	if Unspec().Kind != Unspecified {
		t.Error(Unspec().Name)
	}
	if _, ok := ByName("nosuch"); ok {
		t.Error("a type of no name")
	}
}

// TestParse looks at what is special beyond the tests of arp, whose entries go
// through the same readers.
func TestParse(t *testing.T) {
	for _, c := range []struct {
		name, word string
		complaint  string
		ok         bool
		want       Addr
	}{
		{"ether", "02:11", "", true, Addr{2, 0x11, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9}},
		{"ether", "02:1g", "", false, Addr{2, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9}},
		{"tunnel", "1", "", false, Addr{9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9}},
		{"loop", "1", "", false, Addr{9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9}},
		{"ash", "z", "Malformed Ash address", false, Addr{0x15, 0xc9, 0xc9, 0xc9, 0xc9, 0xc9, 0xc9, 0xc9, 0xc9, 0xc9, 0xc9, 0xc9, 0xc9, 0xc9}},
	} {
		h, _ := ByName(c.name)
		a := Addr{9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9}
		complaint, ok := h.Parse(c.word, &a)
		if complaint != c.complaint || ok != c.ok || a != c.want {
			t.Errorf("%s %s: %q %v %x", c.name, c.word, complaint, ok, a)
		}
	}
}

func TestReadable(t *testing.T) {
	for name, want := range map[string]bool{"ether": true, "tunnel": true, "loop": false, "dlci": false} {
		if h, _ := ByName(name); h.Readable() != want {
			t.Error(name)
		}
	}
}

func TestAppendHex(t *testing.T) {
	for name, want := range map[string]string{"ether": "x0a:bc", "fddi": "x0A-BC", "eui64": "x0A:BC"} {
		h, _ := ByName(name)
		if got := string(h.AppendHex([]byte("x"), []byte{10, 0xbc})); got != want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("02:00:00:00:00:05", 7)
	f.Add("123/2", 23)
	f.Fuzz(func(t *testing.T, word string, i int) {
		var a Addr
		At((i&0xff)%Count()).Parse(word, &a)
	})
}
