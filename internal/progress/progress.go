// Package progress shows, on a terminal, what a verb of nlbox is doing while it
// takes longer than a second: one line on the standard error, which is erased at
// the end. Where the standard error is no terminal it shows nothing.
//
// It may import the standard library and x/sys/unix.
package progress

import (
	"io"
	"os"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// patience is how long something may take before it is shown.
const patience = time.Second

// erase goes to the beginning of the line and clears it (ECMA-48: EL).
const erase = "\r\x1b[K"

// Line is the line. A nil Line, and one of no terminal, shows nothing.
type Line struct {
	mu    sync.Mutex
	out   io.Writer
	timer *time.Timer
	text  string
	// columns is the terminal's width; shown tells that something is there.
	columns      int
	shown, ended bool
}

// New begins a line on w; the first second begins now.
func New(w io.Writer) *Line {
	columns, ok := terminal(w)
	if !ok {
		return nil
	}
	return start(w, columns, patience)
}

func start(w io.Writer, columns int, patience time.Duration) *Line {
	l := &Line{out: w, columns: columns}
	l.timer = time.AfterFunc(patience, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if !l.ended {
			l.shown = true
			l.draw()
		}
	})
	return l
}

// Say tells what is being done now: "building 3 hosts".
func (l *Line) Say(text string) {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text = text
	if l.shown {
		l.draw()
	}
}

// draw is called with the lock held.
func (l *Line) draw() {
	text := []rune(strings.Map(printable, l.text+" …"))
	// The last column would wrap the line on some terminals.
	text = text[:max(0, min(len(text), l.columns-1))]
	io.WriteString(l.out, erase+string(text))
}

// printable keeps control characters from a terminal.
func printable(c rune) rune {
	if c < ' ' || c >= 0x7f && c < 0xa0 {
		return '?'
	}
	return c
}

// End erases the line. Nothing is shown from then on. It may be called twice.
func (l *Line) End() {
	if l == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.timer.Stop()
	if l.shown {
		io.WriteString(l.out, erase)
	}
	l.shown, l.ended = false, true
}

// Erase clears what a process that is gone may have left on the line.
func Erase(w io.Writer) {
	if _, ok := terminal(w); ok {
		io.WriteString(w, erase)
	}
}

// terminal returns the width of the terminal that w is, and whether it is one that
// can erase a line.
func terminal(w io.Writer) (columns int, ok bool) {
	f, isFile := w.(*os.File)
	if !isFile || os.Getenv("TERM") == "dumb" {
		return 0, false
	}
	size, err := unix.IoctlGetWinsize(int(f.Fd()), unix.TIOCGWINSZ)
	if err != nil {
		return 0, false
	}
	if size.Col == 0 {
		return 80, true // nobody has told
	}
	return int(size.Col), true
}
