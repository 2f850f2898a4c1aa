package bridge

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/byteorder"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// native is the byte order of rtnetlink.
var native byteorder.Native

// do has the kernel make a change. Its refusal is status 255.
func (t *tool) do(r *rtnl.Request) error {
	conn, err := t.c.Conn()
	if err != nil {
		return err
	}
	return object.KernelStatus(conn.Do(r, nil), statusFailed)
}

// dump asks a question and hands the answers to each. A refusal ends a batch,
// with status 1.
func (t *tool) dump(p *printer.Printer, r *rtnl.Request, each func(*rtnl.Msg) error) error {
	conn, err := t.c.Conn()
	if err != nil {
		return err
	}
	if err := conn.Dump(r, each); err != nil {
		p.Close() // what was begun stands
		return object.DumpFailed(err, statusExit)
	}
	return nil
}

// family starts a request with a header of the family AF_BRIDGE in its first
// byte and an interface in its second word: struct br_port_msg, br_vlan_msg,
// tunnel_msg. flags is the second byte.
func family(typ, nlFlags uint16, flags uint8, index int32) *rtnl.Request {
	var h [8]byte
	h[0], h[1] = unix.AF_BRIDGE, flags
	native.PutUint32(h[4:], uint32(index))
	r := rtnl.NewRequest(typ, nlFlags)
	r.Body(h[:])
	return r
}

// headerSize is the size of these headers.
const headerSize = 8

// tooShort is the error for a message that is too short for its header.
func tooShort(m *rtnl.Msg, header int) error {
	b := format.AppendIntLeft([]byte("BUG: wrong nlmsg len "), int64(len(m.Data)-header), 0)
	return failed(string(b))
}

// head prints what a monitor puts before a record.
func (t *tool) head(p *printer.Printer, topic string) {
	if t.timestamp {
		p.Text(string(format.AppendTimestamp(nil, t.now())))
	}
	if t.banner {
		p.Text(topic)
	}
}

// short reads a number as C's atoi does and keeps its low 16 bits.
func short(word string) int16 { return int16(format.Atoi(word)) }

// ushort is the text of the 16 bits without a sign.
func ushort(v int16) string {
	return string(format.AppendIntLeft(nil, int64(uint16(v)), 0))
}

// portAndVLAN reads the words of the shows of vlan and mdb: dev DEV, and vid VID
// where there is one. Other words are passed over.
func (t *tool) portAndVLAN(args []string, index *int32, vlan *uint32) error {
	dev, given := "", false
	for cur := words.New(args); cur.More(); cur.Skip() {
		switch {
		case cur.Is("dev"):
			word, err := cur.Value()
			if err == nil && given {
				err = words.Duplicate("dev", word)
			}
			if err != nil {
				return err
			}
			dev, given = word, true
		case vlan != nil && cur.Is("vid"):
			word, err := cur.Value()
			if err == nil && *vlan != 0 {
				err = words.Duplicate("vid", word)
			}
			if err != nil {
				return err
			}
			*vlan = uint32(format.Atoi(word))
		}
	}
	if !given {
		return nil
	}
	if *index = t.c.Links().Index(dev); *index == 0 {
		return noDevice(dev)
	}
	return nil
}
