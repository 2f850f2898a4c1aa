package mptcp

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
	"github.com/nlbox/nlbox/ipcmd/object/objecttest"
)

func TestParse(t *testing.T) {
	if binary.NativeEndian.Uint16([]byte{1, 0}) != 1 {
		t.Skip("expectations are little-endian")
	}
	for _, c := range []struct {
		cmd  uint8
		line string
		want []byte
	}{
		{cmdAdd, "10.0.0.1 dev if9 subflow id 3", []byte{44, 0, attrAddr, 0x80, 5, 0, addrID, 0, 3, 0, 0, 0, 8, 0, addrFlags, 0, 2, 0, 0, 0,
			8, 0, addrIndex, 0, 9, 0, 0, 0, 6, 0, addrFamily, 0, 2, 0, 0, 0, 8, 0, addrV4, 0, 10, 0, 0, 1}},
		{cmdAdd, "10.0.0.1 port 80 signal", []byte{36, 0, attrAddr, 0x80, 8, 0, addrFlags, 0, 1, 0, 0, 0,
			6, 0, addrPort, 0, 80, 0, 0, 0, 6, 0, addrFamily, 0, 2, 0, 0, 0, 8, 0, addrV4, 0, 10, 0, 0, 1}},
		{cmdDelete, "id 3", []byte{12, 0, attrAddr, 0x80, 5, 0, addrID, 0, 3, 0, 0, 0}},
		{cmdSetFlags, "id 3 nobackup", []byte{12, 0, attrAddr, 0x80, 5, 0, addrID, 0, 3, 0, 0, 0}},
	} {
		run := objecttest.New(nil)
		tgt, err := parse(run.Context, c.cmd, strings.Fields(c.line))
		if err != nil {
			t.Errorf("%s: %v", c.line, err)
			continue
		}
		r := rtnl.NewRequest(0, 0)
		if tgt.put(r); !bytes.Equal(r.Payload(), c.want) {
			t.Errorf("%s\ngot  % x\nwant % x", c.line, r.Payload(), c.want)
		}
	}
}

func TestMistakes(t *testing.T) {
	for _, c := range []struct {
		cmd        uint8
		line, want string
	}{
		{cmdAdd, "", `Error: argument "ADDRESS" is required`},
		{cmdAdd, "10.0.0.1 port 80", `Error: argument "port" is wrong: flags must have signal when using port`},
		{cmdAdd, "10.0.0.1 signal fullmesh", `Error: argument "fullmesh" is wrong: flags mustn't have both signal and fullmesh`},
		{cmdAdd, "id x", "Error: argument \"x\" is wrong: invalid ID\n"},
		{cmdAdd, "port x", `Error: argument "x" is wrong: expected port`},
		{cmdAdd, "dev nosuch", "Error: argument \"nosuch\" is wrong: device does not exist\n"},
		{cmdDelete, "", `Error: argument "ID" is required`},
		{cmdDelete, "id 0", "Error: argument \"ID\" is wrong: address is needed for deleting id 0 address\n"},
		{cmdDelete, "id 5 10.0.0.1", "Error: argument \"ADDRESS\" is wrong: invalid for non-zero id address\n"},
		{cmdSetFlags, "id 5 signal", `Error: argument "signal" is wrong: invalid flags, backup and fullmesh only`},
		{cmdSetFlags, "id 5 port 5", `Error: argument "port" is wrong: port can't be used with id`},
	} {
		run := objecttest.New(nil)
		status, said := run.Main(func(ctx *object.Context, args []string) error {
			_, err := parse(ctx, c.cmd, args)
			return err
		}, c.line)
		if status != 255 || said != c.want+"\n" {
			t.Errorf("%s: %d %q, want %q", c.line, status, said, c.want)
		}
	}
	if err := parseLimits(rtnl.NewRequest(0, 0), []string{"sub", "x"}); err == nil || err.Error() != "Error: argument \"x\" is wrong: invalid subflows\n" {
		t.Errorf("limits: %v", err)
	}
}

func address() []byte {
	return objecttest.Message(0x20, []byte{cmdGet, version, 0, 0}, func(r *rtnl.Request) {
		nest := r.Nest(attrAddr)
		r.U16(addrFamily, unix.AF_INET)
		r.Attr(addrV4, []byte{10, 0, 0, 1})
		r.U16(addrPort, 80)
		r.U8(addrID, 3)
		r.U32(addrFlags, flagSignal|flagBackup|1<<7)
		r.U32(addrIndex, 9)
		r.End(nest)
	})
}

func event() []byte {
	return objecttest.Message(0x20, []byte{10, version, 0, 0}, func(r *rtnl.Request) {
		r.U32(eventToken, 0xabcd)
		r.U8(eventRemoteID, 1)
		r.Attr(eventSrc4, []byte{10, 0, 0, 1})
		r.BE16(eventSrcPort, 443)
		r.U16(eventFlags, 0x1f)
		r.U32(eventResetFlags, 0x10)
	})
}

func TestPrint(t *testing.T) {
	for json, want := range map[bool]string{
		false: "10.0.0.1 port 80 id 3 signal backup rawflags 80 dev if9 \n",
		true:  `{"address":"10.0.0.1","port":80,"id":3,"signal":true,"backup":true,"rawflags":"80","dev":"if9"}`,
	} {
		run := objecttest.New(nil)
		run.Opt.JSON = json
		if print(run.Printer(), run.Context, objecttest.Msg(address())); run.Output() != want {
			t.Errorf("got %q, want %q", run.Output(), want)
		}
	}
	if got, want := string(appendEvent(nil, objecttest.Msg(event()))),
		"[SF_ESTABLISHED] token=0000abcd remid=1 saddr4=10.0.0.1 sport=443 flags=1f reset_flags=0x10\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := string(appendEvent(nil, objecttest.Msg(objecttest.Message(0x20, []byte{99, 1, 0, 0}, nil)))); got != "[UNKNOWN 99]\n" {
		t.Errorf("got %q", got)
	}
}

func FuzzPrint(f *testing.F) {
	f.Add(address()[unix.SizeofNlMsghdr:])
	f.Add(event()[unix.SizeofNlMsghdr:])
	f.Fuzz(func(t *testing.T, b []byte) {
		run := objecttest.Discard(nil)
		m := objecttest.Msg(objecttest.Message(0x20, b, nil))
		print(run.Printer(), run.Context, m)
		printLimits(run.Printer(), m)
		appendEvent(nil, m)
	})
}
