package route

import (
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/format"
	"github.com/nlbox/nlbox/internal/words"
)

// metric is one of the metrics RTAX_* as a keyword sets it.
type metric struct {
	attr uint16
	// name is what errors call it.
	name string
	// max is the greatest value of a number, 0 for any.
	max uint32
	// unit is how many of the kernel's units of a time are a millisecond.
	unit uint32
}

// value returns the word behind the keyword; the word lock before it asks the
// kernel to leave the metric alone.
func (m *metric) value(ch *change) (string, error) {
	word, err := ch.Value()
	if err == nil && word == "lock" {
		ch.locked |= 1 << m.attr
		word, err = ch.Value()
	}
	return word, err
}

func (m *metric) invalid(word string) error {
	return words.Invalid(`"`+m.name+"\" value is invalid\n", word)
}

// parseMetric reads a number.
func parseMetric(ch *change, k *keyword) error {
	m := &k.metric
	word, err := m.value(ch)
	if err != nil {
		return err
	}
	n, ok := format.ParseU32(word, 0)
	if !ok || m.max != 0 && n > m.max {
		return m.invalid(word)
	}
	ch.metrics.U32(m.attr, n)
	return nil
}

// parseTime reads a time. Without a unit the number is in the kernel's units.
func parseTime(ch *change, k *keyword) error {
	m := &k.metric
	word, err := m.value(ch)
	if err != nil {
		return err
	}
	n, raw, ok := format.ParseTimeRTT(word)
	if !ok {
		return m.invalid(word)
	}
	if !raw {
		n *= m.unit
	}
	ch.metrics.U32(m.attr, n)
	return nil
}

// parseRTOMin reads the one metric that is always locked, and takes the word
// lock for its value.
func parseRTOMin(ch *change, _ *keyword) error {
	word, err := ch.Value()
	if err != nil {
		return err
	}
	ch.locked |= 1 << unix.RTAX_RTO_MIN
	n, _, ok := format.ParseTimeRTT(word)
	if !ok {
		return words.Invalid("\"rto_min\" value is invalid\n", word)
	}
	ch.metrics.U32(unix.RTAX_RTO_MIN, n)
	return nil
}

func parseFeatures(ch *change, _ *keyword) error {
	word, err := ch.Value()
	if err != nil {
		return err
	}
	if word != "ecn" {
		return words.Invalid("\"features\" value not valid\n", word)
	}
	ch.metrics.U32(unix.RTAX_FEATURES, unix.RTAX_FEATURE_ECN)
	return nil
}

// parseBit reads 0 or 1; there is no lock.
func parseBit(ch *change, k *keyword) error {
	m := &k.metric
	word, err := ch.Value()
	if err != nil {
		return err
	}
	n, ok := format.ParseU32(word, 0)
	if !ok {
		return m.invalid(word)
	}
	if n > 1 {
		return words.Invalid(`"`+m.name+"\" value should be 0 or 1\n", word)
	}
	ch.metrics.U32(m.attr, n)
	return nil
}

func parseCongestion(ch *change, _ *keyword) error {
	m := metric{attr: unix.RTAX_CC_ALGO}
	word, err := m.value(ch)
	if err != nil {
		return err
	}
	// iproute2 gathers the metrics in 256 bytes, the header of their nest among
	// them, and goes on without the one that finds no room.
	if 4+ch.metrics.Len()+(4+len(word)+3)&^3 > 256 {
		ch.c.Warn("rta_addattr_l: Error! max allowed bound 256 exceeded")
		return nil
	}
	ch.metrics.Text(m.attr, word)
	return nil
}

// putMetrics adds the metrics to the request. Locks alone are none.
func (ch *change) putMetrics() {
	if ch.metrics.Len() == 0 {
		return
	}
	if ch.locked != 0 {
		ch.metrics.U32(unix.RTAX_LOCK, ch.locked)
	}
	ch.req.Attr(unix.RTA_METRICS, ch.metrics.Attrs())
}
