package script

import (
	"context"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"golang.org/x/sys/unix"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// lastSignal is one more than the highest number of a signal.
const lastSignal = 65

// traps are what the script does about signals, and about its end.
type traps struct {
	mu      sync.Mutex
	actions map[syscall.Signal]string
	exit    string
	// deaf are the signals that were ignored from the start: as under sh, they
	// stay so.
	deaf    [lastSignal]bool
	pending []syscall.Signal
	wake    chan struct{} // closed and made anew by a signal that is trapped
	signals chan os.Signal
	// died is closed when a signal has ended the run; by is that signal.
	died chan struct{}
	by   syscall.Signal
}

// listen takes the signals that would end this process; the function undoes it.
func (s *shell) listen() func() {
	t := &s.traps
	t.mu.Lock()
	t.actions = map[syscall.Signal]string{}
	t.signals = make(chan os.Signal, 16)
	t.died = make(chan struct{})
	t.mu.Unlock()
	for sig := syscall.Signal(1); sig < lastSignal; sig++ {
		switch {
		case signal.Ignored(sig):
			t.deaf[sig] = true
		case fatal(sig):
			signal.Notify(t.signals, sig)
		}
	}
	over := make(chan struct{})
	go func() {
		for {
			select {
			case sig := <-t.signals:
				s.passOn(sig.(syscall.Signal))
				s.signal(sig.(syscall.Signal))
			case <-over:
				return
			}
		}
	}()
	return func() {
		signal.Stop(t.signals)
		close(over)
	}
}

// signal is one that has come: it goes to the trap, or ends the run.
func (s *shell) signal(sig syscall.Signal) {
	t := &s.traps
	t.mu.Lock()
	defer t.mu.Unlock()
	action, trapped := t.actions[sig]
	switch {
	case trapped && action == "":
	case trapped:
		t.pending = append(t.pending, sig)
		close(t.wake)
		t.wake = make(chan struct{})
	case t.by == 0:
		t.by = sig
		close(t.died)
		s.cancel()
	}
}

// takes tells whether a signal to this process comes to us.
func (s *shell) takes(sig syscall.Signal) bool {
	s.traps.mu.Lock()
	defer s.traps.mu.Unlock()
	action, trapped := s.traps.actions[sig]
	return trapped && action != "" || !trapped && fatal(sig) && !s.traps.deaf[sig]
}

// passOn sends a signal to the running children. What a terminal sends to the
// whole foreground they have got already; a process in the background does not
// care for an interrupt, and a trap is the script's affair.
func (s *shell) passOn(sig syscall.Signal) {
	if sig == unix.SIGINT && foreground() {
		return
	}
	s.traps.mu.Lock()
	_, trapped := s.traps.actions[sig]
	s.traps.mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	for pid, j := range s.processes {
		if j == nil || !trapped && (sig != unix.SIGINT || !j.isProcess()) {
			unix.Kill(pid, sig)
		}
	}
}

// foreground tells whether this process is in the foreground of a terminal.
func foreground() bool {
	fd, err := unix.Open("/dev/tty", unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NOCTTY, 0)
	if err != nil {
		return false
	}
	defer unix.Close(fd)
	group, err := unix.IoctlGetInt(fd, unix.TIOCGPGRP)
	return err == nil && group == unix.Getpgrp()
}

// diedOf is the signal that ended the run, or 0.
func (s *shell) diedOf() syscall.Signal {
	s.traps.mu.Lock()
	defer s.traps.mu.Unlock()
	return s.traps.by
}

func (t *traps) any() bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.pending) > 0
}

// arrived gives the next trapped signal, which stays pending.
func (t *traps) arrived() <-chan syscall.Signal {
	c := make(chan syscall.Signal, 1)
	t.mu.Lock()
	if len(t.pending) > 0 {
		c <- t.pending[0]
	}
	wake := t.wake
	t.mu.Unlock()
	if len(c) == 0 {
		go func() {
			<-wake
			t.mu.Lock()
			defer t.mu.Unlock()
			if len(t.pending) > 0 {
				c <- t.pending[len(t.pending)-1]
			}
		}()
	}
	return c
}

// take returns the actions of the signals that have come.
func (t *traps) take() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var actions []string
	for _, sig := range t.pending {
		if action := t.actions[sig]; action != "" {
			actions = append(actions, action)
		}
	}
	t.pending = nil
	return actions
}

// trapped runs the actions of signals that have come, then the command before
// which they did.
func (s *shell) trapped(ctx context.Context, hc interp.HandlerContext, words []string) error {
	for _, action := range s.traps.take() {
		hc.Builtin(ctx, []string{"eval", s.text(action)})
	}
	for i, word := range words {
		words[i] = quoteWord(word)
	}
	return hc.Builtin(ctx, []string{"eval", strings.Join(words, " ")})
}

// pendingTraps runs those that came during the last command.
func (s *shell) pendingTraps(ctx context.Context) {
	for _, action := range s.traps.take() {
		s.runText(ctx, action)
	}
}

