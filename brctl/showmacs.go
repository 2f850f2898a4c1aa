package brctl

import (
	"strconv"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// showMACs lists the addresses that a bridge knows.
func showMACs(b *box, args []string) error {
	d, err := b.bridgeDevice(args[0])
	if err != nil {
		return readFailed(unix.ENODEV)
	}
	if !d.isBridge() {
		return readFailed(unix.EOPNOTSUPP)
	}
	list, err := b.fdb(d)
	if err != nil {
		return readFailed(errno(err))
	}
	if b.json {
		return b.jsonMACs(d.name, d.index, list)
	}
	b.env.Stdout.WriteString("port no\tmac addr\t\tis local?\tageing timer\n")
	var line []byte
	for i := range list {
		line = appendFDB(line[:0], &list[i])
		b.env.Stdout.Write(line)
	}
	return nil
}

func readFailed(e unix.Errno) error {
	return fail("read of forward table failed: " + rtnl.Strerror(e))
}

// appendFDB appends the line of one entry.
func appendFDB(line []byte, e *fdbEntry) []byte {
	for n := 100; n > 1 && int(e.number) < n; n /= 10 {
		line = append(line, ' ')
	}
	line = strconv.AppendUint(line, uint64(e.number), 10)
	line = append(line, '\t')
	line = format.AppendMAC(line, e.mac[:])
	if e.local {
		line = append(line, "\tyes\t\t"...)
	} else {
		line = append(line, "\tno\t\t"...)
	}
	return append(appendSeconds(line, uint64(e.age)), '\n')
}
