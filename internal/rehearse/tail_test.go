package rehearse

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// TestTail: of much output the last lines are kept, of little all.
func TestTail(t *testing.T) {
	for _, c := range []struct {
		lines int
		write int // bytes at once
	}{{0, 1}, {1, 100}, {100, 7}, {100_000, 5000}, {300_000, 1 << 20}} {
		var b strings.Builder
		for i := range c.lines {
			fmt.Fprintf(&b, "line %d\n", i)
		}
		all := b.String()
		tail := startTail(t)
		for rest := all; rest != ""; {
			n := min(c.write, len(rest))
			if _, err := tail.input.WriteString(rest[:n]); err != nil {
				t.Fatal(err)
			}
			rest = rest[n:]
		}
		text, cut := tail.end()
		if int(cut)+len(text) != len(all) || string(text) != all[cut:] || len(text) > tailSize || cap(tail.kept) > 4*tailSize {
			t.Errorf("%d lines: %d bytes of %d, %d cut, room for %d", c.lines, len(text), len(all), cut, cap(tail.kept))
		}
		if cut > 0 && (all[cut-1] != '\n' || len(text) < tailSize-20) {
			t.Errorf("%d lines: %d bytes, not from the beginning of a line: %.20q", c.lines, len(text), text)
		}
	}
}

// TestTailOfOneLine: what has no lines is kept as well.
func TestTailOfOneLine(t *testing.T) {
	tail := startTail(t)
	fmt.Fprint(tail.input, strings.Repeat("x", 3*tailSize))
	if text, cut := tail.end(); len(text) != tailSize || cut != 2*tailSize {
		t.Errorf("%d bytes, %d cut", len(text), cut)
	}
}

// TestTailHeld: the end is not waited for where somebody has the pipe still open.
func TestTailHeld(t *testing.T) {
	tail := startTail(t)
	held, err := os.OpenFile(fmt.Sprintf("/proc/self/fd/%d", tail.input.Fd()), os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	fmt.Fprint(tail.input, "said\n")
	if text, cut := tail.end(); string(text) != "said\n" || cut != 0 {
		t.Errorf("%q, %d", text, cut)
	}
}

func startTail(t *testing.T) *tail {
	tail, err := newTail()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(tail.close)
	return tail
}
