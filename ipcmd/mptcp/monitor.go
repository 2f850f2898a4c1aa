package mptcp

import (
	"errors"
	"strconv"
	"time"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// Attributes of an event (linux/mptcp.h).
const (
	eventToken       = 1 // 32 bits
	eventLocalID     = 3 // 8 bits
	eventRemoteID    = 4 // 8 bits
	eventSrc4        = 5
	eventSrc6        = 6
	eventDst4        = 7
	eventDst6        = 8
	eventSrcPort     = 9  // in network order
	eventDstPort     = 10 // in network order
	eventBackup      = 11 // 8 bits
	eventError       = 12 // 8 bits
	eventFlags       = 13 // 16 bits
	eventTimeout     = 14 // 32 bits
	eventIndex       = 15 // 32 bits
	eventResetReason = 16 // 32 bits
	eventResetFlags  = 17 // 32 bits
)

// eventName names an event, "" of one that is not known.
func eventName(event uint8) string {
	switch event {
	case 1:
		return "CREATED"
	case 2:
		return "ESTABLISHED"
	case 3:
		return "CLOSED"
	case 6:
		return "ANNOUNCED"
	case 7:
		return "REMOVED"
	case 10:
		return "SF_ESTABLISHED"
	case 11:
		return "SF_CLOSED"
	case 13:
		return "SF_PRIO"
	}
	return ""
}

// lost is the status of a monitor whose socket fails.
const lost = 254

// monitor prints events until the socket fails.
func monitor(k *call, args []string) error {
	if len(args) > 0 {
		return unknown(args[0])
	}
	socket, ok := k.conn.(*rtnl.Socket)
	if !ok {
		return nil // a replay has no events
	}
	group, err := rtnl.GenericGroup(socket, familyName, eventsGroup)
	if err == nil {
		err = socket.Join(uint(group))
	}
	if err != nil {
		var errno unix.Errno
		errors.As(err, &errno)
		return object.Fail(object.StatusUsage, "can't subscribe to mptcp events: "+rtnl.Strerror(errno))
	}
	out := k.c.Env.Stdout
	for {
		err := socket.Next(func(m *rtnl.Msg) error {
			if m.Type == k.family {
				out.Write(appendEvent(appendTime(nil, &k.c.Opt), m))
				out.Flush()
			}
			return nil
		})
		switch {
		case err == nil:
		case errors.Is(err, unix.ENOBUFS): // events were lost; others will come
			k.c.Warn(err.Error())
		default:
			_, text := applet.Status(err)
			return object.Fail(lost, text)
		}
	}
}

func appendTime(b []byte, o *object.Options) []byte {
	switch {
	case o.TimestampShort:
		return format.AppendTimestampShort(b, time.Now())
	case o.Timestamp:
		return format.AppendTimestamp(b, time.Now())
	}
	return b
}

// appendEvent appends the line of an event.
func appendEvent(b []byte, m *rtnl.Msg) []byte {
	cmd, attrs, ok := m.Generic()
	if !ok {
		return b
	}
	name := eventName(cmd)
	if name == "" {
		b = append(b, "[UNKNOWN "...)
		return append(strconv.AppendUint(b, uint64(cmd), 10), "]\n"...)
	}
	var tb [eventResetFlags + 1][]byte
	at := rtnl.Attrs(tb[:])
	at.Parse(attrs)
	b = append(format.AppendRight(append(b, '['), name, 14), "] token="...)
	token, _ := at.U32(eventToken)
	hex := strconv.FormatUint(uint64(token), 16)
	b = append(append(b, "00000000"[:8-len(hex)]...), hex...)
	number := func(key string, v uint64, ok bool, base int) {
		if ok {
			b = strconv.AppendUint(append(b, key...), v, base)
		}
	}
	small := func(key string, attr int) { v, ok := at.U8(attr); number(key, uint64(v), ok, 10) }
	large := func(key string, attr, base int) { v, ok := at.U32(attr); number(key, uint64(v), ok, base) }
	port := func(key string, attr int) { v, ok := at.BE16(attr); number(key, uint64(v), ok, 10) }
	addr := func(key string, attr, family int) {
		if a := at.Get(attr); a != nil {
			b = format.AppendAddr(append(b, key...), family, a)
		}
	}
	small(" remid=", eventRemoteID)
	small(" locid=", eventLocalID)
	addr(" saddr4=", eventSrc4, unix.AF_INET)
	addr(" daddr4=", eventDst4, unix.AF_INET)
	addr(" saddr6=", eventSrc6, unix.AF_INET6)
	addr(" daddr6=", eventDst6, unix.AF_INET6)
	port(" sport=", eventSrcPort)
	port(" dport=", eventDstPort)
	small(" backup=", eventBackup)
	small(" error=", eventError)
	flags, ok := at.U16(eventFlags)
	number(" flags=", uint64(flags), ok, 16)
	large(" timeout=", eventTimeout, 10)
	large(" ifindex=", eventIndex, 10)
	large(" reset_reason=", eventResetReason, 10)
	large(" reset_flags=0x", eventResetFlags, 16)
	return append(b, '\n')
}
