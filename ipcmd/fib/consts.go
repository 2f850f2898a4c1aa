package fib

// Encapsulations: enum lwtunnel_encap_types of linux/lwtunnel.h.
const (
	encapMPLS = 1 + iota
	encapIP
	encapILA
	encapIP6
	encapSeg6
	encapBPF
	encapSeg6Local
	encapRPL
	encapIOAM6
	encapXfrm
)

// enum lwtunnel_ip_t; lwtunnel_ip6_t has hop limit and traffic class where this
// has TTL and TOS.
const (
	ipID = 1 + iota
	ipDst
	ipSrc
	ipTTL
	ipTOS
	ipFlags
	_ // padding
	ipOpts
)

// Flags of an IP encapsulation in network order: linux/if_tunnel.h.
const (
	tunnelCsum = 0x01
	tunnelKey  = 0x04
	tunnelSeq  = 0x08
)

// Options of an IP encapsulation and what they hold.
const (
	optsGeneve = 1 + iota
	optsVXLAN
	optsERSPAN
)

const (
	geneveClass = 1 + iota
	geneveType
	geneveData
)

const vxlanGBP = 1

const (
	erspanVersion = 1 + iota
	erspanIndex
	erspanDir
	erspanHWID
)

// linux/mpls_iptunnel.h.
const (
	mplsDst = 1 + iota
	mplsTTL
)

// linux/ila.h.
const (
	ilaLocator   = 1
	ilaCsumMode  = 7
	ilaIdentType = 8
	ilaHookType  = 9
)

// Segment routing: linux/seg6_iptunnel.h, seg6_local.h, rpl_iptunnel.h.
const (
	seg6SRH = 1
	rplSRH  = 1
)

const (
	localAction = 1 + iota
	localSRH
	localTable
	localNH4
	localNH6
	localIIF
	localOIF
	localBPF
	localVRFTable
	localCounters
	localFlavors
)

const (
	counterPackets = 2 + iota
	counterBytes
	counterErrors
)

const (
	flavorOperation = 1 + iota
	flavorBlockBits
	flavorNodeBits
)

// linux/ioam6_iptunnel.h.
const (
	ioam6Mode = 1 + iota
	ioam6Dst
	ioam6Trace
	ioam6FreqK
	ioam6FreqN
)

const ioam6Inline = 1 // the mode that has no tunnel

// BPF programs and XFRM: linux/lwtunnel.h.
const (
	bpfIn = 1 + iota
	bpfOut
	bpfXmit
	bpfHeadroom
)

const bpfProgName = 2

const (
	xfrmIfID = 1 + iota
	xfrmLink
)

// NHA_* of linux/nexthop.h that x/sys lacks, and what is inside them.
const (
	NhaFDB       = 11
	NhaResGroup  = 12
	NhaResBucket = 13 // the greatest one known

	ResGroupBuckets         = 1
	ResGroupIdleTimer       = 2
	ResGroupUnbalancedTimer = 3
	resGroupUnbalancedTime  = 4

	BucketIndex    = 1
	bucketIdleTime = 2
	BucketNexthop  = 3

	GroupMultipath = 0
	GroupResilient = 1
)

const protUnspec = 0 // RTPROT_UNSPEC
