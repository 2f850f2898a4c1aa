package link

// The attributes of IP tunnels (linux/if_tunnel.h), which x/sys lacks.
const (
	iptunLink            = 1
	iptunLocal           = 2
	iptunRemote          = 3
	iptunTTL             = 4
	iptunTOS             = 5
	iptunEncapLimit      = 6
	iptunFlowInfo        = 7
	iptunFlags           = 8
	iptunProto           = 9
	iptunPMTUDisc        = 10
	iptun6rdPrefix       = 11
	iptun6rdRelayPrefix  = 12
	iptun6rdPrefixLen    = 13
	iptun6rdRelayPrefLen = 14
	iptunEncapType       = 15
	iptunEncapFlags      = 16
	iptunEncapSport      = 17
	iptunEncapDport      = 18
	iptunMetadata        = 19
	iptunFwmark          = 20

	greLink        = 1
	greIFlags      = 2
	greOFlags      = 3
	greIKey        = 4
	greOKey        = 5
	greLocal       = 6
	greRemote      = 7
	greTTL         = 8
	greTOS         = 9
	grePMTUDisc    = 10
	greEncapLimit  = 11
	greFlowInfo    = 12
	greFlags       = 13
	greEncapType   = 14
	greEncapFlags  = 15
	greEncapSport  = 16
	greEncapDport  = 17
	greMetadata    = 18
	greIgnoreDF    = 19
	greFwmark      = 20
	greErspanIndex = 21
	greErspanVer   = 22
	greErspanDir   = 23
	greErspanHwid  = 24

	vtiLink   = 1
	vtiIKey   = 2
	vtiOKey   = 3
	vtiLocal  = 4
	vtiRemote = 5
	vtiFwmark = 6
)

// Values of the attributes (linux/if_tunnel.h, linux/ip6_tunnel.h). The GRE
// flags are in network order on the wire.
const (
	greCsum = 0x8000
	greKey  = 0x2000
	greSeq  = 0x1000

	encapNone = 0
	encapFOU  = 1
	encapGUE  = 2

	encapCsum    = 1 << 0
	encapCsum6   = 1 << 1
	encapRemcsum = 1 << 2

	sitISATAP = 1

	ip6IgnEncapLimit     = 0x1
	ip6UseOrigTclass     = 0x2
	ip6UseOrigFlowlabel  = 0x4
	ip6RcvDSCPCopy       = 0x10
	ip6UseOrigFwmark     = 0x20
	ip6AllowLocalRemote  = 0x40
	flowInfoTclass       = 0x0ff00000
	flowInfoFlowlabel    = 0x000fffff
	defaultTnlHopLimit   = 64
	defaultTnlEncapLimit = 4
)
