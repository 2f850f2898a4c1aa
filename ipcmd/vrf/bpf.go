package vrf

import (
	"runtime"
	"strings"
	"unsafe"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/rtnl"
)

// bindGroup makes the sockets that processes of a group open belong to a device.
func bindGroup(path string, index int32) error {
	group, err := unix.Open(path, unix.O_DIRECTORY|unix.O_RDONLY|unix.O_CLOEXEC, 0)
	if err != nil {
		return refuse("Failed to open cgroup path: '" + errnoText(err) + "'")
	}
	defer unix.Close(group)
	prog, log, errno := loadProgram(index)
	if errno != 0 {
		text := "Failed to load BPF prog: '" + rtnl.Strerror(errno) + "'\n" + log
		if errno != unix.EPERM {
			text += "Kernel compiled with CGROUP_BPF enabled?"
		}
		return refuse(strings.TrimSuffix(text, "\n"))
	}
	defer unix.Close(prog)
	attr := struct{ target, prog, kind, flags uint32 }{
		uint32(group), uint32(prog), unix.BPF_CGROUP_INET_SOCK_CREATE, 0,
	}
	if _, errno := bpf(unix.BPF_PROG_ATTACH, unsafe.Pointer(&attr), unsafe.Sizeof(attr)); errno != 0 {
		return refuse("Failed to attach prog to cgroup: '" + rtnl.Strerror(errno) + "'")
	}
	return nil
}

func bpf(cmd uintptr, attr unsafe.Pointer, size uintptr) (uintptr, unix.Errno) {
	r, _, errno := unix.Syscall(unix.SYS_BPF, cmd, uintptr(attr), size)
	return r, errno
}

// instruction is struct bpf_insn (linux/bpf.h).
type instruction struct {
	code uint8
	regs uint8 // the destination in the lower half, the source in the upper
	off  int16
	imm  int32
}

// program sets bound_dev_if, the first field of the struct bpf_sock that it is
// given, and lets the socket be made.
func program(index int32) []instruction {
	const (
		move      = unix.BPF_ALU64 | unix.BPF_MOV | unix.BPF_K
		moveReg   = unix.BPF_ALU64 | unix.BPF_MOV | unix.BPF_X
		storeWord = unix.BPF_STX | unix.BPF_MEM | unix.BPF_W
		exit      = unix.BPF_JMP | unix.BPF_EXIT
	)
	return []instruction{
		{code: moveReg, regs: 1<<4 | 6},
		{code: move, regs: 3, imm: index},
		{code: move, regs: 2},
		{code: storeWord, regs: 3<<4 | 6},
		{code: move, regs: 0, imm: 1},
		{code: exit},
	}
}

// logSize is the room for what the kernel has to say about a program.
const logSize = 256 << 10

// loadProgram hands the program to the kernel; log is what the kernel says about
// one that it refuses.
func loadProgram(index int32) (fd int, log string, errno unix.Errno) {
	insns := program(index)
	license := []byte("GPL\x00")
	text := make([]byte, logSize)
	var pin runtime.Pinner
	defer pin.Unpin()
	address := func(p unsafe.Pointer) uint64 {
		pin.Pin(p)
		return uint64(uintptr(p))
	}
	attr := struct {
		kind, count    uint32
		insns, license uint64 // addresses, 64 bits wide on every machine
		level, size    uint32
		log            uint64
	}{
		kind: unix.BPF_PROG_TYPE_CGROUP_SOCK, count: uint32(len(insns)),
		insns: address(unsafe.Pointer(&insns[0])), license: address(unsafe.Pointer(&license[0])),
		level: 1, size: logSize, log: address(unsafe.Pointer(&text[0])),
	}
	r, errno := bpf(unix.BPF_PROG_LOAD, unsafe.Pointer(&attr), unsafe.Sizeof(attr))
	if errno != 0 {
		return -1, unix.ByteSliceToString(text), errno
	}
	return int(r), "", 0
}
