package rtnl

// What x/sys/unix lacks of linux/rtnetlink.h: the bits of IFLA_EXT_MASK.
const (
	ExtFilterVF           = 1 << 0 // RTEXT_FILTER_VF
	ExtFilterBrvlan       = 1 << 1 // RTEXT_FILTER_BRVLAN
	ExtFilterBrvlanRanges = 1 << 2 // RTEXT_FILTER_BRVLAN_COMPRESSED
	ExtFilterSkipStats    = 1 << 3 // RTEXT_FILTER_SKIP_STATS
)
