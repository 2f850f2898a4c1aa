package ping

import (
	"testing"
)

func newStats() *stats {
	s := &stats{}
	s.reset()
	return s
}

func TestAppendTrip(t *testing.T) {
	for _, c := range []struct {
		us   int64
		want string
	}{
		{0, "0.000"}, {45, "0.045"}, {999, "0.999"},
		{1000, "1.00"}, {1004, "1.00"}, {1005, "1.01"}, {9994, "9.99"},
		{9995, "10.0"}, {10000, "10.0"}, {10049, "10.0"}, {10050, "10.1"}, {99949, "99.9"},
		{99950, "100"}, {100499, "100"}, {100500, "101"}, {3000000, "3000"},
	} {
		if got := string(appendTrip(nil, c.us)); got != " time="+c.want+" ms" {
			t.Errorf("%d: %q, want %s", c.us, got, c.want)
		}
	}
}

func TestRoot(t *testing.T) {
	for _, c := range []struct{ a, want int64 }{
		{0, 0}, {1, 1}, {2, 1}, {3, 2}, {4, 2}, {99, 10}, {100, 10}, {120, 11}, {-5, -5}, {1 << 62, 1 << 31},
	} {
		if got := root(c.a); got != c.want {
			t.Errorf("root(%d) = %d, want %d", c.a, got, c.want)
		}
	}
}

func TestMean(t *testing.T) {
	s := newStats()
	for _, us := range []int64{214, 44, 54} {
		s.received++
		s.trip(us)
	}
	if avg, mdev := s.mean(); avg != 104 || mdev != 77 || s.min != 44 || s.max != 214 {
		t.Errorf("avg %d mdev %d min %d max %d", avg, mdev, s.min, s.max)
	}
	// Large sums take the other formula.
	s = newStats()
	for range 3 {
		s.received++
		s.trip(1e9)
	}
	if avg, mdev := s.mean(); avg != 1e9 || mdev != 0 {
		t.Errorf("avg %d mdev %d", avg, mdev)
	}
}

func TestSmoothed(t *testing.T) {
	s := newStats()
	s.trip(100)
	if s.rtt != 800 {
		t.Errorf("first: %d", s.rtt)
	}
	s.trip(200)
	if s.rtt != 900 {
		t.Errorf("second: %d", s.rtt)
	}
}

func TestInFlight(t *testing.T) {
	s := newStats()
	for range 3 {
		s.sent()
	}
	if n := s.inFlight(); n != 3 {
		t.Errorf("three sent: %d in flight", n)
	}
	s.acknowledge(2)
	if n := s.inFlight(); n != 1 || s.pipe != 2 {
		t.Errorf("second answered: %d in flight, pipe %d", n, s.pipe)
	}
	s.acknowledge(1) // late: the newest stays
	if n := s.inFlight(); n != 1 || s.pipe != 3 {
		t.Errorf("first answered late: %d in flight, pipe %d", n, s.pipe)
	}
	s.acknowledge(40000) // not sent yet, or ages ago
	if n := s.inFlight(); n != 1 {
		t.Errorf("future answered: %d in flight", n)
	}
}

// The sequence numbers wrap at 65536.
func TestWrap(t *testing.T) {
	s := newStats()
	for i := range int64(70000) {
		s.sent()
		s.received++
		s.acknowledge(uint16(i + 1))
		if n := s.inFlight(); n != 0 {
			t.Fatalf("after %d: %d in flight", i+1, n)
		}
	}
	if s.pipe != 1 {
		t.Errorf("pipe %d", s.pipe)
	}
	s = newStats()
	for range 0x8000 { // without an answer
		s.sent()
	}
	if n := s.inFlight(); n != 0x8000 {
		t.Errorf("%d unanswered: %d in flight", 0x8000, n)
	}
}

