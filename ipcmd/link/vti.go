package link

import "golang.org/x/sys/unix"

// vti and vti6 are virtual tunnel interfaces of IPsec.
func vti(name string) Kind {
	return Kind{Name: name, Help: vtiHelp, Parse: func(p *kindParser) error { return parseVTI(p, unix.AF_INET) }}
}

func vti6(name string) Kind {
	return Kind{Name: name, Help: vti6Help, Parse: func(p *kindParser) error { return parseVTI(p, unix.AF_INET6) }}
}

func parseVTI(p *kindParser, family int) error {
	t := &tunnel{family: family}
	at, err := p.existing(addrAttr{family, vtiLocal}, addrAttr{family, vtiRemote})
	if err != nil {
		return err
	}
	setBytes(&t.local, at, vtiLocal)
	setBytes(&t.remote, at, vtiRemote)
	setBytes(&t.ikey, at, vtiIKey)
	setBytes(&t.okey, at, vtiOKey)
	setU32(&t.fwmark, at, vtiFwmark)
	setU32(&t.link, at, vtiLink)
	err = p.tunnelOptions([]Option{
		prefixed("key", t.readKey("key", true, true)),
		prefixed("ikey", t.readKey("ikey", true, false)),
		prefixed("okey", t.readKey("okey", false, true)),
		prefixed("remote", t.addressOf(&t.remote)),
		prefixed("local", t.addressOf(&t.local)),
		prefixed("dev", t.readDev),
		exact("fwmark", t.readFwmark),
	})
	if err != nil {
		return err
	}
	sendKey(p.r, vtiIKey, t.ikey)
	sendKey(p.r, vtiOKey, t.okey)
	sendBytes(p.r, vtiLocal, t.local)
	sendBytes(p.r, vtiRemote, t.remote)
	p.r.U32(vtiFwmark, t.fwmark)
	sendLink(p.r, vtiLink, t.link)
	return nil
}

const vtiHelp = `Usage: ... vti 	[ remote ADDR ]
		[ local ADDR ]
		[ [i|o]key KEY ]
		[ dev PHYS_DEV ]
		[ fwmark MARK ]

Where:	ADDR := { IP_ADDRESS }
	KEY  := { DOTTED_QUAD | NUMBER }
	MARK := { 0x0..0xffffffff }
`

const vti6Help = `Usage: ... vti6	[ remote ADDR ]
		[ local ADDR ]
		[ [i|o]key KEY ]
		[ dev PHYS_DEV ]
		[ fwmark MARK ]

Where:	ADDR := { IPV6_ADDRESS }
	KEY  := { DOTTED_QUAD | NUMBER }
	MARK := { 0x0..0xffffffff }
`
