package ping

import (
	"slices"
	"strconv"
	"time"

	"github.com/nlbox/nlbox/internal/printer"
)

// --json, an option that the original has not, writes one JSON object per line
// for whatever happens, as it happens, instead of the text. Times are in
// milliseconds. docs/schemas/ping.json describes the objects.

const jsonWord = "--json"

// jsonOption takes the option out of the words.
func (s *session) jsonOption(args []string) []string {
	end := slices.Index(args, "--")
	if end < 0 {
		end = len(args)
	}
	i := slices.Index(args[:end], jsonWord)
	if i < 0 {
		return args
	}
	s.events = printer.New(s.out, printer.Mode{JSON: true})
	return slices.DeleteFunc(slices.Clone(args), func(w string) bool { return w == jsonWord })
}

// event begins an object. The caller ends it with endEvent.
func (s *session) event(name string) *printer.Printer {
	p := s.events
	p.OpenObject("")
	p.String("event", "", name)
	p.Literal("timestamp", "", strconv.AppendFloat(nil, float64(time.Now().UnixMilli())/1000, 'f', 3, 64))
	return p
}

func (s *session) endEvent() {
	s.events.CloseObject()
	s.events.EndRecord()
	s.events = printer.New(s.out, printer.Mode{JSON: true})
	s.out.WriteString("\n")
	s.out.Flush()
}

func inMillis(us int64) float64 { return float64(us) / 1000 }

// startEvent says whom the probes are for. Without --json it does nothing, as
// noAnswerEvent does.
func (s *session) startEvent(to string) {
	if s.events == nil {
		return
	}
	p := s.event("start")
	p.String("host", "", s.hostname)
	p.String("dst", "", to)
	p.Int("size", "", int64(s.opt.size))
	s.endEvent()
}

func (s *session) replyEvent(e *echoReply, trip int64, duplicate bool) {
	p := s.event("reply")
	p.String("from", "", numeric(e.from))
	p.Uint("icmp_seq", "", uint64(e.seq))
	if e.hops >= 0 {
		p.Int("ttl", "", int64(e.hops))
	}
	p.Int("bytes", "", int64(len(e.icmp)))
	if s.timing && len(e.icmp) >= icmpHeader+stampSize {
		p.Float("time", "", inMillis(trip))
	}
	for _, f := range []struct {
		name string
		is   bool
	}{
		{"duplicate", duplicate}, {"different_address", e.wrongSource},
		{"truncated", len(e.icmp) < s.opt.size+icmpHeader},
		{"wrong_data", len(appendDifference(nil, e.icmp[icmpHeader:], s.packet[icmpHeader:], s.opt.size)) > 0},
	} {
		if f.is {
			p.Bool(f.name, "", true)
		}
	}
	s.endEvent()
}

// icmpErrorEvent is the refusal of a probe by a host on the way.
func (s *session) icmpErrorEvent(q *queued) {
	p := s.event("icmp_error")
	p.String("from", "", numeric(q.from))
	p.Uint("icmp_seq", "", uint64(q.seq()))
	p.Uint("type", "", uint64(q.typ))
	p.Uint("code", "", uint64(q.code))
	text := unreachableText(q.code, q.info)
	if q.from.Addr.Is6() {
		text = icmp6Text(q.typ, q.code, q.info)
	} else if q.typ == icmpTimeExceeded {
		text = exceededText(q.code)
	} else if q.typ != icmpUnreachable {
		text = plainText(q.typ)
	}
	p.String("message", "", text)
	s.endEvent()
}

func (s *session) noAnswerEvent() {
	if s.events == nil {
		return
	}
	p := s.event("no_answer_yet")
	p.Uint("icmp_seq", "", uint64(uint16(s.stats.transmitted)))
	s.endEvent()
}

func (s *session) summaryEvent(e *ending) {
	st := &s.stats
	p := s.event("summary")
	p.String("host", "", e.host)
	p.Int("transmitted", "", st.transmitted)
	p.Int("received", "", st.received)
	p.Int("duplicates", "", st.repeats)
	p.Int("corrupted", "", st.corrupted)
	p.Int("errors", "", st.errors)
	if st.transmitted != 0 {
		p.Float("loss_percent", "", float64(st.transmitted-st.received)*100/float64(st.transmitted))
	}
	p.Int("time", "", (e.elapsed+500000)/1000000)
	if st.received != 0 && e.timing {
		avg, mdev := st.mean()
		p.OpenObject("rtt")
		p.Float("min", "", inMillis(st.min))
		p.Float("avg", "", inMillis(avg))
		p.Float("max", "", inMillis(st.max))
		p.Float("mdev", "", inMillis(mdev))
		p.CloseObject()
	}
	s.endEvent()
}
