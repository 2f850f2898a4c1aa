package link

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/words"
	"github.com/nlbox/nlbox/ipcmd/object"
)

// setXDP reads `xdp[generic|drv|offload] off`, which has to be the last word,
// and `… pinned FILE`. Loading a program from an object file is for libbpf, and
// refused.
func setXDP(x *change, cur *words.Cursor) error {
	flags, offload := xdpFlags(cur.Word()), cur.Is("xdpoffload")
	mode, err := cur.Value()
	if err != nil {
		return err
	}
	if offload && x.c.Links().Index(x.dev) == 0 {
		return words.Incomplete()
	}
	if _, more := cur.Peek(); !more && (mode == "off" || mode == "none") {
		x.sendXDP(-1, flags)
	} else if err := x.setProgram(cur, mode, flags); err != nil {
		return err
	}
	x.forgetNamed(offload)
	return nil
}

// forgetNamed takes back, if wanted, that the new name stands for the device.
func (x *change) forgetNamed(want bool) {
	if want && !x.devGiven {
		x.dev = ""
	}
}

// setProgram reads the rest of `xdp MODE …`.
func (x *change) setProgram(cur *words.Cursor, mode string, flags uint32) error {
	fd, err := x.c.Program(cur, mode, "")
	if err != nil {
		return err
	}
	if fd < 0 {
		return object.Abort(object.StatusUsage,
			"xdp "+mode+": nlbox loads no BPF programs; pin one with bpftool and use `xdp pinned FILE`")
	}
	x.fds = append(x.fds, fd)
	x.sendXDP(int32(fd), flags)
	return nil
}

// xdpFlags are XDP_FLAGS_* of linux/if_link.h.
func xdpFlags(word string) uint32 {
	switch word {
	case "xdpgeneric":
		return 1 << 1
	case "xdpdrv":
		return 1 << 2
	case "xdpoffload":
		return 1 << 3
	}
	return 0
}

func (x *change) sendXDP(fd int32, flags uint32) {
	nest := x.r.Nest(unix.IFLA_XDP)
	x.r.U32(unix.IFLA_XDP_FD, uint32(fd))
	if flags != 0 {
		x.r.U32(unix.IFLA_XDP_FLAGS, flags)
	}
	x.r.End(nest)
}
