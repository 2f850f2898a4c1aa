package sr

import (
	"bytes"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

func TestParse(t *testing.T) {
	for _, c := range []struct {
		line string
		want wish
	}{
		{"tunsrc show", wish{cmd: cmdGetTunsrc}},
		{"t sh", wish{cmd: cmdGetTunsrc}},
		{"tunsrc set ::1", wish{cmd: cmdSetTunsrc, addr: [16]byte{15: 1}}},
		{"tunsrc set any", wish{cmd: cmdSetTunsrc}},
		{"hmac show", wish{cmd: cmdHMACs}},
		{"hm se 0x10 sha256", wish{cmd: cmdSetHMAC, keyID: 16, algo: algoSHA256}},
	} {
		r := objecttest.New(nil)
		if got, err := parse(r.Context, strings.Fields(c.line)); err != nil || got != c.want {
			t.Errorf("%s: %+v, %v", c.line, got, err)
		}
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		line   string
		status int
		want   string
	}{
		{"", 255, usage[:len(usage)-1]},
		{"h", 255, usage[:len(usage)-1]},
		{"foo", 255, `Error: argument "foo" is wrong: unknown`},
		{"tunsrc foo", 255, `Error: argument "foo" is wrong: unknown`},
		{"tunsrc", 255, `Command line is not complete. Try option "help"`},
		{"tunsrc set 10.0.0.1", 1, `Error: inet6 address is expected rather than "10.0.0.1".`},
		{"hmac set 0", 255, `Error: argument "0" is wrong: hmac KEYID value is invalid`},
		{"hmac set 5 md5", 255, `Error: argument "md5" is wrong: hmac ALGO value is invalid`},
	} {
		r := objecttest.New(nil)
		if status, said := r.Main(Main, c.line); status != c.status || said != c.want+"\n" {
			t.Errorf("%s: %d %q, want %d %q", c.line, status, said, c.status, c.want)
		}
	}
}

func TestPrint(t *testing.T) {
	for _, c := range []struct {
		cmd   uint8
		attrs func(*rtnl.Request)
		json  bool
		want  string
	}{
		{cmdGetTunsrc, func(r *rtnl.Request) { r.Attr(attrDst, []byte{0xfd, 15: 1}) }, false, "tunsrc addr fd00::1\n"},
		{cmdGetTunsrc, func(r *rtnl.Request) { r.Attr(attrDst, []byte{0xfd, 15: 1}) }, true, `{"tunsrc":"fd00::1"}`},
		{cmdHMACs, func(r *rtnl.Request) {
			r.U32(attrKeyID, 5)
			r.U8(attrAlgorithm, algoSHA1)
			r.U8(attrSecretLen, 3)
			r.Text(attrSecret, "abcdef")
		}, false, "hmac 5 algo sha1 secret \"abc\"\n"},
		{cmdHMACs, func(r *rtnl.Request) { r.U8(attrAlgorithm, 9) }, false, "hmac 0 algo <unknown> secret \"\"\n"},
	} {
		r := objecttest.New(nil)
		r.Opt.JSON = c.json
		print(r.Printer(), r.Warn, objecttest.Msg(objecttest.Message(0x20, []byte{c.cmd, version, 0, 0}, c.attrs)))
		if r.Output() != c.want {
			t.Errorf("got %q, want %q", r.Output(), c.want)
		}
	}
}

func TestPutHMAC(t *testing.T) {
	r := rtnl.NewGeneric(0x20, cmdSetHMAC, version, 0)
	(&wish{keyID: 1, algo: algoSHA1}).putHMAC(r, "ab")
	if got := r.Payload(); !bytes.HasSuffix(got, []byte{attrSecret, 0, 'a', 'b', 0, 0}) {
		t.Errorf("request % x", got)
	}
	if got := line(strings.NewReader("secret\nmore")); got != "secret" {
		t.Errorf("line %q", got)
	}
}

func FuzzPrint(f *testing.F) {
	f.Add([]byte{cmdHMACs, 1, 0, 0, 5, 0, attrSecretLen, 0, 255, 0, 0, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		r := objecttest.Discard(nil)
		print(r.Printer(), r.Warn, objecttest.Msg(objecttest.Message(unix.GENL_ID_CTRL+1, b, nil)))
	})
}
