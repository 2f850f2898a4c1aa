package ping

import (
	"math"
	"time"

	"golang.org/x/sys/unix"
)

const (
	leastInterval     = 10 // milliseconds between probes that get no answer
	leastUserInterval = 2  // milliseconds, what an ordinary user may ask for
	slowest           = 500
	idle              = 1000 // milliseconds: nothing is left to send

	// quickAnswer is how long the first wait goes without taking signals.
	quickAnswer = 2 * time.Millisecond
)

// pace decides when the next probe is due. Milliseconds unless said otherwise.
type pace struct {
	interval int32
	tokens   int32 // credit for probes that could have been sent already
	penalty  int32 // microseconds, added by -A after the device was full
	full     int32 // how often in a row the device was full
	width    int32 // columns of the terminal: flooding prints no more dots

	start int64 // nanoseconds, CLOCK_MONOTONIC_RAW
	last  int64 // when the last probe was due; 0 before the first

	waited bool // for the first answer

	alarm  time.Time // when the run ends; zero for never
	linger uint64    // microseconds until then, from the last probe; 0 if not set
}

// monotonic reads the clock that runs are measured with, in nanoseconds.
func monotonic() int64 {
	var t unix.Timespec
	unix.ClockGettime(unix.CLOCK_MONOTONIC_RAW, &t)
	return t.Nano()
}

// atLeast is the interval, but not below what unanswered probes keep to.
func atLeast(interval int32) int32 { return max(interval, leastInterval) }

// setUp checks the interval and sets the options that both protocols share.
func (s *session) setUp() error {
	p := &s.pace
	p.interval, p.width = s.opt.interval, math.MaxInt32
	if s.opt.flood && !s.opt.intervalP {
		p.interval = 0
	}
	if s.uid != 0 && p.interval < leastUserInterval {
		return s.fail(2, 0, "cannot flood; minimal interval allowed for user is "+itoa(leastUserInterval)+"ms")
	}
	if p.interval >= math.MaxInt32/s.opt.preload {
		return s.fail(2, 0, "illegal preload and/or interval: "+itoa(int64(p.interval)))
	}
	fd := s.sock.fd
	if s.opt.debug {
		unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_DEBUG, 1)
	}
	if s.opt.dontRoute {
		unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_DONTROUTE, 1)
	}
	if !s.opt.userLatency {
		if unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_TIMESTAMP, 1) != nil {
			s.complain(0, "Warning: no SO_TIMESTAMP support, falling back to SIOCGSTAMP")
		}
	}
	s.setMark(fd)
	// A device that is stuck must not hold the run up for ever.
	timeout := unix.NsecToTimeval(int64(min(atLeast(p.interval), 1000)) * 1e6)
	unix.SetsockoptTimeval(fd, unix.SOL_SOCKET, unix.SO_SNDTIMEO, &timeout)
	if s.ident < 0 && s.sock.raw() {
		s.ident = unix.Gettid() & maxIdent
	}
	return nil
}

// begin starts the clocks.
func (s *session) begin() {
	s.pace.start = monotonic()
	if s.opt.deadline != 0 {
		s.pace.alarm = time.Now().Add(time.Duration(s.opt.deadline) * time.Second)
	}
	if s.env.Terminal() {
		if w, err := unix.IoctlGetWinsize(unix.Stdout, unix.TIOCGWINSZ); err == nil && w.Col > 0 {
			s.pace.width = int32(w.Col)
		}
	}
}

// catch takes the signals from now on.
func (s *session) catch() (err error) {
	if s.signals, err = catchSignals(); err != nil {
		return s.fatal(err, "eventfd")
	}
	return nil
}

// wake gives the resolver the descriptor that ends the run. A name server may
// take long to answer: so the signals are taken by then, if probes are sent
// already.
func (s *session) wake() int {
	if s.signals == nil && s.pace.start != 0 {
		s.catch() // without them the run ends all the same, only not as well
	}
	if s.signals == nil {
		return -1
	}
	return s.signals.end
}

// over tells whether the run is to end: by a signal or by the clock.
func (s *session) over() bool {
	if s.signals != nil && s.signals.ended.Load() {
		return true
	}
	return !s.pace.alarm.IsZero() && !time.Now().Before(s.pace.alarm)
}

