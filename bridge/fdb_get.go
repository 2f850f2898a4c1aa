package bridge

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// fdbQuestion is what get is told.
type fdbQuestion struct {
	t *tool
	ndmsg
	fdbTarget
	dev, br       string
	hasDev, hasBr bool
	vni           number
	vid           int16
}

// fdbGet shows the one entry of an address.
func fdbGet(t *tool, args []string) error {
	q := fdbQuestion{t: t, vid: -1}
	for cur := words.New(args); cur.More(); cur.Skip() {
		if err := q.parseWord(cur); err != nil {
			return err
		}
	}
	r, err := q.request()
	if err != nil {
		return err
	}
	conn, err := t.c.Conn()
	if err != nil {
		return err
	}
	p := t.c.Printer()
	var printed error
	err = conn.Get(r, func(m *rtnl.Msg) error {
		p.Open()
		printed = t.printFDB(p, m)
		p.Close()
		return nil
	})
	if err != nil {
		return object.KernelStatus(err, statusNoEntry)
	}
	return printed
}

func (q *fdbQuestion) parseWord(cur *words.Cursor) (err error) {
	switch {
	case cur.Is("brport"), cur.Is("dev"):
		q.dev, err = cur.Value()
		q.hasDev = true
	case cur.Is("br"):
		q.br, err = cur.Value()
		q.hasBr = true
	case cur.Is("vni"):
		return parseVNI(cur, &q.vni, "invalid VNI\n")
	case cur.Is("self"):
		q.flags |= unix.NTF_SELF
	case cur.Prefix("master"):
		q.flags |= unix.NTF_MASTER
	case cur.Prefix("vlan"):
		return parseVID(cur, &q.vid)
	case cur.Prefix("dynamic"):
		q.t.fdb.dynamic = true
	default:
		return q.fdbTarget.parse(cur)
	}
	return err
}

func (q *fdbQuestion) request() (*rtnl.Request, error) {
	if !q.hasDev && !q.hasBr || !q.hasAddr {
		return nil, failed("Device or master and address are required arguments.")
	}
	mac, err := q.mac()
	if err != nil {
		return nil, err
	}
	if q.hasDev {
		if q.index = q.t.c.Links().Index(q.dev); q.index == 0 {
			return nil, noDevice(q.dev)
		}
	}
	r := q.ndmsg.request(unix.RTM_GETNEIGH, 0)
	r.Attr(unix.NDA_LLADDR, mac)
	if q.vid >= 0 {
		r.U16(ndaVLAN, uint16(q.vid))
	}
	if q.vni.ok {
		r.U32(ndaVNI, q.vni.v)
	}
	if q.hasBr {
		index := q.t.c.Links().Index(q.br)
		if index == 0 {
			return nil, noBridge(q.br)
		}
		r.U32(ndaMaster, uint32(index))
	}
	return r, nil
}