func TestSeen(t *testing.T) {
	s := newStats()
	for _, seq := range []uint16{0, 1, 63, 64, 65535} {
		if s.marked(seq) {
			t.Errorf("%d is marked", seq)
		}
		s.mark(seq)
		if !s.marked(seq) {
			t.Errorf("%d is not marked", seq)
		}
		s.unmark(seq)
		if s.marked(seq) {
			t.Errorf("%d stays marked", seq)
		}
	}
}

// The texts are what the original prints for the same runs.
func TestSummary(t *testing.T) {
	for _, c := range []struct {
		name string
		fill func(s *stats, e *ending)
		want string
	}{
		{"one", func(s *stats, e *ending) {
			s.transmitted, s.received = 1, 1
			s.trip(46)
		}, "1 packets transmitted, 1 received, 0% packet loss, time 0ms\nrtt min/avg/max/mdev = 0.046/0.046/0.046/0.000 ms\n"},
		{"none sent", func(s *stats, e *ending) {}, "0 packets transmitted, 0 received\n\n"},
		{"all lost", func(s *stats, e *ending) {
			s.transmitted, s.errors, e.elapsed, s.pipe = 3, 3, 2049499999, 3
		}, "3 packets transmitted, 0 received, +3 errors, 100% packet loss, time 2049ms\npipe 3\n"},
		{"a third", func(s *stats, e *ending) {
			s.transmitted, s.received, e.elapsed, e.timing = 3, 2, 400500000, false
		}, "3 packets transmitted, 2 received, 33.3333% packet loss, time 401ms\n\n"},
		{"few", func(s *stats, e *ending) {
			s.transmitted, s.received, e.timing = 3000000, 2999999, false
		}, "3000000 packets transmitted, 2999999 received, 3.33333e-05% packet loss, time 0ms\n\n"},
		{"duplicates", func(s *stats, e *ending) {
			s.transmitted, s.received, s.repeats, s.corrupted = 2, 2, 2, 1
			s.trip(1000)
			s.trip(2000)
			s.trip(1000)
			s.trip(2000)
		}, "2 packets transmitted, 2 received, +2 duplicates, +1 corrupted, 0% packet loss, time 0ms\nrtt min/avg/max/mdev = 1.000/1.500/2.000/0.500 ms\n"},
		{"flood", func(s *stats, e *ending) {
			s.transmitted, s.received, e.elapsed, e.rate, s.pipe = 3, 3, 1234567, true, 2
			s.trip(8)
			s.trip(8)
			s.trip(8)
		}, "3 packets transmitted, 3 received, 0% packet loss, time 1ms\nrtt min/avg/max/mdev = 0.008/0.008/0.008/0.000 ms, pipe 2, ipg/ewma 0.617/0.008 ms\n"},
	} {
		s, e := newStats(), &ending{host: "h", timing: true}
		c.fill(s, e)
		got := string(s.appendSummary(nil, e))
		if want := "--- h ping statistics ---\n" + c.want; got != want {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, want)
		}
	}
}

func TestStatus(t *testing.T) {
	s := newStats()
	s.transmitted = 3
	if got := string(s.appendStatus(nil, true)); got != "\r0/3 packets, 100% loss\n" {
		t.Errorf("%q", got)
	}
	s.received = 2
	s.trip(1234)
	s.trip(766)
	if got := string(s.appendStatus(nil, true)); got != "\r2/3 packets, 33% loss, min/avg/ewma/max = 0.766/1.000/1.175/1.234 ms\n" {
		t.Errorf("%q", got)
	}
	if got := string(s.appendStatus(nil, false)); got != "\r2/3 packets, 33% loss\n" {
		t.Errorf("%q", got)
	}
}

// The last wait of ping -A may be shorter than it takes to catch signals.
func TestAlarmComesAfterSignals(t *testing.T) {
	s := &session{opt: *newOptions()}
	s.opt.count, s.stats.transmitted, s.stats.received, s.stats.max = 2, 2, 1, 50
	s.pace.waited = true
	s.schedule(idle)
	if s.signals == nil {
		t.Fatal("the alarm is set, the signals are not caught")
	}
	s.signals.release()
}
