package ping

import (
	"bytes"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
)

// inNamespace runs f on a thread that is in a network namespace of its own with
// the loopback interface up, and skips the test where that is not permitted.
// The thread ends with f.
func inNamespace(t *testing.T, f func()) {
	t.Helper()
	var reason error
	done := make(chan struct{})
	go func() {
		defer close(done)
		runtime.LockOSThread()
		if reason = unix.Unshare(unix.CLONE_NEWNET); reason != nil {
			return
		}
		if err := up("lo"); err != nil {
			t.Error("lo: ", err)
			return
		}
		f()
	}()
	<-done
	if reason != nil {
		t.Skip("no network namespace of its own: ", reason)
	}
}

// ioctl asks for something about an interface of the thread's namespace.
func ioctl(request uint, name string, fill func(*unix.Ifreq)) (*unix.Ifreq, error) {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	defer unix.Close(fd)
	ifr, err := unix.NewIfreq(name)
	if err != nil {
		return nil, err
	}
	fill(ifr)
	return ifr, unix.IoctlIfreq(fd, request, ifr)
}

func up(name string) error {
	ifr, err := ioctl(unix.SIOCGIFFLAGS, name, func(*unix.Ifreq) {})
	if err != nil {
		return err
	}
	flags := ifr.Uint16() | unix.IFF_UP
	_, err = ioctl(unix.SIOCSIFFLAGS, name, func(i *unix.Ifreq) { i.SetUint16(flags) })
	return err
}

// watched is a buffer that tells of what is written into it.
type watched struct {
	mu   sync.Mutex
	b    bytes.Buffer
	tell chan struct{}
}

func (w *watched) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.tell != nil && bytes.Contains(p, []byte("bytes from")) {
		close(w.tell)
		w.tell = nil
	}
	return w.b.Write(p)
}

var times = regexp.MustCompile(`time=[0-9.]+ ms|time [0-9]+ms|= [0-9./]+ ms`)

// runPing runs ping with the words and returns both streams, without the times,
// and the status.
func runPing(stdout *watched, words ...string) (out, stderr string, status int) {
	var e bytes.Buffer
	status = applet.Run(Main, &applet.Env{Name: "ping", Args: words, Stdout: applet.NewOutput(stdout), Stderr: &e})
	return times.ReplaceAllString(stdout.b.String(), "T"), e.String(), status
}

// expect runs ping and compares all that comes of it.
func expect(t *testing.T, words, stdout, stderr string, status int) {
	t.Helper()
	o, e, s := runPing(&watched{}, strings.Fields(words)...)
	if o != stdout || e != stderr || s != status {
		t.Errorf("ping %s: status %d, want %d\nstdout:\n%swant:\n%sstderr %q, want %q", words, s, status, o, stdout, e, stderr)
	}
}

func TestLoopback(t *testing.T) {
	inNamespace(t, func() {
		expect(t, "-c 2 -i 0.01 127.0.0.1", `PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.
64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 T
64 bytes from 127.0.0.1: icmp_seq=2 ttl=64 T

--- 127.0.0.1 ping statistics ---
2 packets transmitted, 2 received, 0% packet loss, T
rtt min/avg/max/mdev T
`, "", 0)
		expect(t, "-c 1 -s 4 -t 9 -I lo 127.0.0.3", `PING 127.0.0.3 (127.0.0.3) from 127.0.0.1 lo: 4(32) bytes of data.
12 bytes from 127.0.0.3: icmp_seq=1 ttl=64

--- 127.0.0.3 ping statistics ---
1 packets transmitted, 1 received, 0% packet loss, T

`, "", 0)
		expect(t, "-c 3 -l 3 -q 127.0.0.1", `PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.

--- 127.0.0.1 ping statistics ---
3 packets transmitted, 3 received, 0% packet loss, T
rtt min/avg/max/mdev T, pipe 3
`, "", 0)
		expect(t, "-c 1 10.1.1.1", "", "ping: connect: Network is unreachable\n", 2)
		expect(t, "-c 1 -I nosuch 127.0.0.1", "", "ping: SO_BINDTODEVICE nosuch: No such device\n", 2)
		expect(t, "-4 ::1", "", "ping: ::1: Address family for hostname not supported\n", 2)
		expect(t, "-c 1 255.255.255.255", "", "ping: connect: Network is unreachable\n", 2)
		if _, err := os.Stat("/proc/sys/net/ipv6/conf/lo"); err != nil {
			return // no IPv6 in this kernel
		}
		expect(t, "-c 1 ::1", `PING ::1(::1) 56 data bytes
64 bytes from ::1: icmp_seq=1 ttl=64 T

--- ::1 ping statistics ---
1 packets transmitted, 1 received, 0% packet loss, T
rtt min/avg/max/mdev T
`, "", 0)
		expect(t, "-c 1 fd00::1", "", "ping: connect: Network is unreachable\n", 2)
	})
}

