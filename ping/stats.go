package ping

import (
	"math"
	"strconv"
)

// seqSpace is how many sequence numbers there are; the table of received ones
// has a bit for each.
const seqSpace = 1 << 16

// stats counts one run. Times are in microseconds. The types are those of the
// original, because where they overflow or round shows in what is printed.
type stats struct {
	transmitted, received, repeats int64
	corrupted, errors              int64

	min, max  int64
	sum, sum2 float64
	rtt       int32 // smoothed, in eighths
	pipe      int32 // most probes that were on their way at once
	acked     uint16

	seen [seqSpace / 64]uint64
}

func (s *stats) reset() { *s = stats{min: math.MaxInt64, pipe: -1} }

func (s *stats) mark(seq uint16)        { s.seen[seq>>6] |= 1 << (seq & 63) }
func (s *stats) unmark(seq uint16)      { s.seen[seq>>6] &^= 1 << (seq & 63) }
func (s *stats) marked(seq uint16) bool { return s.seen[seq>>6]>>(seq&63)&1 != 0 }

// inFlight estimates how many probes are on their way.
func (s *stats) inFlight() int32 {
	if d := uint16(s.transmitted) - s.acked; d <= 0x7FFF {
		return int32(d)
	}
	return int32(s.transmitted - s.received - s.errors)
}

// acknowledge notes that the probe seq got its answer, or an error.
func (s *stats) acknowledge(seq uint16) {
	d := uint16(s.transmitted) - seq
	if d > 0x7FFF {
		return
	}
	s.pipe = max(s.pipe, int32(d)+1)
	if int16(seq-s.acked) > 0 || int(uint16(s.transmitted))-int(s.acked) > 0x7FFF {
		s.acked = seq
	}
}

// sent notes that a probe was sent.
func (s *stats) sent() {
	s.transmitted++
	// The last acknowledged one is out of reach once the numbers wrap.
	if int(uint16(s.transmitted))-int(s.acked) > 0x7FFF {
		s.acked = uint16(s.transmitted) + 1
	}
}

// trip takes a round-trip time.
func (s *stats) trip(us int64) {
	s.sum += float64(us)
	s.sum2 += float64(us * us)
	s.min = min(s.min, us)
	s.max = max(s.max, us)
	if s.rtt == 0 {
		s.rtt = int32(us * 8)
	} else {
		s.rtt += int32(us - int64(s.rtt/8))
	}
}

// mean returns the average time and the deviation from it.
func (s *stats) mean() (avg, mdev int64) {
	total := s.received + s.repeats
	avg = toInt64(s.sum / float64(total))
	var variance int64
	if s.sum < math.MaxInt32 {
		// Small sums are exact in this order.
		variance = toInt64((s.sum2 - s.sum*s.sum/float64(total)) / float64(total))
	} else {
		variance = toInt64(s.sum2/float64(total) - float64(avg*avg))
	}
	return avg, root(variance)
}

// toInt64 converts as C does on a 64-bit machine: what does not fit becomes the
// smallest number.
func toInt64(v float64) int64 {
	if v >= math.MaxInt64 || v <= math.MinInt64 || v != v {
		return math.MinInt64
	}
	return int64(v)
}

// root is the integer square root by Newton's method from above. One below a
// square the method swings between two values: it is the larger. What is not
// positive is its own root.
func root(a int64) int64 {
	prev, x := int64(math.MaxInt64), a
	for x > 0 && x < prev {
		prev = x
		x = (x + a/x) / 2
	}
	return x
}

// milli appends microseconds as milliseconds with three digits behind the dot.
func milli(b []byte, us int64) []byte {
	b = strconv.AppendInt(b, us/1000, 10)
	return append3(append(b, '.'), us%1000)
}

// append3 appends a number with at least three digits.
func append3(b []byte, v int64) []byte {
	switch {
	case v < 0:
		return strconv.AppendInt(b, v, 10)
	case v < 10:
		b = append(b, '0', '0')
	case v < 100:
		b = append(b, '0')
	}
	return strconv.AppendInt(b, v, 10)
}