// allSent tells whether no further probe is to be sent.
func (s *session) allSent() bool {
	return s.opt.count != 0 && s.stats.transmitted >= s.opt.count && s.opt.deadline == 0
}

// loop sends probes and takes replies until the run is over.
func (s *session) loop(receiveSize int) error {
	s.begin()
	defer func() {
		if s.signals != nil {
			s.signals.release()
		}
	}()
	r := newReceiver(receiveSize)
	for {
		st := &s.stats
		switch {
		case s.over(),
			s.opt.count != 0 && st.received+st.errors >= s.opt.count,
			s.opt.deadline != 0 && st.errors != 0:
			return s.finish()
		}
		if s.signals != nil && s.signals.takeStatus() {
			s.env.Stderr.Write(st.appendStatus(nil, s.timing))
		}
		next := s.schedule(s.probe())
		for next <= 0 {
			next = s.schedule(s.probe())
		}
		ready, failed, err := s.wait(next)
		if err != nil {
			return err
		}
		if ready {
			s.receive(r, failed)
		}
	}
}

// schedule sets the alarm when the last probe is out: twice the longest trip,
// but at least an interval, or, while nothing has come back, what -W says. next
// is when to look again.
func (s *session) schedule(next int32) int32 {
	p := &s.pace
	if !s.allSent() || p.linger != 0 {
		return next
	}
	if s.stats.received != 0 {
		p.linger = uint64(2 * s.stats.max)
		p.linger = max(p.linger, 1000*uint64(p.interval))
	} else {
		p.linger = uint64(s.opt.linger) * 1000
	}
	if next < 0 || uint64(next) < p.linger/1000 {
		next = int32(p.linger / 1000)
	}
	if s.signals == nil && p.waited {
		// It takes longer than an answer may: let it not be part of the time.
		s.catch() // wait tries again, and says so
	}
	if p.linger != 0 {
		// Longer than a time.Duration is as good as never.
		if us := min(p.linger, math.MaxInt64/1000); us < math.MaxInt64/1000 {
			p.alarm = time.Now().Add(time.Duration(us) * time.Microsecond)
		}
	}
	return next
}

// probe sends a probe if one is due. It returns in how many milliseconds the
// next is.
func (s *session) probe() int32 {
	if s.over() || s.allSent() {
		return idle
	}
	if wait := s.credit(); wait > 0 {
		return wait
	}
	if s.opt.outstanding && s.stats.transmitted > 0 && !s.stats.marked(uint16(s.stats.transmitted)) {
		s.noAnswerEvent()
		s.print(s.stamp() + "no answer yet for icmp_seq=" + itoa(s.stats.transmitted%seqSpace) + "\n")
		s.out.Flush()
	}
	for {
		err := s.proto.send()
		if err == nil {
			return s.probeSent()
		}
		errno, _ := err.(unix.Errno)
		if wait, again := s.probeFailed(errno); !again {
			return wait
		}
	}
}

// credit adds up the time since the last probe. It returns 0 when a probe may be
// sent, else how long to wait.
func (s *session) credit() int32 {
	p := &s.pace
	now := monotonic()
	if p.last == 0 {
		p.last = now
		p.tokens = p.interval * (s.opt.preload - 1)
		return 0
	}
	// Seconds and nanoseconds are subtracted apart, each cut to whole
	// milliseconds.
	const second = int64(time.Second)
	tokens := (now/second-p.last/second)*1000 + (now%second-p.last%second)/int64(time.Millisecond)
	if p.interval == 0 && tokens < leastInterval && s.stats.inFlight() >= s.opt.preload {
		// Flooding goes as fast as answers come, and without them slowly.
		return int32(leastInterval - tokens)
	}
	tokens = min(tokens+int64(p.tokens), int64(p.interval)*int64(s.opt.preload))
	if tokens < int64(p.interval) {
		return int32(int64(p.interval) - tokens)
	}
	p.last = now
	p.tokens = int32(tokens - int64(p.interval))
	return 0
}

// probeSent counts a probe that went out.
func (s *session) probeSent() int32 {
	p := &s.pace
	p.full = 0
	s.stats.sent()
	if s.opt.flood && !s.opt.quiet {
		// With many on their way the dots would only confuse.
		if s.opt.preload < p.width && s.stats.pipe < p.width || s.stats.inFlight() < p.width {
			s.print(".")
		}
	}
	return p.interval - p.tokens
}