// Two runs at once share the kernel's copies of every reply, each takes its own.
func TestTwoAtOnce(t *testing.T) {
	inNamespace(t, func() {
		here, err := unix.Open("/proc/thread-self/ns/net", unix.O_RDONLY|unix.O_CLOEXEC, 0)
		if err != nil {
			t.Error(err)
			return
		}
		defer unix.Close(here)
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				runtime.LockOSThread()
				if err := unix.Setns(here, unix.CLONE_NEWNET); err != nil {
					t.Error(err)
					return
				}
				expect(t, "-q -c 20 -i 0.005 127.0.0.1", `PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.

--- 127.0.0.1 ping statistics ---
20 packets transmitted, 20 received, 0% packet loss, T
rtt min/avg/max/mdev T
`, "", 0)
			})
		}
		all.Wait()
	})
}

// SIGQUIT asks for a status, SIGINT ends a run in good order, and nobody else is
// left with a signal.
func TestSignals(t *testing.T) {
	mine := make(chan os.Signal, 16)
	signal.Notify(mine, unix.SIGINT, unix.SIGQUIT)
	defer signal.Stop(mine)
	inNamespace(t, func() {
		first, ended := make(chan struct{}), make(chan struct{})
		var sender sync.WaitGroup
		sender.Go(func() {
			<-first
			// The run takes signals a moment later than it prints: repeat.
			for i := 0; ; i++ {
				select {
				case <-ended:
					return
				case <-time.After(20 * time.Millisecond):
				}
				if i < 2 {
					unix.Kill(unix.Getpid(), unix.SIGQUIT)
				} else {
					unix.Kill(unix.Getpid(), unix.SIGINT)
				}
			}
		})
		out, errors, status := runPing(&watched{tell: first}, "-i", "30", "127.0.0.1")
		close(ended)
		sender.Wait()
		want := `PING 127.0.0.1 (127.0.0.1) 56(84) bytes of data.
64 bytes from 127.0.0.1: icmp_seq=1 ttl=64 T

--- 127.0.0.1 ping statistics ---
1 packets transmitted, 1 received, 0% packet loss, T
rtt min/avg/max/mdev T
`
		if out != want || status != 0 {
			t.Errorf("status %d\n%s", status, out)
		}
		if !strings.HasPrefix(errors, "\r1/1 packets, 0% loss, min/avg/ewma/max = ") {
			t.Errorf("no status: %q", errors)
		}
	})
}

func TestDeadline(t *testing.T) {
	inNamespace(t, func() {
		start := time.Now()
		out, _, status := runPing(&watched{}, "-q", "-w", "1", "-c", "100", "-i", "0.4", "127.0.0.1")
		if d := time.Since(start); status != 1 || d < 900*time.Millisecond || !strings.Contains(out, " received, 0% packet loss") {
			t.Errorf("status %d after %v\n%s", status, d, out)
		}
	})
}

// tunnel makes a point-to-point interface 10.9.0.1/24 on which answer plays the
// other side: it is given each IPv4 packet and returns those to send back. end
// stops it.
func tunnel(answer func(packet []byte) [][]byte) (end func(), err error) {
	fd, err := unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_CLOEXEC|unix.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	ifr, err := unix.NewIfreq("tun0")
	if err == nil {
		ifr.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI)
		err = unix.IoctlIfreq(fd, unix.TUNSETIFF, ifr)
	}
	// The poller must not see the device before it has its interface.
	file := os.NewFile(uintptr(fd), "tun")
	set := func(request uint, a ...byte) {
		if err == nil {
			_, err = ioctl(request, "tun0", func(i *unix.Ifreq) { i.SetInet4Addr(a) })
		}
	}
	set(unix.SIOCSIFADDR, 10, 9, 0, 1)
	set(unix.SIOCSIFNETMASK, 255, 255, 255, 0)
	if err == nil {
		err = up("tun0")
	}
	if err != nil {
		file.Close()
		return nil, err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		b := make([]byte, 65536)
		for {
			n, err := file.Read(b)
			if err != nil {
				return
			}
			if n < ipHeader+icmpHeader || b[0]>>4 != 4 {
				continue
			}
			for _, p := range answer(b[:n]) {
				file.Write(p)
			}
		}
	}()
	return func() { file.Close(); <-done }, nil
}

