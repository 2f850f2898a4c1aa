package link

import (
	"bytes"
	"runtime"
	"unsafe"

	"golang.org/x/sys/unix"
)

// progInfo is the beginning of struct bpf_prog_info (linux/bpf.h).
type progInfo struct {
	typ, id                  uint32
	tag                      [8]byte
	jitedLen, xlatedLen      uint32
	jited, xlated            uint64
	loadTime                 uint64
	uid                      uint32
	numMaps                  uint32
	maps                     uint64
	name                     [16]byte
	ifindex, bits            uint32
	netnsDev, netnsIno       uint64
	numKsyms, numFuncLens    uint32
	ksyms, funcLens          uint64
	btf, funcInfoSize        uint32
	funcInfo                 uint64
	numFuncInfo, numLineInfo uint32
}

// program asks the kernel about a BPF program. It needs the right to open
// programs by their number (CAP_SYS_ADMIN).
func program(id uint32) (Program, bool) {
	var byID struct{ id, next, flags uint32 }
	byID.id = id
	fd, err := bpf(unix.BPF_PROG_GET_FD_BY_ID, unsafe.Pointer(&byID), unsafe.Sizeof(byID))
	if err != nil {
		return Program{}, false
	}
	defer unix.Close(fd)
	info := new(progInfo)
	var pin runtime.Pinner
	pin.Pin(info)
	defer pin.Unpin()
	var byFD struct {
		fd, size uint32
		info     uint64
	}
	byFD.fd, byFD.size = uint32(fd), uint32(unsafe.Sizeof(*info))
	byFD.info = uint64(uintptr(unsafe.Pointer(info)))
	_, err = bpf(unix.BPF_OBJ_GET_INFO_BY_FD, unsafe.Pointer(&byFD), unsafe.Sizeof(byFD))
	if err != nil {
		return Program{}, false
	}
	name, _, _ := bytes.Cut(info.name[:], []byte{0})
	return Program{
		Name:     string(name),
		Tag:      info.tag[:],
		JIT:      info.jitedLen != 0,
		LoadTime: info.loadTime,
		UID:      info.uid,
		BTF:      info.btf,
	}, true
}

// bpf is bpf(2).
func bpf(cmd uintptr, attr unsafe.Pointer, size uintptr) (int, error) {
	fd, _, errno := unix.Syscall(unix.SYS_BPF, cmd, uintptr(attr), size)
	if errno != 0 {
		return -1, errno
	}
	return int(fd), nil
}