// exitTrap runs the action of the end and returns the status then.
func (s *shell) exitTrap(status int) int {
	s.traps.mu.Lock()
	action := s.traps.exit
	s.traps.exit = ""
	s.traps.mu.Unlock()
	if action == "" {
		return status
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s.cancel = cancel
	err := s.runText(ctx, action)
	if s.main.Exited() {
		return s.statusOf(err)
	}
	return status
}

func (s *shell) runText(ctx context.Context, text string) error {
	file, err := s.prepare([]byte(text), nil)
	if err != nil {
		io.WriteString(s.errs, "nlbox run: trap: "+err.Error()+"\n")
		return nil
	}
	for _, st := range file.Stmts {
		if err = s.main.Run(ctx, st); s.main.Exited() {
			return err
		}
	}
	return nil
}

// text rewrites commands that are to be evaluated; those that cannot be parsed
// are left for eval to complain of.
func (s *shell) text(commands string) string {
	file, err := s.prepare([]byte(commands), nil)
	if err != nil {
		return commands
	}
	var b strings.Builder
	if printScript(&b, file) != nil {
		return commands
	}
	return b.String()
}

func printScript(w io.Writer, file *syntax.File) error { return syntax.NewPrinter().Print(w, file) }

// trap is the builtin. ERR is the interpreter's.
func (s *shell) trap(ctx context.Context, hc interp.HandlerContext, words []string) error {
	if len(words) > 0 && words[0] == "--" {
		words = words[1:]
	}
	if len(words) == 0 {
		s.listTraps(hc.Stdout, s.isMain(hc))
		return nil
	}
	action, reset := words[0], false
	if _, err := strconv.Atoi(action); err == nil || len(words) == 1 {
		reset = true
	} else {
		words = words[1:]
		reset = action == "-"
	}
	for _, word := range words {
		if word == "ERR" {
			if reset {
				action = "-"
			}
			if err := hc.Builtin(ctx, []string{"trap", action, word}); err != nil {
				return err
			}
			continue
		}
		sig, ok := signalNumber(word)
		if !ok {
			if s.bash {
				s.complain(hc.Stderr, int(hc.Pos.Line()), "trap: "+word+": invalid signal specification")
			} else {
				io.WriteString(hc.Stderr, "trap: "+word+": bad trap\n")
			}
			return status(1)
		}
		// The shells below the script's have no traps of their own.
		if s.isMain(hc) {
			s.setTrap(sig, action, reset)
		}
	}
	return nil
}

func (s *shell) setTrap(sig syscall.Signal, action string, reset bool) {
	t := &s.traps
	t.mu.Lock()
	defer t.mu.Unlock()
	if sig == 0 {
		t.exit = action
		if reset {
			t.exit = ""
		}
		return
	}
	switch {
	case t.deaf[sig]:
	case reset:
		delete(t.actions, sig)
		if fatal(sig) {
			signal.Notify(t.signals, sig)
		} else {
			signal.Reset(sig)
		}
	case action == "":
		t.actions[sig] = ""
		signal.Ignore(sig) // the children's too
	default:
		t.actions[sig] = action
		signal.Notify(t.signals, sig)
	}
}

func fatal(sig syscall.Signal) bool {
	return sig == unix.SIGINT || sig == unix.SIGTERM || sig == unix.SIGHUP
}

// resetSignals gives back what traps have ignored.
func (s *shell) resetSignals() {
	s.traps.mu.Lock()
	defer s.traps.mu.Unlock()
	for sig, action := range s.traps.actions {
		if action == "" {
			signal.Reset(sig)
		}
	}
}

// listTraps shows the traps; of a shell below that of sh it has those that ignore.
func (s *shell) listTraps(w io.Writer, main bool) {
	s.traps.mu.Lock()
	defer s.traps.mu.Unlock()
	main = main || s.bash
	quoted, prefix := quoteSingle, "SIG"
	if !s.bash {
		quoted, prefix = quoteListed, ""
	}
	if s.traps.exit != "" && main {
		io.WriteString(w, "trap -- "+quoted(s.traps.exit)+" EXIT\n")
	}
	for sig := syscall.Signal(1); sig < lastSignal; sig++ {
		if action, ok := s.traps.actions[sig]; ok && (main || action == "") {
			io.WriteString(w, "trap -- "+quoted(action)+" "+prefix+strings.TrimPrefix(unix.SignalName(sig), "SIG")+"\n")
		}
	}
}

// signalNumber reads a signal's name or number; EXIT is 0.
func signalNumber(word string) (syscall.Signal, bool) {
	if n, err := strconv.Atoi(word); err == nil {
		return syscall.Signal(n), n >= 0 && n < lastSignal
	}
	name := strings.TrimPrefix(strings.ToUpper(word), "SIG")
	if name == "EXIT" {
		return 0, true
	}
	sig := unix.SignalNum("SIG" + name)
	return sig, sig != 0
}