// probeFailed deals with a probe that could not be sent. again asks for another
// try at once.
func (s *session) probeFailed(errno unix.Errno) (wait int32, again bool) {
	p := &s.pace
	local := true // not told yet by an entry of the error queue
	switch errno {
	case unix.EAGAIN:
		p.tokens += p.interval
		return leastInterval, false
	case unix.ENOBUFS, unix.ENOMEM:
		if wait, again := s.deviceFull(); again {
			return wait, false
		}
	default:
		n, left := s.proto.takeError(errno)
		local = n >= 0
		if n == 0 && s.confirmOK && left == unix.EINVAL {
			s.confirmOK, left = false, 0
		}
		if n <= 0 && left == 0 {
			return 0, true
		}
	}
	// Pretend that it was sent: a sequence number is used up.
	s.stats.sent()
	if local && !s.opt.quiet {
		if s.opt.flood {
			s.print("E")
		} else {
			s.complain(errno, "sendmsg")
		}
	}
	p.tokens = 0
	return atLeast(p.interval), false
}

// deviceFull slows down when the device's queue, or memory, is full. retry is
// false when that has lasted for longer than a reply is waited for.
func (s *session) deviceFull() (wait int32, retry bool) {
	p := &s.pace
	p.tokens = 0
	const most = 50000
	if s.stats.rtt < 8*most {
		p.penalty += s.stats.rtt / 8
	} else {
		p.penalty += most
	}
	if s.opt.adaptive {
		s.adapt()
	}
	wait = min(atLeast(p.interval/2), slowest)
	p.full++
	return wait, p.full*wait < s.opt.linger
}

// adapt sets the interval to the round-trip time (-A).
func (s *session) adapt() {
	p := &s.pace
	estimate := s.stats.rtt / 8
	if s.stats.rtt == 0 {
		estimate = p.interval * 1000
	}
	p.interval = (estimate + p.penalty + 500) / 1000
	if s.uid != 0 {
		p.interval = max(p.interval, leastUserInterval)
	}
}

// wait waits for a packet, an error, a signal or the time of the next probe,
// which is in next milliseconds. failed tells that the socket has an error.
func (s *session) wait(next int32) (ready, failed bool, err error) {
	p := &s.pace
	// After leastInterval the next probe may go although others are still on
	// their way.
	if least := atLeast(p.interval); s.opt.adaptive || next < least {
		if next <= leastInterval && s.stats.inFlight() > 0 {
			next = leastInterval
		}
	} else {
		next = least
	}
	left := time.Duration(next) * time.Millisecond
	if !p.alarm.IsZero() {
		left = max(min(left, time.Until(p.alarm)), 0)
	}
	// Taking signals costs the runtime threads. A run that ends with the first
	// answer, and gets it at once, does without.
	if s.signals == nil {
		if first := !p.waited; first {
			p.waited = true
			if ready, failed := s.poll(min(left, quickAnswer)); ready {
				return ready, failed, nil
			}
			left = max(left-quickAnswer, 0)
		}
		if err := s.catch(); err != nil {
			return false, false, err
		}
	}
	ready, failed = s.poll(left)
	return ready, failed, nil
}

// poll waits for the socket or a signal.
func (s *session) poll(timeout time.Duration) (ready, failed bool) {
	fds := [3]unix.PollFd{
		{Fd: int32(s.sock.fd), Events: unix.POLLIN},
		{Fd: -1, Events: unix.POLLIN},
		{Fd: -1, Events: unix.POLLIN},
	}
	if s.signals != nil {
		fds[1].Fd, fds[2].Fd = int32(s.signals.end), int32(s.signals.wake)
	}
	t := unix.NsecToTimespec(int64(timeout))
	if n, err := unix.Ppoll(fds[:], &t, nil); err != nil || n == 0 {
		return false, false
	}
	if fds[2].Revents != 0 {
		s.signals.woken()
	}
	got := fds[0].Revents
	return got&(unix.POLLIN|unix.POLLERR) != 0, got&unix.POLLERR != 0
}
