package rehearse

import (
	"encoding/binary"
	"errors"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
)

// capture writes what passes on the LANs' cables to files, one for each cable:
// LAN-HOST-INTERFACE.pcap.
type capture struct {
	stopped atomic.Bool
	running sync.WaitGroup
}

// openCapture makes the directory, while the process still sees the machine's
// file systems.
func openCapture(dir string) (*os.Root, error) {
	if dir == "" {
		return nil, nil
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return nil, err
	}
	return os.OpenRoot(dir)
}

// cable is a port of a switch and the name of its file.
type cable struct{ port, file string }

// startCapture begins on the thread whose namespace the switches are in. files is
// nil for none.
func startCapture(files *os.Root, cables []cable) (*capture, error) {
	c := &capture{}
	if files == nil {
		return c, nil
	}
	for _, cable := range cables {
		if err := c.add(files, cable); err != nil {
			c.stop()
			return nil, errors.New("cannot capture " + cable.file + ": " + cause(err))
		}
	}
	return c, nil
}

func (c *capture) add(files *os.Root, cable cable) error {
	fd, err := packetSocket(cable.port)
	if err != nil {
		return err
	}
	file, err := files.Create(cable.file)
	if err == nil {
		_, err = file.Write(pcapHeader())
	}
	if err != nil {
		unix.Close(fd)
		return err
	}
	c.running.Go(func() {
		defer file.Close()
		defer unix.Close(fd)
		c.read(fd, file)
	})
	return nil
}

// pause is how long a quiet cable is waited for before the end is looked for.
const pause = 50 * time.Millisecond

// packetSocket sees all frames of an interface (packet(7)).
func packetSocket(name string) (int, error) {
	protocol := htons(unix.ETH_P_ALL)
	// Without a protocol nothing comes before the socket is bound.
	fd, err := unix.Socket(unix.AF_PACKET, unix.SOCK_RAW|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return -1, err
	}
	index, err := ifIndex(fd, name)
	if err == nil {
		err = unix.Bind(fd, &unix.SockaddrLinklayer{Protocol: protocol, Ifindex: index})
	}
	if err == nil {
		tv := unix.NsecToTimeval(int64(pause))
		err = unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &tv)
	}
	if err != nil {
		unix.Close(fd)
		return -1, err
	}
	return fd, nil
}

func htons(v uint16) uint16 { return binary.NativeEndian.Uint16(binary.BigEndian.AppendUint16(nil, v)) }

func ifIndex(fd int, name string) (int, error) {
	r, err := unix.NewIfreq(name)
	if err == nil {
		err = unix.IoctlIfreq(fd, unix.SIOCGIFINDEX, r)
	}
	if err != nil {
		return 0, err
	}
	return int(r.Uint32()), nil
}

// snapLen is the longest frame that is kept: as tcpdump's default.
const snapLen = 262144

// read copies frames to the file until the capture is stopped and none is left.
func (c *capture) read(fd int, file *os.File) {
	buf := make([]byte, 16+snapLen)
	for {
		n, _, err := unix.Recvfrom(fd, buf[16:], unix.MSG_TRUNC)
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			if err != unix.EAGAIN || c.stopped.Load() {
				return
			}
			continue
		}
		kept := min(n, snapLen)
		now := time.Now()
		le := binary.LittleEndian
		le.PutUint32(buf, uint32(now.Unix()))
		le.PutUint32(buf[4:], uint32(now.Nanosecond()/1000))
		le.PutUint32(buf[8:], uint32(kept))
		le.PutUint32(buf[12:], uint32(n))
		if _, err := file.Write(buf[:16+kept]); err != nil {
			return
		}
	}
}

// pcapHeader begins a file: the format of libpcap 2.4 (pcap-savefile(5)), times in
// microseconds, Ethernet.
func pcapHeader() []byte {
	le := binary.LittleEndian
	b := le.AppendUint32(nil, 0xa1b2c3d4)
	b = le.AppendUint16(b, 2)
	b = le.AppendUint16(b, 4)
	b = append(b, make([]byte, 8)...)
	b = le.AppendUint32(b, snapLen)
	return le.AppendUint32(b, 1) // LINKTYPE_ETHERNET
}

// stop ends the capture when all that has passed is written.
func (c *capture) stop() {
	c.stopped.Store(true)
	c.running.Wait()
}
