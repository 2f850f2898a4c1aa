package objecttest

import (
	"bytes"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Render runs one command on messages.
func Render(messages []byte, mains Mains, command string) (stdout, stderr []byte) {
	r := ours(messages, mains, command)
	return r.out, r.errs
}

func ours(messages []byte, mains Mains, command string) *result {
	var out, errs bytes.Buffer
	env := &applet.Env{Name: "ip", Stdout: applet.NewOutput(&out), Stderr: &errs, FlushFirst: true}
	replay := rtnl.NewReplay(messages)
	replay.Family = Family
	c := &object.Context{Env: env, Dial: func() (rtnl.Conn, error) { return replay, nil }}
	words := options(&c.Opt, fields(command))
	status := applet.Run(func(*applet.Env) error { return mains[words[0]](c, words[1:]) }, env)
	return &result{out: out.Bytes(), errs: errs.Bytes(), status: status, sent: bytes.Join(replay.Sent, nil)}
}

// fields are the words of a command behind "ip".
func fields(command string) []string {
	words := strings.Fields(command)[1:]
	for i := range words {
		if words[i] == "''" {
			words[i] = ""
		}
	}
	return words
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
