package objecttest

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

var oracle = flag.Bool("oracle", false, "write the goldens, by iproute2's ip")

// Mains finds an object by its name.
type Mains map[string]object.Main

// result is what a command did: what it printed, its status, the changes that it
// asked for, one message behind the other.
type result struct {
	out, errs []byte
	status    int
	sent      []byte
}

// Golden runs commands, "ip OPTIONS OBJECT WORDS", on the messages of s and
// compares what they print with a file: for each command a line "$ COMMAND", its
// stdout, and the lines of its stderr with "2|" before them.
func Golden(t *testing.T, file string, s *Stream, mains Mains, commands ...string) {
	t.Helper()
	golden(t, file, s, mains, commands, transcript)
}

// Changes is Golden for commands that change something. The file has also the
// status that is not 0, and the requests, in hex behind "> ": type, flags, and
// what follows struct nlmsghdr. A word "”" is an empty one.
func Changes(t *testing.T, file string, s *Stream, mains Mains, commands ...string) {
	t.Helper()
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		t.Skip("the requests of goldens are little-endian")
	}
	golden(t, file, s, mains, commands, func(w *bytes.Buffer, command string, r *result) {
		transcript(w, command, r)
		if r.status != 0 {
			w.WriteString("status " + strconv.Itoa(r.status) + "\n")
		}
		rtnl.NewReplay(r.sent).Each(func(m *rtnl.Msg) error {
			dumpRequest(w, m)
			return nil
		})
	})
}

func golden(t *testing.T, file string, s *Stream, mains Mains, commands []string, show func(*bytes.Buffer, string, *result)) {
	t.Helper()
	run := func(command string) *result { return ours(s.Bytes(), mains, command) }
	if *oracle {
		run = theirs(t, s)
	}
	var got bytes.Buffer
	for _, c := range commands {
		show(&got, c, run(c))
	}
	if *oracle {
		write(t, file, got.Bytes())
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, string(want), got.String())
}

func write(t *testing.T, file string, b []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, b, 0o644); err != nil {
		t.Fatal(err)
	}
}

func transcript(w *bytes.Buffer, command string, r *result) {
	w.WriteString("$ " + command + "\n")
	w.Write(r.out)
	for line := range strings.Lines(string(r.errs)) {
		w.WriteString("2|" + line)
	}
}

// dumpRequest writes a request without its length, its sequence number and its
// port, 32 bytes of payload a line. That it wants an acknowledgement is the
// socket's business.
func dumpRequest(w *bytes.Buffer, m *rtnl.Msg) {
	head := binary.BigEndian.AppendUint16(nil, m.Type)
	head = binary.BigEndian.AppendUint16(head, m.Flags&^unix.NLM_F_ACK)
	w.WriteString("> " + hex.EncodeToString(head[:2]) + " " + hex.EncodeToString(head[2:]) + "\n")
	for line := range slices.Chunk(m.Data, 32) {
		w.WriteString("> " + hex.EncodeToString(line) + "\n")
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
