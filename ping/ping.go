// Package ping is ping(8) of iputils 20221126: it sends ICMP and ICMPv6 echo
// requests (RFC 792, RFC 4443) over raw sockets or, for users who may only do
// that, ICMP datagram sockets, and prints what comes back.
//
// Everything happens on the calling goroutine, which stays on its thread for
// the length of the run: sockets are opened in the thread's network namespace,
// waiting is poll(2) with a deadline. Signals are taken only while answers are
// waited for.
//
// The files: options.go and number.go read the command line, socket.go and
// target.go open sockets and find the address, loop.go sends and waits, echo4.go
// and echo6.go know the two protocols, icmp4.go, icmp6.go and ipoptions.go put
// headers into words, stats.go counts, nodeinfo.go is option -N.
//
// It may import the standard library, golang.org/x/sys/unix, internal/applet,
// format, getopt, resolver and rtnl.
package ping

import (
	"errors"
	"io"
	"runtime"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/printer"
	"github.com/nlbox/nlbox/internal/resolver"
)

// Main runs one ping. Output that could not be written makes it fail, messages
// too.
func Main(env *applet.Env) error {
	messages := &checked{Writer: env.Stderr}
	env.Stderr = messages
	defer func() { env.Stderr = messages.Writer }()
	code := env.Report(call(env))
	env.Stdout.Flush()
	if bad := env.Stdout.Err(); bad != nil && !errors.Is(bad, unix.EPIPE) {
		return applet.Fail(1, errorText(env.Program(), 0, "write error"))
	}
	if messages.failed {
		return applet.Silent(1)
	}
	if code == 0 {
		return nil
	}
	return applet.Silent(code)
}

// checked remembers that a write failed.
type checked struct {
	io.Writer
	failed bool
}

func (w *checked) Write(p []byte) (n int, err error) {
	n, err = w.Writer.Write(p)
	w.failed = w.failed || err != nil
	return n, err
}

// call runs one ping.
func call(env *applet.Env) error {
	// The capability sets belong to the thread, and the identifier of raw
	// sockets is its id.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()

	s := newSession(env)
	args := s.jsonOption(env.Args)
	p := parser{program: s.program, uid: s.uid, stdout: env.Stdout, warn: s.parseWarn, resolve: s.resolve}
	opt, err := p.parse(s.familyArgs(args), env.Posix)
	if err != nil {
		return err
	}
	if opt.version {
		env.Stdout.WriteString(versionText)
		return nil
	}
	s.opt, s.ident = *opt, opt.ident
	return s.run()
}

// session is one run of ping.
type session struct {
	env     *applet.Env
	out     *applet.Output
	program string // what messages begin with
	uid     int
	resolve *resolver.Resolver
	caps    *capabilities
	signals *signals // nil while they are not taken

	opt options // changed by what the target and the run make of it

	sock     socket
	proto    protocol
	ident    int // -1 when the kernel chooses it
	hostname string
	names    nameCache
	packet   []byte // the probe, with its ICMP header

	multicast bool // so many may answer
	timing    bool // the probe has room for a time
	confirm   int  // MSG_CONFIRM for the next probe, or 0
	confirmOK bool
	filtered  bool // the kernel drops what is for others

	stats stats
	pace  pace

	// events is where --json writes what happens; nil for text.
	events *printer.Printer
}

// protocol is what differs between IPv4 and IPv6 while probes are sent.
type protocol interface {
	// send sends the next probe.
	send() error
	// takeError reads one entry of the error queue. failed is the error that
	// made the caller look there; it is handed back unless the entry is none
	// of ours. n is positive for an ICMP error, negative for a local one.
	takeError(failed unix.Errno) (n int, errno unix.Errno)
	// reply looks at a received packet. It tells whether it is somebody
	// else's.
	reply(r *received) (notOurs bool)
	// filter lets the kernel drop what is for other pings.
	filter() []unix.SockFilter
}

func newSession(env *applet.Env) *session {
	s := &session{env: env, out: env.Stdout, program: env.Program(), uid: unix.Getuid(), confirmOK: true}
	s.resolve = resolver.New(env.Getenv)
	s.resolve.Wake = s.wake
	s.stats.reset()
	return s
}

// familyArgs puts the option in front that the name ping4 or ping6 stands for.
func (s *session) familyArgs(args []string) []string {
	if n := len(s.program); n > 0 && (s.program[n-1] == '4' || s.program[n-1] == '6') {
		return append([]string{"-" + s.program[n-1:]}, args...)
	}
	return args
}

// parseWarn is for messages that do not wait for what stdout holds.
func (s *session) parseWarn(text string) { s.env.Warn(text) }

// complain is error(0, …): stdout first, then the message.
func (s *session) complain(errno unix.Errno, text string) {
	s.out.Flush()
	s.env.Warn(errorText(s.program, errno, text) + "\n")
}

// fail is error(status, …).
func (s *session) fail(code int, errno unix.Errno, text string) error {
	s.out.Flush()
	exit := &applet.Exit{Code: code, Text: errorText(s.program, errno, text)}
	if errno != 0 {
		exit.Err = errno
	}
	return exit
}

// fatal is fail for a system call that went wrong.
func (s *session) fatal(err error, text string) error {
	errno, _ := err.(unix.Errno)
	return s.fail(2, errno, text)
}

// print writes to stdout. Flooding does not buffer.
func (s *session) print(text string) {
	if s.events != nil {
		return
	}
	s.out.WriteString(text)
	if s.opt.flood {
		s.out.Flush()
	}
}

// run does what the command line asks for.
func (s *session) run() error {
	s.caps = dropCapabilities()
	defer s.caps.restore()
	if err := s.fillPacket(); err != nil {
		return err
	}
	sock4, sock6, err := s.openSockets()
	defer sock4.close()
	defer sock6.close()
	if err != nil {
		return err
	}
	return s.tryTargets(sock4, sock6)
}

// maxPacket bounds the memory for a probe. A longer one cannot be sent: the
// kernel is asked all the same, with what there is, for the error.
const maxPacket = 128 << 10

// fillPacket makes the probe's data: the pattern of -p, or bytes that count up.
func (s *session) fillPacket() error {
	s.packet = make([]byte, icmpHeader+min(s.opt.size, maxPacket))
	data := s.packet[icmpHeader:]
	if !s.opt.patterns {
		for i := range data {
			data[i] = byte(i)
		}
		return nil
	}
	pattern, bad := parsePattern(s.opt.pattern)
	if bad != "" {
		return s.fail(2, 0, "patterns must be specified as hex digits: "+bad)
	}
	for i := range data {
		if len(pattern) > 0 {
			data[i] = pattern[i%len(pattern)]
		}
	}
	if !s.opt.quiet {
		const hex = "0123456789abcdef"
		b := []byte("PATTERN: 0x")
		for _, c := range pattern {
			b = append(b, hex[c>>4], hex[c&15])
		}
		s.print(string(append(b, '\n')))
	}
	return nil
}
