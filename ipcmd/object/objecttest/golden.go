package objecttest

import (
	"bytes"
	_ "embed"
	"encoding/binary"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

var oracle = flag.Bool("oracle", false, "write the goldens, by iproute2's ip")

// Oracle tells whether the goldens are to be written by the original.
func Oracle() bool { return *oracle }

// Mains finds an object by its name.
type Mains map[string]object.Main

// Golden runs commands, "ip OPTIONS OBJECT WORDS", on the messages of s and
// compares what they print with a file: for each command a line "$ COMMAND", its
// stdout, and the lines of its stderr with "2|" before them.
func Golden(t *testing.T, file string, s *Stream, mains Mains, commands ...string) {
	t.Helper()
	if *oracle {
		writeGolden(t, file, s, commands)
		return
	}
	var got bytes.Buffer
	for _, c := range commands {
		out, errs := Render(s.Bytes(), mains, c)
		transcript(&got, c, out, errs)
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, string(want), got.String())
}

func transcript(w *bytes.Buffer, command string, out, errs []byte) {
	w.WriteString("$ " + command + "\n")
	w.Write(out)
	for line := range strings.Lines(string(errs)) {
		w.WriteString("2|" + line)
	}
}

// compare reports the first line that differs.
func compare(t *testing.T, want, got string) {
	t.Helper()
	if want == got {
		return
	}
	command := ""
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range max(len(w), len(g)) {
		line := func(l []string) string {
			if i < len(l) {
				return l[i]
			}
			return "(end)"
		}
		if strings.HasPrefix(line(w), "$ ") {
			command = line(w)
		}
		if line(w) != line(g) {
			t.Errorf("%s\ngot  %q\nwant %q", command, line(g), line(w))
			return
		}
	}
}

// Render runs one command on messages.
func Render(messages []byte, mains Mains, command string) (stdout, stderr []byte) {
	var out, errs bytes.Buffer
	env := &applet.Env{Name: "ip", Stdout: applet.NewOutput(&out), Stderr: &errs, FlushFirst: true}
	replay := rtnl.NewReplay(messages)
	c := &object.Context{Env: env, Dial: func() (rtnl.Conn, error) { return replay, nil }}
	words := strings.Fields(command)[1:]
	applet.Run(func(*applet.Env) error { return mains.run(c, words) }, env)
	return out.Bytes(), errs.Bytes()
}

// run runs an object with options and words. Every family of generic netlink is
// there.
func (m Mains) run(c *object.Context, words []string) error {
	dial := c.Dial
	c.Dial = func() (rtnl.Conn, error) {
		conn, err := dial()
		if replay, ok := conn.(*rtnl.Replay); ok {
			replay.Family = Family
		}
		return conn, err
	}
	words = options(&c.Opt, words)
	return m[words[0]](c, words[1:])
}

// Changes is Golden for commands that change something: see Tool.Golden. The
// requests are those of a little-endian machine.
func Changes(t *testing.T, file string, s *Stream, mains Mains, commands ...string) {
	t.Helper()
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		t.Skip("the requests of goldens are little-endian")
	}
	Tool{Name: "ip", Run: mains.run}.Golden(t, file, s, commands...)
}

// options reads the options of a command, each in the form used here.
func options(o *object.Options, words []string) []string {
	for ; strings.HasPrefix(words[0], "-"); words = words[1:] {
		switch words[0] {
		case "-d":
			o.Details++
		case "-s":
			o.Stats++
		case "-h":
			o.Human = true
		case "-iec":
			o.IEC = true
		case "-j":
			o.JSON = true
		case "-p":
			o.Pretty = true
		case "-o":
			o.Oneline = true
		case "-br":
			o.Brief = true
		case "-N":
			o.Numeric = true
		case "-c":
			o.Color = printer.Light
		case "-4":
			o.Family = unix.AF_INET
		case "-6":
			o.Family = unix.AF_INET6
		default:
			panic("objecttest: no option " + words[0])
		}
	}
	return words
}

//go:embed testdata/replay.c
var replaySource []byte

// library builds the library that makes ip read a file.
var library = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "objecttest")
	if err != nil {
		return "", err
	}
	source := filepath.Join(dir, "replay.c")
	if err := os.WriteFile(source, replaySource, 0o644); err != nil {
		return "", err
	}
	so := filepath.Join(dir, "replay.so")
	cmd := exec.Command("cc", "-shared", "-fPIC", "-o", so, source)
	cmd.Stderr = os.Stderr
	return so, cmd.Run()
})

// original is the release that goldens are written by.
const original = "6.1.0"

func writeGolden(t *testing.T, file string, s *Stream, commands []string) {
	t.Helper()
	o := newOriginal(t, "ip", s)
	o.requests = "" // changes are refused
	var golden bytes.Buffer
	for _, c := range commands {
		out, errs, err := o.run(strings.Fields(c)[1:])
		if err != nil && len(errs) == 0 {
			t.Fatalf("%s: %v", c, err)
		}
		transcript(&golden, c, out, errs)
	}
	writeFile(t, file, golden.Bytes())
}

// program is an original that reads its answers from a file.
type program struct {
	name, library, messages, requests string
}

func newOriginal(t *testing.T, name string, s *Stream) *program {
	t.Helper()
	if v, err := exec.Command(name, "-V").Output(); err != nil || !bytes.Contains(v, []byte(original)) {
		t.Skip("goldens are written by iproute2 " + original)
	}
	so, err := library()
	if err != nil {
		t.Skip("no library for the original to read messages with: ", err)
	}
	dir := t.TempDir()
	o := &program{name, so, filepath.Join(dir, "messages.nl"), filepath.Join(dir, "requests.nl")}
	writeFile(t, o.messages, s.Bytes())
	return o
}

func (o *program) run(words []string) (stdout, stderr []byte, err error) {
	var out, errs bytes.Buffer
	cmd := exec.Command(o.name, words...)
	cmd.Env = []string{"LD_PRELOAD=" + o.library, "REPLAY=" + o.messages}
	if o.requests != "" {
		cmd.Env = append(cmd.Env, "REQUESTS="+o.requests)
	}
	cmd.Stdout, cmd.Stderr = &out, &errs
	err = cmd.Run()
	return out.Bytes(), errs.Bytes(), err
}

func writeFile(t *testing.T, name string, b []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, b, 0o644); err != nil {
		t.Fatal(err)
	}
}
