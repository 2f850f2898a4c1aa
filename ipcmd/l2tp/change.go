package l2tp

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// add makes a tunnel, a session, or both. The status is that of the last.
func add(c *object.Context, d *door, p *params) error {
	if key := p.missingToAdd(); key != "" {
		return words.Missing(key)
	}
	var err error
	if p.tunnel {
		r := d.request(cmdAddTunnel)
		p.putTunnel(r)
		err = d.do(r)
	}
	if !p.session {
		return err
	}
	if err != nil {
		c.Warn(err.Error())
	}
	r := d.request(cmdAddSession)
	p.putSession(r)
	return d.do(r)
}

// missingToAdd is the first keyword that has to be there and is not.
func (p *params) missingToAdd() string {
	switch {
	case !p.tunnel && !p.session:
		return "tunnel or session"
	case p.tunnelID == 0:
		return "tunnel_id"
	case p.session && p.peerSessionID == 0:
		return "peer_session_id"
	case p.session && p.sessionID == 0:
		return "session_id"
	case !p.tunnel:
		return ""
	case p.peerTunnelID == 0:
		return "peer_tunnel_id"
	case p.local.family == unix.AF_UNSPEC:
		return "local"
	case p.peer.family == unix.AF_UNSPEC:
		return "remote"
	case p.encap == encapUDP && p.localPort == 0:
		return "udp_sport"
	case p.encap == encapUDP && p.peerPort == 0:
		return "udp_dport"
	}
	return ""
}

func (p *params) putTunnel(r *rtnl.Request) {
	r.U32(attrTunnel, p.tunnelID)
	r.U32(attrPeerTunnel, p.peerTunnelID)
	r.U8(attrProtocol, protocolV3)
	r.U16(attrEncap, p.encap)
	p.local.put(r, attrLocal4, attrLocal6)
	p.peer.put(r, attrPeer4, attrPeer6)
	if p.encap != encapUDP {
		return
	}
	r.U16(attrLocalPort, p.localPort)
	r.U16(attrPeerPort, p.peerPort)
	if p.checksum {
		r.U8(attrChecksum, 1)
	}
	if !p.checksum6Tx {
		r.Flag(attrNoChecksum6Tx)
	}
	if !p.checksum6Rx {
		r.Flag(attrNoChecksum6Rx)
	}
}

func (a *addr) put(r *rtnl.Request, attr4, attr6 uint16) {
	if a.family == unix.AF_INET6 {
		r.Attr(attr6, a.bytes())
	} else {
		r.Attr(attr4, a.bytes())
	}
}

func (p *params) putSession(r *rtnl.Request) {
	r.U32(attrTunnel, p.tunnelID)
	r.U32(attrPeerTunnel, p.peerTunnelID)
	r.U32(attrSession, p.sessionID)
	r.U32(attrPeerSession, p.peerSessionID)
	r.U16(attrPseudowire, ethernet)
	r.U8(attrL2SpecType, p.l2SpecType)
	r.U8(attrL2SpecLen, p.l2SpecLen)
	if p.recvSeq {
		r.U8(attrRecvSeq, 1)
	}
	if p.sendSeq {
		r.U8(attrSendSeq, 1)
	}
	if len(p.cookie) != 0 {
		r.Attr(attrCookie, p.cookie)
	}
	if len(p.peerCookie) != 0 {
		r.Attr(attrPeerCookie, p.peerCookie)
	}
	if p.hasName {
		r.Str(attrInterface, p.name)
	}
}

// del deletes a session where one is named, whatever it was asked for, else a
// tunnel.
func del(_ *object.Context, d *door, p *params) error {
	switch {
	case !p.tunnel && !p.session:
		return words.Missing("tunnel or session")
	case p.tunnel && p.tunnelID == 0:
		return words.Missing("tunnel_id")
	case p.session && p.sessionID == 0:
		return words.Missing("session_id")
	}
	cmd := uint8(cmdDelTunnel)
	if p.sessionID != 0 {
		cmd = cmdDelSession
	}
	r := d.request(cmd)
	r.U32(attrTunnel, p.tunnelID)
	if p.sessionID != 0 {
		r.U32(attrSession, p.sessionID)
	}
	return d.do(r)
}
