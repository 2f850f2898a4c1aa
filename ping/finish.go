package ping

import (
	"time"

	"github.com/nlbox/nlbox/internal/applet"
)

// stamp is the time of day that -D puts in front of a line.
func (s *session) stamp() string {
	if !s.opt.timestamps {
		return ""
	}
	return "[" + timeOfDay() + "] "
}

// timeOfDay is the time as seconds and microseconds.
func timeOfDay() string {
	now := time.Now()
	b := append([]byte(itoa(now.Unix())), '.')
	us := now.Nanosecond() / 1000
	b = append3(b, int64(us/1000))
	return string(append3(b, int64(us%1000)))
}

// finish prints the statistics. The status is 1 when nothing came back, or not
// enough before the deadline.
func (s *session) finish() error {
	p := &s.pace
	s.print("\n")
	s.out.Flush()
	e := ending{
		host: s.hostname, elapsed: p.last - p.start, timing: s.timing,
		rate: p.interval == 0 || s.opt.flood || s.opt.adaptive,
	}
	if s.events != nil {
		s.summaryEvent(&e)
	} else {
		s.out.Write(s.stats.appendSummary(nil, &e))
	}
	if s.stats.received == 0 || s.opt.deadline != 0 && s.stats.received < s.opt.count {
		return applet.Silent(1)
	}
	return nil
}
