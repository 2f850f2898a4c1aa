package topology

import (
	"bytes"
	"encoding/xml"
	"flag"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/nlbox/nlbox/internal/snapshot"
)

var update = flag.Bool("update", false, "write the goldens; look at them before they are committed")

func read(t testing.TB) *snapshot.Snapshot {
	t.Helper()
	f, err := os.Open("testdata/article.json")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	s, err := snapshot.Read(f)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestDrawings: the drawings of one network, and of two machines on a LAN.
func TestDrawings(t *testing.T) {
	s := read(t)
	one := Build([]Site{{Snapshot: s}}, nil)
	two := Build([]Site{{"master", s}, {"slave", s}}, []LAN{{"lan", []Member{{"master", "eth0"}, {"slave", "eth0"}}}})
	for file, got := range map[string]string{
		"one.txt": one.ASCII(), "one.mmd": one.Mermaid(), "one.dot": one.DOT(), "one.svg": one.SVG(),
		"two.txt": two.ASCII(), "two.svg": two.SVG(),
	} {
		file = "testdata/" + file
		if *update {
			if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if got != string(want) {
			t.Errorf("%s: got:\n%s", file, got)
		}
		if strings.ContainsRune(got, '\x1b') {
			t.Errorf("%s holds a control character", file)
		}
	}
}

func TestASCIIWidth(t *testing.T) {
	m := Build([]Site{{"a-machine-with-a-name-that-is-rather-long", read(t)}}, nil)
	m.Boxes[0].Routes = append(m.Boxes[0].Routes, strings.Repeat("long ", 40))
	for line := range strings.Lines(m.ASCII()) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n != columns {
			t.Errorf("%d columns: %q", n, line)
		}
	}
}

func TestSVGIsXML(t *testing.T) {
	d := xml.NewDecoder(strings.NewReader(Build([]Site{{Snapshot: read(t)}}, nil).SVG()))
	for {
		if _, err := d.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

func TestNatural(t *testing.T) {
	names := []string{"eth10", "eth2", "br0", "eth2.7", "eth002", "eth", "a1b2", "a1b10"}
	slices.SortStableFunc(names, natural)
	if got := strings.Join(names, " "); got != "a1b2 a1b10 br0 eth eth2 eth002 eth2.7 eth10" {
		t.Error(got)
	}
}

// FuzzBuild: any snapshot can be drawn.
func FuzzBuild(f *testing.F) {
	text, err := os.ReadFile("testdata/article.json")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(text)
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := snapshot.Read(bytes.NewReader(text))
		if err != nil {
			return
		}
		m := Build([]Site{{"x", s}}, []LAN{{"lan", []Member{{"x", "eth0"}, {"y", "eth0"}}}})
		for _, out := range []string{m.ASCII(), m.Mermaid(), m.DOT(), m.SVG()} {
			if strings.ContainsRune(out, '\x1b') {
				t.Error("a control character")
			}
		}
	})
}
