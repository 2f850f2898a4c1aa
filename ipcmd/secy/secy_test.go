package secy

import (
	"errors"
	"strings"
	"testing"

	"github.com/nlbox/nlbox/internal/words"
)

func TestReadChannel(t *testing.T) {
	for _, c := range []struct {
		line               string
		portOnly, optional bool
		sci                [8]byte
		port               uint16
		given              bool
		rest, err          string
	}{
		{"sci 0102030405060708 on", false, false, [8]byte{1, 2, 3, 4, 5, 6, 7, 8}, 0, true, "on", ""},
		{"port 5 address 02:00:00:00:00:09 x", false, false, [8]byte{2, 5: 9, 7: 5}, 5, true, "x", ""},
		{"address 2:0:0:0:0:9 port 0x102", false, false, [8]byte{2, 5: 9, 6: 1, 7: 2}, 0x102, true, "", ""},
		{"address 1.2.3.4 port 1", false, false, [8]byte{1, 2, 3, 4, 7: 1}, 1, true, "", ""},
		{"port 5", false, false, [8]byte{}, 0, false, "", "expected sci"},
		{"port 5 x", true, true, [8]byte{}, 5, true, "x", ""},
		{"address 2 x", true, true, [8]byte{}, 0, true, "x", ""},
		{"x", true, true, [8]byte{}, 0, false, "x", ""},
		{"", true, true, [8]byte{}, 0, false, "", ""},
		{"", false, false, [8]byte{}, 0, false, "", "expected sci"},
		{"x", false, false, [8]byte{}, 0, false, "x", `Error: argument "x" is wrong: expected sci, port, or address`},
		{"port 5 sci 1", false, false, [8]byte{}, 0, false, "", `Error: argument "sci" is wrong: expected address`},
		{"address 2 sci 1", false, false, [8]byte{}, 0, false, "", `Error: argument "sci" is wrong: expected port`},
		{"sci", false, false, [8]byte{}, 0, false, "", `Command line is not complete. Try option "help"`},
		{"address 02:zz", false, false, [8]byte{}, 0, false, "", "\"zz\" is invalid lladdr.\nError: argument \"02\" is wrong: expected lladdr"},
	} {
		cur := words.New(strings.Fields(c.line))
		ch, given, err := ReadChannel(cur, c.portOnly, c.optional)
		if err != nil {
			if err.Error() != c.err {
				t.Errorf("%s: %v, want %q", c.line, err, c.err)
			}
			if c.err == "expected sci" && !errors.Is(err, ErrIncomplete) {
				t.Errorf("%s: not ErrIncomplete", c.line)
			}
			continue
		}
		if ch.SCI != c.sci || ch.Port != c.port || given != c.given || strings.Join(cur.Rest(), " ") != c.rest || c.err != "" {
			t.Errorf("%s: %v %v, rest %q", c.line, ch, given, cur.Rest())
		}
	}
}

func TestNames(t *testing.T) {
	for _, word := range []string{"gcm-aes-128", "GCM-AES-256", "gcm-aes-xpn-128", "GCM-AES-XPN-256"} {
		id, ok := CipherID(word)
		if name := CipherName(id); !ok || name != strings.ToUpper(word) || HasXPN(id) != strings.Contains(name, "XPN") {
			t.Errorf("%s: %#x %v %s", word, id, ok, name)
		}
	}
	if id, ok := CipherID("default"); !ok || CipherName(id) != "GCM-AES-128" {
		t.Errorf("default: %#x", id)
	}
	if _, ok := CipherID("Gcm-aes-128"); ok || CipherName(5) != Unknown || NameOf(Offloads(), 3) != Unknown || NameOf(Validations(), 2) != "strict" {
		t.Error("names")
	}
	for word, want := range map[string]bool{"0": true, "3": true, "0x3": true, "4": false, "x": false, "": false} {
		if _, err := AN(word); (err == nil) != want {
			t.Errorf("%q: %v", word, err)
		}
	}
}
