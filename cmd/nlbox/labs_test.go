package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// labTimes are what differs from run to run.
var labTimes = regexp.MustCompile(`time=[0-9.]+ ms|time [0-9]+ms`)

// TestLabs rehearses testdata/labs/*.lab, with the map of their ends, as root and
// as an ordinary user.
func TestLabs(t *testing.T) {
	labs, err := filepath.Glob("testdata/labs/*.lab")
	if err != nil || len(labs) < 3 {
		t.Fatal(labs, err)
	}
	for _, file := range labs {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		golden := strings.TrimSuffix(file, ".lab") + ".golden"
		for _, user := range []bool{false, true} {
			l := newLab(t, map[string]string{"x.lab": string(text)}, "--lab", "x.lab", "--map")
			if user {
				l.asUser()
			}
			status := l.run(t)
			got := labTimes.ReplaceAllString(l.out.String()+l.errs.String(), "time=N ms")
			if status != 0 {
				t.Errorf("%s: status %d", file, status)
			}
			if *update {
				if err := os.WriteFile(golden, []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(golden)
			if err != nil {
				t.Fatal(err)
			}
			if got != string(want) {
				t.Errorf("%s (ordinary user: %v): got:\n%s", file, user, got)
			}
		}
	}
}

// TestPrintLab: the lab that is printed is the one that is rehearsed without a
// file.
func TestPrintLab(t *testing.T) {
	printed := newLab(t, nil, "--print-lab", "article")
	if status := printed.run(t); status != 0 || printed.errs.Len() > 0 {
		t.Fatal(status, printed.errs.String())
	}
	hosts := `for h in master slave gateway; do echo $h; done; ip -br addr show eth0 | cut -d' ' -f1; ip route`
	l := newLab(t, map[string]string{"x.lab": printed.out.String()}, "--lab", "x.lab", "--on", "slave", hosts)
	own := newLab(t, nil, "--on", "slave", hosts)
	if status := l.run(t); status != 0 {
		t.Errorf("status %d\n%s", status, l.errs.String())
	}
	if status := own.run(t); status != 0 || own.out.Len() == 0 {
		t.Errorf("status %d\n%s", status, own.errs.String())
	}
	if !strings.Contains(l.out.String(), "100% packet loss") || !strings.Contains(l.out.String(), " 0% packet loss") {
		t.Errorf("not the article's story:\n%s", l.out.String())
	}
	status, _, errs := call(nil, "rehearse", "--print-lab", "nope")
	if status != usageStatus || !strings.Contains(errs, `there is no lab "nope"`) {
		t.Errorf("%d %q", status, errs)
	}
}

// TestCapture: what passed stands in the files.
func TestCapture(t *testing.T) {
	l := newLab(t, nil, "--pcap", "cap", "--on", "master", "ping -n -c 1 10.211.55.123")
	if status := l.run(t); status != 0 {
		t.Fatal(status, l.errs.String())
	}
	for _, cable := range []string{"lan-master-eth0", "lan-slave-eth0", "lan-gateway-eth0"} {
		b, err := os.ReadFile(filepath.Join(l.Dir, "cap", cable+".pcap"))
		if err != nil {
			t.Fatal(err)
		}
		echo := strings.Contains(string(b), "\x0a\xd3\x37\x7a\x0a\xd3\x37\x7b\x08\x00")
		if len(b) < 24 || string(b[:4]) != "\xd4\xc3\xb2\xa1" || echo != (cable != "lan-gateway-eth0") {
			t.Errorf("%s: %d bytes, an echo request: %v", cable, len(b), echo)
		}
	}
}

func TestLabErrors(t *testing.T) {
	for lab, want := range map[string]string{
		"lan a\nhost h\n\tinterface eth0 b\n": `x.lab: line 3: h eth0: there is no LAN "b"`,
		"lan a\nhost h\n":                     "what is to be done in this lab?",
	} {
		l := newLab(t, map[string]string{"x.lab": lab}, "--lab", "x.lab")
		if status := l.run(t); status != usageStatus || !strings.Contains(l.errs.String(), want) {
			t.Errorf("%q: %d %q", lab, status, l.errs.String())
		}
	}
}
