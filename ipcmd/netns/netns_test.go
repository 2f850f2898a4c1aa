package netns

import (
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

func TestParseListID(t *testing.T) {
	for _, c := range []struct {
		words string
		want  listIDArgs
		err   string
	}{
		{"", listIDArgs{-1, -1}, ""},
		{"nsid 5", listIDArgs{-1, 5}, ""},
		{"target-nsid 0x10 nsid 010", listIDArgs{16, 8}, ""},
		{"nsid", listIDArgs{}, `Command line is not complete. Try option "help"`},
		{"nsid x", listIDArgs{}, `Error: argument "x" is wrong: "nsid" value is invalid`},
		{"nsid 2147483648", listIDArgs{}, `Error: argument "2147483648" is wrong: "nsid" value is invalid`},
		{"nsid -1", listIDArgs{}, `Error: argument "(null)" is wrong: "nsid" value should be >= 0`},
		{"target-nsid -1 nsid", listIDArgs{}, `Error: argument "nsid" is wrong: "target-nsid" value should be >= 0`},
		{"nsid 1 nsid 2", listIDArgs{}, `Error: duplicate "nsid": "nsid" is the second value.`},
		{"target-nsid 1 target-nsid 2", listIDArgs{}, `Error: duplicate "target-nsid": "target-nsid" is the second value.`},
		{"target 1", listIDArgs{}, strings.TrimSuffix(usage, "\n")},
	} {
		got, err := parseListID(strings.Fields(c.words))
		if err == nil && (got != c.want || c.err != "") || err != nil && err.Error() != c.err {
			t.Errorf("%q: got %v, %v; want %v, %s", c.words, got, err, c.want, c.err)
		}
	}
}

func TestParseNSID(t *testing.T) {
	for _, c := range []struct {
		word string
		want int32
		err  string
	}{
		{"auto", -1, ""},
		{"0", 0, ""},
		{"0x7fffffff", 0x7fffffff, ""},
		{"-1", 0, `Error: argument "-1" is wrong: "netnsid" value should be >= 0`},
		{"a", 0, `Error: argument "a" is wrong: Invalid "netnsid" value`},
		{"", 0, `Error: argument "" is wrong: Invalid "netnsid" value`},
		{"1x", 0, `Error: argument "1x" is wrong: Invalid "netnsid" value`},
	} {
		got, err := parseNSID(c.word)
		if err == nil && (got != c.want || c.err != "") || err != nil && err.Error() != c.err {
			t.Errorf("%q: got %v, %v; want %v, %s", c.word, got, err, c.want, c.err)
		}
	}
}

// message makes a RTM_NEWNSID or RTM_DELNSID message.
func message(typ uint16, id int32, current ...int32) []byte {
	r := rtnl.NewRequest(typ, 0)
	r.Gen(unix.AF_UNSPEC)
	r.U32(unix.NETNSA_NSID, uint32(id))
	for _, c := range current {
		r.U32(unix.NETNSA_CURRENT_NSID, uint32(c))
	}
	return append([]byte(nil), r.Bytes()...)
}

func TestPrintNSID(t *testing.T) {
	var stream []byte
	for _, m := range [][]byte{
		message(unix.RTM_NEWNSID, 5),
		message(unix.RTM_NEWNSID, 6, 7),
		message(unix.RTM_NEWNSID, 9, -1),
		message(unix.RTM_DELNSID, 3),
		message(unix.RTM_NEWNSID, -1, 8),
	} {
		stream = append(stream, m...)
	}
	for _, c := range []struct {
		name string
		mode printer.Mode
		want string
	}{
		{"text", printer.Mode{}, `nsid 5 (iproute2 netns name: five)
nsid 6 current-nsid 7 (iproute2 netns name: seven)
nsid 9 current-nsid unassigned 
Deleted nsid 3 (iproute2 netns name: three)
nsid unassigned current-nsid 8 
`},
		{"json", printer.Mode{JSON: true}, `[{"nsid":5,"name":"five"},{"nsid":6,"current-nsid":7,"name":"seven"},` +
			`{"nsid":9},{"deleted":true,"nsid":3,"name":"three"},{"current-nsid":8}]` + "\n"},
	} {
		var out strings.Builder
		known := namespace.FixedNames(map[int32]string{3: "three", 5: "five", 7: "seven"})
		p := printer.New(&out, c.mode)
		p.Open()
		err := namespace.DumpNSIDs(rtnl.NewReplay(stream), -1, func(n namespace.NSID) error {
			PrintNSID(p, n, NSIDName(known, n))
			return nil
		})
		p.Close()
		if err != nil || out.String() != c.want {
			t.Errorf("%s: %v\ngot  %q\nwant %q", c.name, err, out.String(), c.want)
		}
	}
}

// A name that was taken is not known any more: the original goes through the
// directory then.
func TestNameOnce(t *testing.T) {
	known := namespace.FixedNames(map[int32]string{5: "five"})
	if name := NSIDName(known, namespace.NSID{ID: 5}); name != "five" {
		t.Errorf("first: %q", name)
	}
	if name, ok := known.Name(5); ok {
		t.Errorf("still known: %q", name)
	}
}

func TestPrintNamed(t *testing.T) {
	var out strings.Builder
	p := printer.New(&out, printer.Mode{})
	printNamed(p, "a b", -1)
	printNamed(p, "c", 0)
	if got := out.String(); got != "a b\nc (id: 0)\n" {
		t.Errorf("got %q", got)
	}
}

// The words are checked before anything is done.
func TestWords(t *testing.T) {
	for _, c := range []struct {
		words []string
		all   bool
		code  int
		text  string
	}{
		{[]string{"foo"}, false, 255, `Command "foo" is unknown, try "ip netns help".`},
		{[]string{""}, false, 255, `Command "" is unknown, try "ip netns help".`},
		{[]string{"lists"}, false, 255, `Command "lists" is unknown, try "ip netns help".`},
		{[]string{"add", "a/b"}, false, 255, `Invalid netns name "a/b"`},
		{[]string{"foo", ".."}, false, 255, `Invalid netns name ".."`},
		{[]string{"foo", ".."}, true, 255, `Command "foo" is unknown, try "ip netns help".`},
		{[]string{"help"}, false, 255, strings.TrimSuffix(usage, "\n")},
		{[]string{"add"}, false, 1, "No netns name specified"},
		{[]string{"del"}, false, 1, "No netns name specified"},
		{[]string{"set"}, false, 1, "No netns name specified"},
		{[]string{"set", "a"}, false, 1, "No nsid specified"},
		{[]string{"attach", "a"}, false, 1, "No netns name and PID specified"},
		{[]string{"attach", "a", "0"}, false, 1, "Invalid PID: 0"},
		{[]string{"attach", "a", "x"}, false, 1, "Invalid PID: x"},
		{[]string{"pids"}, false, 1, "No netns name specified"},
		{[]string{"pids", "a", "b"}, false, 1, "extra arguments specified"},
		{[]string{"identify", "1", "2"}, false, 1, "extra arguments specified"},
		{[]string{"identify", "1x"}, false, 1, "Specified string '1x' is not a pid"},
		{[]string{"exec"}, false, 1, "No netns name specified"},
		{[]string{"exec", "a"}, false, 1, "No command specified"},
		{[]string{"exec"}, true, 1, "No command specified"},
	} {
		c2 := &object.Context{Env: &applet.Env{Stdout: applet.NewOutput(new(strings.Builder)), Stderr: new(strings.Builder)}}
		c2.Opt.All = c.all
		if code, text := applet.Status(Main(c2, c.words)); code != c.code || text != c.text {
			t.Errorf("%q: %d %q, want %d %q", c.words, code, text, c.code, c.text)
		}
	}
}

func FuzzNSID(f *testing.F) {
	f.Add(message(unix.RTM_NEWNSID, 6, 7))
	f.Fuzz(func(t *testing.T, stream []byte) {
		p := printer.New(new(strings.Builder), printer.Mode{})
		namespace.DumpNSIDs(rtnl.NewReplay(stream), -1, func(n namespace.NSID) error {
			PrintNSID(p, n, "")
			return nil
		})
	})
}
