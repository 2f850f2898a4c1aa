package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// vethPeer is VETH_INFO_PEER (linux/veth.h).
const vethPeer = 1

const vethHelp = `Usage: ip link <options> type veth [peer <options>]
To get <options> type 'ip link add help'
`

func veth(name string) Kind {
	return Kind{Name: name, Help: vethHelp, HelpOut: true, Parse: parsePeer}
}

func vxcan(name string) Kind {
	return Kind{Name: name, Help: vxcanHelp, HelpOut: true, Parse: parsePeer}
}

const vxcanHelp = `Usage: ip link <options> type vxcan [peer <options>]
To get <options> type 'ip link add help'
`

// parsePeer reads the other end: its words are those of a link of its own, and
// go with a struct ifinfomsg into the attribute that veth and vxcan share.
func parsePeer(p *kindParser) error {
	if !p.Is("peer") {
		return p.explain("")
	}
	p.Skip()
	x := p.change
	attr := p.r.Nest(vethPeer)
	peer := &change{c: p.c, r: p.r, create: x.create, header: p.r.Len()}
	p.r.Body(make([]byte, unix.SizeofIfInfomsg))
	err := peer.parse(p.Cursor)
	x.fds = append(x.fds, peer.fds...)
	if err != nil {
		return err
	}
	if peer.typed {
		return words.Duplicate("type", peer.kind)
	}
	if p.More() {
		return object.Fail(object.StatusLocal, "")
	}
	p.r.End(attr)
	return nil
}
