package monitor

import (
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/byteorder"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// native is the byte order of rtnetlink.
var native byteorder.Native

// What RTM_NEWPREFIX carries: struct prefixmsg and attributes of
// linux/rtnetlink.h.
const (
	sizeofPrefixmsg = 12
	prefixAddress   = 1
	prefixCacheInfo = 2

	flagOnlink   = 0x01 // IF_PREFIX_ONLINK of the kernel's include/net/if_inet6.h
	flagAutoconf = 0x02

	ndPrefix = 3 // ND_OPT_PREFIX_INFORMATION (RFC 4861)
)

// prefix prints a prefix that a router advertised. The missing blank before dev
// is the original's.
func (s *screen) prefix(m *rtnl.Msg) error {
	d := m.Data
	if len(d) < sizeofPrefixmsg {
		return wrongLength(m, sizeofPrefixmsg)
	}
	if f := s.c.Opt.Family; f != unix.AF_UNSPEC && f != unix.AF_INET6 {
		return nil
	}
	if d[0] != unix.AF_INET6 {
		s.c.Warn("incorrect protocol family: " + strconv.Itoa(int(d[0])))
		return nil
	}
	if d[8] != ndPrefix {
		s.c.Warn("wrong ND type " + strconv.Itoa(int(d[8])))
		return nil
	}
	var tb [prefixCacheInfo + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(d[sizeofPrefixmsg:])
	s.p.Text(string(s.appendPrefix(nil, d, at)))
	s.p.EndRecord()
	return nil
}

func (s *screen) appendPrefix(b, head []byte, at rtnl.Attrs) []byte {
	number := func(name string, v uint32) {
		b = append(b, name...)
		b = strconv.AppendUint(b, uint64(v), 10)
	}
	if a := at.Get(prefixAddress); a != nil {
		b = format.AppendAddr(append(b, "prefix "...), unix.AF_INET6, a)
		number("/", uint32(head[9]))
	}
	b = append(b, "dev "...)
	b = append(b, s.c.Links().Name(int32(native.Uint32(head[4:])))...)
	b = append(b, ' ')
	if head[10]&flagOnlink != 0 {
		b = append(b, "onlink "...)
	}
	if head[10]&flagAutoconf != 0 {
		b = append(b, "autoconf "...)
	}
	if info := at.Get(prefixCacheInfo); len(info) >= 8 { // preferred, valid
		number("valid ", native.Uint32(info[4:]))
		number(" preferred ", native.Uint32(info))
		b = append(b, ' ')
	}
	return append(b, '\n')
}

// recorded prints the time that a file was written at.
func (s *screen) recorded(m *rtnl.Msg) {
	if len(m.Data) < 8 {
		return
	}
	b := format.AppendAsctime([]byte("Timestamp: "), time.Unix(int64(native.Uint32(m.Data)), 0))
	b = strconv.AppendUint(append(b, ' '), uint64(native.Uint32(m.Data[4:])), 10)
	s.c.Env.Stdout.Write(append(b, " us\n"...))
}
