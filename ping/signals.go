package ping

import (
	"os"
	"os/signal"
	"sync/atomic"

	"golang.org/x/sys/unix"
)

// signals turns SIGINT and SIGALRM (end), SIGQUIT (print a status) and SIGCONT
// (look at the clock again) into descriptors that poll(2) can wait for beside
// the socket: the runtime gives a signal to any thread, so that it does not
// interrupt a system call here.
type signals struct {
	ended atomic.Bool
	snap  atomic.Bool

	// end becomes and stays readable when the run is to end, wake when there
	// is another reason to stop waiting.
	end, wake int

	ch   chan os.Signal
	done chan struct{}
}

// catchSignals takes the signals from now until release.
func catchSignals() (*signals, error) {
	s := &signals{end: -1, wake: -1, ch: make(chan os.Signal, 4), done: make(chan struct{})}
	var err error
	if s.end, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
		return nil, err
	}
	if s.wake, err = unix.Eventfd(0, unix.EFD_CLOEXEC|unix.EFD_NONBLOCK); err != nil {
		unix.Close(s.end)
		return nil, err
	}
	// Package signal does not know that they have the default action by now.
	signal.Ignore(unix.SIGALRM, unix.SIGQUIT)
	signal.Notify(s.ch, unix.SIGINT, unix.SIGALRM, unix.SIGQUIT, unix.SIGCONT)
	go s.relay()
	return s, nil
}

// relay passes signals on until the channel is closed.
func (s *signals) relay() {
	defer close(s.done)
	one := [8]byte{0: 1, 7: 1} // not zero in either byte order
	for sig := range s.ch {
		switch sig {
		case unix.SIGQUIT:
			s.snap.Store(true)
			unix.Write(s.wake, one[:])
		case unix.SIGCONT:
			unix.Write(s.wake, one[:])
		default:
			s.ended.Store(true)
			unix.Write(s.end, one[:])
		}
	}
}

// takeStatus tells whether a status was asked for since the last time.
func (s *signals) takeStatus() bool { return s.snap.Swap(false) }

// woken makes wake unreadable again.
func (s *signals) woken() {
	var b [8]byte
	unix.Read(s.wake, b[:])
}

// release gives the signals back to whom they belonged before.
func (s *signals) release() {
	signal.Stop(s.ch)
	close(s.ch)
	<-s.done
	unix.Close(s.end)
	unix.Close(s.wake)
}