// appendTrip appends " time=… ms" with the precision that the size of the time
// deserves.
func appendTrip(b []byte, us int64) []byte {
	b = append(b, " time="...)
	switch {
	case us >= 100000-50:
		b = strconv.AppendInt(b, (us+500)/1000, 10)
	case us >= 10000-5:
		us += 50
		b = strconv.AppendInt(b, us/1000, 10)
		b = append(b, '.', '0'+byte(us%1000/100))
	case us >= 1000:
		us += 5
		b = strconv.AppendInt(b, us/1000, 10)
		b = append(b, '.', '0'+byte(us%1000/100), '0'+byte(us%100/10))
	default:
		b = milli(b, us)
	}
	return append(b, " ms"...)
}

// ending is what the summary needs besides the counters.
type ending struct {
	host    string
	elapsed int64 // nanoseconds between the start and the last probe
	timing  bool  // probes carry a time
	rate    bool  // the interval depends on the answers: print it
}

// appendSummary appends the statistics with which a run ends.
func (s *stats) appendSummary(b []byte, e *ending) []byte {
	b = append(b, "--- "...)
	b = append(b, e.host...)
	b = append(b, " ping statistics ---\n"...)
	b = strconv.AppendInt(b, s.transmitted, 10)
	b = append(b, " packets transmitted, "...)
	b = strconv.AppendInt(b, s.received, 10)
	b = append(b, " received"...)
	b = appendCount(b, s.repeats, " duplicates")
	b = appendCount(b, s.corrupted, " corrupted")
	b = appendCount(b, s.errors, " errors")
	if s.transmitted != 0 {
		loss := float32(float64(s.transmitted-s.received) * 100 / float64(s.transmitted))
		b = append(b, ", "...)
		b = strconv.AppendFloat(b, float64(loss), 'g', 6, 64)
		b = append(b, "% packet loss, time "...)
		b = strconv.AppendInt(b, (e.elapsed+500000)/1000000, 10)
		b = append(b, "ms"...)
	}
	b = append(b, '\n')
	return append(s.appendTimes(b, e), '\n')
}

// appendCount appends one of the rarer counters, if it counted anything.
func appendCount(b []byte, n int64, what string) []byte {
	if n == 0 {
		return b
	}
	b = append(b, ", +"...)
	b = strconv.AppendInt(b, n, 10)
	return append(b, what...)
}

// appendTimes appends the last line of the summary, which may be empty.
func (s *stats) appendTimes(b []byte, e *ending) []byte {
	comma := ""
	if s.received != 0 && e.timing {
		avg, mdev := s.mean()
		b = milli(append(b, "rtt min/avg/max/mdev = "...), s.min)
		b = milli(append(b, '/'), avg)
		b = milli(append(b, '/'), s.max)
		b = milli(append(b, '/'), mdev)
		b = append(b, " ms"...)
		comma = ", "
	}
	if s.pipe > 1 {
		b = append(b, comma...)
		b = strconv.AppendInt(append(b, "pipe "...), int64(s.pipe), 10)
		comma = ", "
	}
	if s.received != 0 && e.rate && s.transmitted > 1 {
		ipg := int64(int32(e.elapsed / 1000 / (s.transmitted - 1)))
		b = append(b, comma...)
		b = milli(append(b, "ipg/ewma "...), ipg)
		b = append(b, '/')
		b = strconv.AppendInt(b, int64(s.rtt/8000), 10)
		b = append3(append(b, '.'), int64(s.rtt/8%1000))
		b = append(b, " ms"...)
	}
	return b
}

// appendStatus appends the line that SIGQUIT asks for.
func (s *stats) appendStatus(b []byte, timing bool) []byte {
	loss := int64(0)
	if s.transmitted != 0 {
		loss = int64(int32((s.transmitted - s.received) * 100 / s.transmitted))
	}
	b = append(b, '\r')
	b = strconv.AppendInt(b, s.received, 10)
	b = append(b, '/')
	b = strconv.AppendInt(b, s.transmitted, 10)
	b = append(b, " packets, "...)
	b = strconv.AppendInt(b, loss, 10)
	b = append(b, "% loss"...)
	if s.received != 0 && timing {
		b = milli(append(b, ", min/avg/ewma/max = "...), s.min)
		b = milli(append(b, '/'), toInt64(s.sum/float64(s.received+s.repeats)))
		b = append(b, '/')
		b = strconv.AppendInt(b, int64(s.rtt/8000), 10)
		b = append3(append(b, '.'), int64(s.rtt/8%1000))
		b = milli(append(b, '/'), s.max)
		b = append(b, " ms"...)
	}
	return append(b, '\n')
}
