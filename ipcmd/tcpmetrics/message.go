package tcpmetrics

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// The family of generic netlink (linux/tcp_metrics.h).
const (
	familyName = "tcp_metrics"
	version    = 1
	cmdGet     = 1
	cmdDelete  = 2
)

// Its attributes.
const (
	attrDst4       = 1
	attrDst6       = 2
	attrAge        = 3 // milliseconds
	attrTSVal      = 4
	attrTSStamp    = 5
	attrValues     = 6
	attrOpenMSS    = 7
	attrSynDrops   = 8
	attrSynDropAge = 9 // milliseconds
	attrCookie     = 10
	attrSrc4       = 11
	attrSrc6       = 12
	attrMax        = attrSrc6
)

// The metrics, by their number; that of the attribute is one more.
const (
	metricRTT    = iota // milliseconds, times 8
	metricRTTVar        // milliseconds, times 4
	metricSSThresh
	metricCwnd
	metricReordering
	metricRTTMicro    // microseconds, times 8
	metricRTTVarMicro // microseconds, times 4
	numMetrics
)

// record is an entry as the kernel tells it.
type record struct {
	family, srcFamily int // srcFamily is AF_UNSPEC without a source
	dst, src          []byte
	at                rtnl.Attrs
	tb                [attrMax + 1][]byte
}

// decode reads an answer. The record is good as long as the message is.
func (r *record) decode(m *rtnl.Msg) bool {
	cmd, attrs, ok := m.Generic()
	if !ok || cmd != cmdGet {
		return false
	}
	r.at = rtnl.Attrs(r.tb[:])
	r.at.Parse(attrs)
	if r.family, r.dst = r.addr(attrDst4, attrDst6); r.family == unix.AF_UNSPEC {
		return false
	}
	r.srcFamily, r.src = r.addr(attrSrc4, attrSrc6)
	return true
}

// addr is the address of one of two attributes.
func (r *record) addr(v4, v6 int) (family int, addr []byte) {
	if a := r.at.Get(v4); len(a) == 4 {
		return unix.AF_INET, a
	}
	if a := r.at.Get(v6); len(a) == 16 {
		return unix.AF_INET6, a
	}
	return unix.AF_UNSPEC, nil
}

// match tells whether the filter means the entry.
func (f *filter) match(r *record) bool {
	return f.dst.match(r.family, r.dst) && (r.srcFamily == unix.AF_UNSPEC || f.src.match(r.srcFamily, r.src))
}

// addrs appends destination and source to a request, each if it has a family.
func addrs(req *rtnl.Request, family int, dst []byte, srcFamily int, src []byte) {
	one := func(family int, addr []byte, v4, v6 uint16) {
		switch family {
		case unix.AF_INET:
			req.Attr(v4, addr)
		case unix.AF_INET6:
			req.Attr(v6, addr)
		}
	}
	one(family, dst, attrDst4, attrDst6)
	one(srcFamily, src, attrSrc4, attrSrc6)
}
