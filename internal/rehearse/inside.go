package rehearse

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/progress"
	"github.com/nlbox/nlbox/internal/snapshot"
	"github.com/nlbox/nlbox/internal/topology"
)

// Inside carries out the plan in the process that Run started. applets are the
// names that the hosts find the binary under.
func Inside(env *applet.Env, plan *Plan, applets []string) error {
	return plan.voiced(inside(env, plan, applets))
}

func inside(env *applet.Env, plan *Plan, applets []string) error {
	// This thread's namespaces become those of the switches.
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	leash, err := onLeash()
	if err != nil {
		return err
	}
	captures, err := openCapture(plan.Capture)
	if err != nil {
		return fail(err.Error())
	}
	if err := mountLab(applets); err != nil {
		return refused(err)
	}
	line := progress.New(env.Stderr)
	n, err := build(env, plan.Lab, line)
	line.End()
	if err != nil {
		return refused(err)
	}
	for _, w := range append(plan.Warnings, n.warnings...) {
		env.Warn(plan.title() + "the clone: " + w + "\n")
	}
	capture, err := startCapture(captures, n.cables)
	if err != nil {
		return fail(err.Error())
	}
	defer capture.stop()
	r := &runner{leash: leash, env: env, network: n, children: newChildren()}
	status, err := r.carryOut(plan)
	var ended *endedError
	switch {
	case errors.As(err, &ended):
		// Whoever ended it has the last word.
		return applet.Silent(ended.status)
	case err != nil:
		return fail(err.Error())
	case status != 0:
		return applet.Silent(status)
	}
	return nil
}

// carryOut returns the status that the rehearsal ends with.
func (r *runner) carryOut(plan *Plan) (int, error) {
	if plan.Forecast != nil {
		return r.forecast(plan)
	}
	if plan.tellsStory() {
		return r.tell(plan)
	}
	status, err := r.steps(plan)
	if err == nil && plan.Shell != "" {
		status, err = r.prompt(plan)
	}
	if err == nil && plan.Map {
		err = r.draw(plan.Lab)
	}
	if err == nil && plan.Keep {
		return r.keep(plan.Lab)
	}
	return status, err
}

// draw shows all hosts as they are now.
func (r *runner) draw(lab *Lab) error {
	m, err := r.topology(lab)
	if err == nil {
		r.env.Stdout.WriteString(m.ASCII())
	}
	return err
}

// topology is the map of all hosts, their namespaces and LANs.
func (r *runner) topology(lab *Lab) (*topology.Map, error) {
	var sites []topology.Site
	lans := make([]topology.LAN, len(lab.LANs))
	for i, name := range lab.LANs {
		lans[i].Name = name
	}
	for _, h := range lab.Hosts {
		var s *snapshot.Snapshot
		err := r.network.machines[h.Name].do(func() error {
			var err error
			s, err = snapshot.Take(r.env, true)
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("%s: %w", h.Name, err)
		}
		sites = append(sites, topology.Site{Name: h.Name, Snapshot: s})
		for _, i := range h.Interfaces {
			k := slices.Index(lab.LANs, i.LAN)
			lans[k].Members = append(lans[k].Members, topology.Member{Site: h.Name, Interface: i.Name})
		}
	}
	return topology.Build(sites, lans), nil
}

// leash is what ends the process inside before its time.
type leash struct {
	// cut: the process outside is gone.
	cut chan struct{}
	// signals are those that the terminal, or somebody, sent to us as well.
	signals chan os.Signal
}

// onLeash makes this process end with the one that started it, and refuses to go
// on where it was not started by Run: it would change the machine itself.
func onLeash() (*leash, error) {
	var st unix.Stat_t
	if os.Getpid() != 1 || os.Getppid() != 0 ||
		unix.Fstat(leashFd, &st) != nil || st.Mode&unix.S_IFMT != unix.S_IFIFO {
		return nil, fail(InsideWord + " is for nlbox itself")
	}
	// They are ours, and no script's: the reader of one waits for its last writer.
	unix.CloseOnExec(leashFd)
	unix.CloseOnExec(holdersFd)
	if err := unix.Prctl(unix.PR_SET_PDEATHSIG, uintptr(unix.SIGKILL), 0, 0, 0); err != nil {
		return nil, fail("prctl: " + cause(err))
	}
	// The process outside may have been gone before that call: then the pipe
	// has no writer any more. It never carries a byte.
	poll := []unix.PollFd{{Fd: leashFd}}
	if n, _ := unix.Poll(poll, 0); n > 0 && poll[0].Revents&unix.POLLHUP != 0 {
		return nil, applet.Silent(1)
	}
	l := &leash{cut: make(chan struct{}), signals: make(chan os.Signal, 1)}
	signal.Notify(l.signals, caught()...)
	go func() {
		os.NewFile(leashFd, "leash").Read(make([]byte, 1))
		close(l.cut)
	}()
	return l, nil
}

// patience is how long the process inside, when it is sent a signal, leaves the
// process outside to end it.
const patience = 2 * time.Second

// end waits for the end that a signal announced, and returns the status for it.
func (l *leash) end(sig os.Signal) int {
	select {
	case <-l.cut:
	case <-time.After(patience):
	}
	return 128 + int(sig.(syscall.Signal))
}

// refused words an error while the lab was made. What the kernel did not permit
// is explained.
func refused(err error) error {
	var errno syscall.Errno
	if errors.As(err, &errno) && (errno == unix.EPERM || errno == unix.EACCES || errno == unix.ENOSPC) {
		system := inquire()
		if ownUsers(readWord("/proc/self/uid_map")) {
			// What we seem to be here, we are not in the eyes of the kernel's
			// security modules.
			system.root, system.privileged = false, false
		}
		return fail(err.Error() + ": " + system.explain(err))
	}
	return fail(err.Error())
}

// ownUsers tells by its uid_map whether this is a user namespace with ids of its
// own, and not the machine's.
func ownUsers(uidMap string) bool {
	fields := strings.Fields(uidMap)
	return len(fields) >= 3 && fields[2] != "4294967295"
}
