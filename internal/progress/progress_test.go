package progress

import (
	"bytes"
	"os"
	"strings"
	"sync"
	"testing"
	"time"
)

// screen is a terminal that keeps what it is sent.
type screen struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *screen) text() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

// await waits until the screen shows something.
func (s *screen) await(t *testing.T, text string) {
	t.Helper()
	for range 1000 {
		if strings.Contains(s.text(), text) {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatalf("%q does not come; there is %q", text, s.text())
}

func TestLine(t *testing.T) {
	s := &screen{}
	l := start(s, 20, time.Millisecond)
	l.Say("building")
	s.await(t, "\r\x1b[Kbuilding …")
	l.Say("something that is far too long\x1b[2J")
	s.await(t, "\r\x1b[Ksomething that is f")
	l.End()
	l.End()
	l.Say("nothing")
	if got := s.text(); got != "\r\x1b[Kbuilding …\r\x1b[Ksomething that is f\r\x1b[K" {
		t.Errorf("%q", got)
	}
}

// What ends before its time is never seen.
func TestQuick(t *testing.T) {
	s := &screen{}
	l := start(s, 80, time.Hour)
	l.Say("one")
	l.Say("two")
	l.End()
	if s.text() != "" {
		t.Errorf("%q", s.text())
	}
}

// Without a terminal there is no line, and nothing breaks.
func TestNoTerminal(t *testing.T) {
	f, err := os.Create(t.TempDir() + "/file")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, l := range []*Line{nil, New(f), New(&bytes.Buffer{})} {
		if l != nil {
			t.Error("a line")
		}
		l.Say("x")
		l.End()
	}
	Erase(f)
	if info, _ := f.Stat(); info.Size() != 0 {
		t.Error("something was written")
	}
}

func TestPrintable(t *testing.T) {
	if got := strings.Map(printable, "a\x1b[2J\tü\u009b"); got != "a?[2J?ü?" {
		t.Errorf("%q", got)
	}
}
