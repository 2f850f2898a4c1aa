package ntable

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/byteorder"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// native is the byte order of rtnetlink.
var native byteorder.Native

// headerSize is the size of struct ndtmsg (linux/neighbour.h), a family, with
// its padding.
const headerSize = 4

// Attributes of a table, NDTA_* of linux/neighbour.h.
const (
	tableName = iota + 1
	tableThresh1
	tableThresh2
	tableThresh3
	tableConfig
	tableParams
	tableStats
	tableGCInterval
)

// Attributes of its parameters, NDTPA_*. Times are in milliseconds.
const (
	paramIfindex = iota + 1
	paramRefcnt
	paramReachableTime
	paramBaseReachableTime
	paramRetransTime
	paramGCStaletime
	paramDelayProbeTime
	paramQueueLen
	paramAppProbes
	paramUcastProbes
	paramMcastProbes
	paramAnycastDelay
	paramProxyDelay
	paramProxyQlen
	paramLocktime
)

// record is a neighbour table, or what it has of its own for one device.
type record struct {
	family int
	at     rtnl.Attrs
	tb     [tableGCInterval + 1][]byte

	// params are the attributes NDTPA_* if hasParams is set; index is the
	// device that they are of if hasIndex is.
	hasParams bool
	params    rtnl.Attrs
	tpb       [paramLocktime + 1][]byte
	index     int32
	hasIndex  bool
}

// decode reads a RTM_NEWNEIGHTBL. The record is good as long as the message is.
func (r *record) decode(m *rtnl.Msg) bool {
	if m.Type != unix.RTM_NEWNEIGHTBL || len(m.Data) < headerSize {
		return false
	}
	r.family = int(m.Data[0])
	r.at = rtnl.Attrs(r.tb[:])
	r.at.Parse(m.Data[headerSize:])
	r.params = rtnl.Attrs(r.tpb[:])
	r.hasParams = r.at.Nested(tableParams, r.params)
	r.index, r.hasIndex = r.params.S32(paramIfindex)
	return true
}

// config is struct ndt_config, statistics of the table's size. Times are
// milliseconds before now.
type config struct {
	keyLen, entrySize                      uint16
	entries, lastFlush, lastRand, hashRand uint32
	hashMask, hashChainGC, proxyLen        uint32
}

const configSize = 32

func (r *record) config() (c config, ok bool) {
	b := r.at.Get(tableConfig)
	if len(b) < configSize {
		return c, false
	}
	return config{
		keyLen: native.Uint16(b), entrySize: native.Uint16(b[2:]),
		entries: native.Uint32(b[4:]), lastFlush: native.Uint32(b[8:]), lastRand: native.Uint32(b[12:]),
		hashRand: native.Uint32(b[16:]), hashMask: native.Uint32(b[20:]),
		hashChainGC: native.Uint32(b[24:]), proxyLen: native.Uint32(b[28:]),
	}, true
}

// The counters of struct ndt_stats, by their place.
const (
	allocs = iota
	destroys
	hashGrows
	resFailed
	lookups
	hits
	rcvProbesMcast
	rcvProbesUcast
	periodicGCRuns
	forcedGCRuns
	tableFulls
	numStats
)

func (r *record) stats() (s [numStats]uint64, ok bool) {
	b := r.at.Get(tableStats)
	// Old kernels lack the last of them.
	if len(b) < 8*tableFulls {
		return s, false
	}
	for i := 0; i < len(s) && len(b) >= 8; i, b = i+1, b[8:] {
		s[i] = native.Uint64(b)
	}
	return s, true
}