// backTo is an IPv4 packet from an address to the sender of another packet.
func backTo(packet []byte, source [4]byte, icmp []byte) []byte {
	b := ip4("", icmp)
	copy(b[12:], source[:])
	copy(b[16:], packet[12:16])
	be.PutUint16(b[10:], checksum(b[:ipHeader]))
	return b
}

// The host 10.9.0.N behaves by its number.
func behave(packet []byte) [][]byte {
	target := [4]byte(packet[16:20])
	probe := packet[ipHeader:]
	reply := backTo(packet, target, message(icmpEchoReply, 0, be.Uint32(probe[4:]), probe[icmpHeader:]))
	router := [4]byte{10, 9, 0, 254}
	trouble := func(typ, code byte, rest uint32) []byte {
		return backTo(packet, router, message(typ, code, rest, packet[:ipHeader+icmpHeader]))
	}
	switch target[3] {
	case 2:
		return [][]byte{reply}
	case 3:
		return [][]byte{reply, reply}
	case 4:
		return [][]byte{trouble(icmpUnreachable, 1, 0)}
	case 5:
		return [][]byte{trouble(icmpTimeExceeded, 0, 0)}
	case 6:
		return [][]byte{trouble(icmpRedirect, 1, 0x0a090007), reply}
	case 7:
		return [][]byte{backTo(packet, router, reply[ipHeader:])}
	}
	return nil
}

func TestErrors(t *testing.T) {
	inNamespace(t, func() {
		end, err := tunnel(behave)
		if err != nil {
			t.Log("no tun device: ", err)
			return
		}
		defer end()
		head := func(n string) string { return "PING 10.9.0." + n + " (10.9.0." + n + ") 56(84) bytes of data.\n" }
		tail := func(n, counts, rest string) string {
			return "\n--- 10.9.0." + n + " ping statistics ---\n" + counts + " packet loss, T\n" + rest + "\n"
		}
		const rtt = "rtt min/avg/max/mdev T"
		expect(t, "-c 1 10.9.0.2", head("2")+"64 bytes from 10.9.0.2: icmp_seq=1 ttl=60 T\n"+
			tail("2", "1 packets transmitted, 1 received, 0%", rtt), "", 0)
		expect(t, "-c 2 -i 0.05 10.9.0.3", head("3")+"64 bytes from 10.9.0.3: icmp_seq=1 ttl=60 T\n"+
			"64 bytes from 10.9.0.3: icmp_seq=1 ttl=60 T (DUP!)\n64 bytes from 10.9.0.3: icmp_seq=2 ttl=60 T\n"+
			tail("3", "2 packets transmitted, 2 received, +1 duplicates, 0%", rtt), "", 0)
		expect(t, "-c 2 -i 0.05 10.9.0.4", head("4")+"From 10.9.0.254 icmp_seq=1 Destination Host Unreachable\n"+
			"From 10.9.0.254 icmp_seq=2 Destination Host Unreachable\n"+
			tail("4", "2 packets transmitted, 0 received, +2 errors, 100%", ""), "", 1)
		expect(t, "-c 1 10.9.0.5", head("5")+"From 10.9.0.254 icmp_seq=1 Time to live exceeded\n"+
			tail("5", "1 packets transmitted, 0 received, +1 errors, 100%", ""), "", 1)
		expect(t, "-c 1 10.9.0.6", head("6")+"From 10.9.0.254: icmp_seq=1 Redirect Host(New nexthop: 10.9.0.7)\n"+
			"64 bytes from 10.9.0.6: icmp_seq=1 ttl=60 T\n"+
			tail("6", "1 packets transmitted, 1 received, 0%", rtt), "", 0)
		expect(t, "-c 1 10.9.0.7", head("7")+"64 bytes from 10.9.0.254: icmp_seq=1 ttl=60 T (DIFFERENT ADDRESS!)\n"+
			tail("7", "1 packets transmitted, 1 received, 0%", rtt), "", 0)
		expect(t, "-O -c 2 -i 0.05 -W 0.1 10.9.0.8", head("8")+"no answer yet for icmp_seq=1\n"+
			tail("8", "2 packets transmitted, 0 received, 100%", ""), "", 1)
		expect(t, "-c 1 -M do -s 1473 10.9.0.2", "PING 10.9.0.2 (10.9.0.2) 1473(1501) bytes of data.\n"+
			tail("2", "1 packets transmitted, 0 received, +1 errors, 100%", ""), "ping: local error: message too long, mtu=1500\n", 1)
		expect(t, "-c 1 10.9.0.255", "", "ping: Do you want to ping broadcast? Then -b. If not, check your local firewall rules\n", 2)
	})
}
