// Package early runs an applet before the rest of the binary is initialised.
//
// Go initialises the packages of a binary one after the other before main, and
// every call pays for all of them: the verbs of nlbox link a command-line
// library with its templates, which an `ip link` has no use for. The order is
// fixed by the language (since Go 1.21): of the packages whose imports are
// ready, the one with the smallest import path is next. This package imports the
// applets and nothing of the verbs, and github.com/nlbox is less than
// github.com/urfave; its init runs when the applets are ready, and does not come
// back. The rest is not only unused then, it is never touched.
//
// A test of internal/house holds the start-up to its budget, so that an import
// that breaks the order shows.
//
// It may import internal/box, internal/applet and golang.org/x/sys/unix.
package early

import (
	"os"
	"unsafe"

	"golang.org/x/sys/unix"

	_ "github.com/nlbox/nlbox/cmd/nlbox/first" // sets the runtime up
	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/box"
)

func init() {
	env := box.ProcessEnv()
	if main, ok := box.Lookup(env.Name); ok {
		env.Pinned = true // as the main goroutine is until main begins
		leaveSignals()
		os.Exit(applet.Run(main, env))
	}
}

// foreign are signals that the runtime catches on its start, to drop them or to
// end with its stacks on stderr, and that no applet has a use for (but ping,
// which catches its own anew).
var foreign = [...]unix.Signal{
	unix.SIGQUIT, unix.SIGILL, unix.SIGTRAP, unix.SIGABRT, unix.SIGUSR1, unix.SIGUSR2, unix.SIGPIPE, unix.SIGALRM,
	unix.SIGXCPU, unix.SIGXFSZ, unix.SIGVTALRM, unix.SIGPROF, unix.SIGIO, unix.SIGPWR, unix.SIGSYS,
}

// leaveSignals gives them the default action: they end the process.
func leaveSignals() {
	const setSize = 8
	var action [64]byte // struct sigaction of the kernel: SIG_DFL is 0
	for _, s := range foreign {
		unix.RawSyscall6(unix.SYS_RT_SIGACTION, uintptr(s), uintptr(unsafe.Pointer(&action)), 0, setSize, 0, 0)
	}
}
