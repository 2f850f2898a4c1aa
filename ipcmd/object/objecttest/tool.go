package objecttest

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Tool is a whole program of iproute2, with its options.
type Tool struct {
	// Name is the original's name.
	Name string
	// Run runs our own with the words behind the name.
	Run func(c *object.Context, words []string) error
}

// Golden is the function Golden for a tool, whose name each command begins with.
// Its transcript has the exit status, too, unless it is 0, and the changes that
// the kernel was asked for: all of them are done. Words stand in double quotes
// where they hold blanks or nothing; FILE is the name of a file with the messages.
func (tool Tool) Golden(t *testing.T, file string, s *Stream, commands ...string) {
	t.Helper()
	var o *program
	if *oracle {
		o = newOriginal(t, tool.Name, s)
	}
	messages := filepath.Join(t.TempDir(), "messages.nl")
	writeFile(t, messages, s.Bytes())
	var got bytes.Buffer
	for _, c := range commands {
		words := split(c)[1:]
		for i := range words {
			if words[i] == "FILE" {
				words[i] = messages
			}
		}
		var r result
		if o != nil {
			r = byOriginal(t, o, words)
		} else {
			r = tool.result(s.Bytes(), words)
		}
		transcript(&got, c, r.out, r.errs)
		if r.status != 0 {
			fmt.Fprintf(&got, "status %d\n", r.status)
		}
		for _, sent := range r.sent {
			got.WriteString(request(sent))
		}
	}
	if o != nil {
		writeFile(t, file, got.Bytes())
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	compare(t, string(want), got.String())
}

// result is what a command did.
type result struct {
	out, errs []byte
	status    int
	sent      [][]byte
}

func (tool Tool) result(messages []byte, words []string) result {
	var out, errs bytes.Buffer
	env := &applet.Env{Name: tool.Name, Stdout: applet.NewOutput(&out), Stderr: &errs, FlushFirst: true}
	replay := rtnl.NewReplay(messages)
	c := &object.Context{Env: env, Dial: func() (rtnl.Conn, error) { return replay, nil }}
	status := applet.Run(func(*applet.Env) error { return tool.Run(c, words) }, env)
	return result{out.Bytes(), errs.Bytes(), status, replay.Sent}
}

func byOriginal(t *testing.T, o *program, words []string) result {
	t.Helper()
	os.Remove(o.requests)
	out, errs, err := o.run(words)
	r := result{out: out, errs: errs}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		r.status = exit.ExitCode()
	} else if err != nil {
		t.Fatal(err)
	}
	b, _ := os.ReadFile(o.requests)
	for len(b) >= unix.SizeofNlMsghdr {
		n := int(binary.NativeEndian.Uint32(b))
		r.sent = append(r.sent, b[:n])
		b = b[min((n+3)&^3, len(b)):]
	}
	return r
}

// request renders a change: its type, its flags but NLM_F_ACK, its payload.
func request(b []byte) string {
	typ, flags := binary.NativeEndian.Uint16(b[4:]), binary.NativeEndian.Uint16(b[6:])
	return fmt.Sprintf("> type %d flags %#x %s\n", typ, flags&^unix.NLM_F_ACK, hex.EncodeToString(b[unix.SizeofNlMsghdr:]))
}

// split cuts a command at its blanks, but for those in double quotes.
func split(command string) []string {
	var words []string
	for i, part := range strings.Split(command, `"`) {
		if i%2 == 1 {
			words = append(words, part)
		} else {
			words = append(words, strings.Fields(part)...)
		}
	}
	return words
}
