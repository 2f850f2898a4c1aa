package script

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
	"mvdan.cc/sh/v3/interp"
)

// firstPid is where the numbers of jobs begin that are no process: above what
// the kernel gives out (PID_MAX_LIMIT), so that nobody else takes them for one.
const firstPid = 1<<22 + 1

// job is a background command.
type job struct {
	shell   *shell
	number  int
	parent  *job           // the job that started it; nil is the script's own shell
	starter *interp.Runner // the shell that did
	// simple: a shell would become the command itself, so that $! is the
	// command's process.
	simple bool
	held   []*stream
	fds    []int

	mu       sync.Mutex
	pid      int
	calls    int
	known    chan struct{} // closed when pid is
	done     chan struct{} // closed when the job has ended
	status   int
	signal   unix.Signal
	endedBy  unix.Signal   // what killed its process
	stop     chan struct{} // closed by the signal
	process  bool          // pid is a process's
	reported bool          // wait has seen its end
}

// jobOf is the job that the calling shell belongs to, nil for none.
func (s *shell) jobOf(hc interp.HandlerContext) *job {
	text := hc.Env.Get(varJob).Str
	if text == "" {
		return nil // as most calls have it, and an error of Atoi is garbage
	}
	n, err := strconv.Atoi(text)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil || n < 1 || n > len(s.jobs) {
		return nil
	}
	return s.jobs[n-1]
}

// startJob announces a job: the shell that is started next belongs to it.
func (s *shell) startJob(ctx context.Context, hc interp.HandlerContext, kind string) error {
	j := &job{
		shell: s, parent: s.jobOf(hc), starter: s.runnerOf(hc), simple: kind == "simple",
		known: make(chan struct{}), done: make(chan struct{}), stop: make(chan struct{}),
	}
	for _, w := range []any{hc.Stdout, hc.Stderr} {
		if st, ok := w.(*stream); ok {
			st.hold()
			j.held = append(j.held, st)
		}
	}
	s.mu.Lock()
	j.fds = s.holdFds(hc)
	s.jobs = append(s.jobs, j)
	j.number = len(s.jobs)
	s.mu.Unlock()
	if !j.simple {
		j.resolve(0)
	}
	return hc.Builtin(ctx, []string{"eval", varJob + "=" + strconv.Itoa(j.number)})
}

// started is called by the parent when the job's shell runs: it sets $! and
// becomes itself again.
func (s *shell) started(ctx context.Context, hc interp.HandlerContext) error {
	j := s.jobOf(hc)
	if j == nil {
		return nil
	}
	select {
	case <-j.known:
	case <-j.done:
		j.resolve(0)
	case <-ctx.Done():
		return ctx.Err()
	}
	own := ""
	if j.parent != nil {
		own = strconv.Itoa(j.parent.number)
	}
	return hc.Builtin(ctx, []string{"eval", varJob + "=" + own + " " + varBang + "=" + strconv.Itoa(j.pid)})
}

// resolve settles the job's pid: that of a process, or for 0 a number that is
// none. The first one counts.
func (j *job) resolve(pid int) {
	if j == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.pid != 0 {
		return
	}
	j.pid, j.process = pid, pid != 0
	if pid == 0 {
		j.pid = firstPid + j.number
	}
	close(j.known)
}

// called counts the commands of a job, and tells whether this is not the first.
func (j *job) called() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.calls++
	return j.calls > 1
}

// end is called by the job's shell when its command has ended.
func (j *job) end(status int) {
	j.resolve(0)
	j.mu.Lock()
	j.status = status
	if j.signal != 0 {
		j.status = 128 + int(j.signal)
	}
	j.mu.Unlock()
	for _, st := range j.held {
		st.Close()
	}
	j.shell.mu.Lock()
	for _, id := range j.fds {
		j.shell.release(id)
	}
	j.shell.mu.Unlock()
	close(j.done)
}

// stopped is closed when the job is killed; without a job it never is.
func (j *job) stopped() <-chan struct{} {
	if j == nil {
		return nil
	}
	return j.stop
}

// killedBy is the signal that ended the job, or one that it belongs to.
func (j *job) killedBy() unix.Signal {
	for ; j != nil; j = j.parent {
		j.mu.Lock()
		sig := j.signal
		j.mu.Unlock()
		if sig != 0 {
			return sig
		}
	}
	return 0
}

// kill ends a job that is no process, with the processes that it waits for. Its
// shell ends before its next command.
func (j *job) kill(sig unix.Signal) error {
	select {
	case <-j.done:
		return unix.ESRCH
	default:
	}
	switch sig {
	case 0, unix.SIGCHLD, unix.SIGCONT, unix.SIGWINCH, unix.SIGURG:
		return nil
	}
	j.mu.Lock()
	first := j.signal == 0
	if first {
		j.signal = sig
		close(j.stop)
	}
	j.mu.Unlock()
	j.shell.mu.Lock()
	defer j.shell.mu.Unlock()
	for pid, owner := range j.shell.processes {
		for o := owner; o != nil; o = o.parent {
			if o == j {
				unix.Kill(pid, sig)
			}
		}
	}
	return nil
}

// findJob finds what %N, a number of a job or a pid stands for.
func (s *shell) findJob(word string) *job {
	if word == "%%" || word == "%+" {
		word = ""
	}
	text, byNumber := strings.CutPrefix(word, "%")
	n, err := strconv.Atoi(text)
	s.mu.Lock()
	defer s.mu.Unlock()
	if word == "" && len(s.jobs) > 0 {
		return s.jobs[len(s.jobs)-1]
	}
	for i := len(s.jobs) - 1; i >= 0 && err == nil; i-- {
		j := s.jobs[i]
		if byNumber && j.number == n || !byNumber && j.id() == n {
			return j
		}
	}
	return nil
}

// number3 is the pid, 0 while it is not settled.
func (j *job) id() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.pid
}

// children are the jobs that a shell has started and that are not waited for.
func (s *shell) children(hc interp.HandlerContext) []*job {
	s.mu.Lock()
	defer s.mu.Unlock()
	var own []*job
	for _, j := range s.jobs {
		if j.starter == s.runnerOf(hc) && !j.reported {
			own = append(own, j)
		}
	}
	return own
}

// wait is the builtin: until all jobs of this shell have ended, or those named. A
// signal that is trapped ends it.
func (s *shell) wait(ctx context.Context, hc interp.HandlerContext, words []string) int {
	if len(words) > 0 && words[0] == "-n" {
		return s.waitAny(ctx, hc)
	}
	if len(words) == 0 {
		for _, j := range s.children(hc) {
			if code, ok := s.waitFor(ctx, hc, j); !ok {
				return code
			}
		}
		return 0
	}
	code := 0
	for _, word := range words {
		j := s.findJob(word)
		if j == nil {
			// As for a process that is no child.
			code = 127
			if _, err := strconv.Atoi(strings.TrimPrefix(word, "%")); err != nil {
				s.complain(hc.Stderr, int(hc.Pos.Line()), "wait: Illegal number: "+word)
				return 2
			}
			continue
		}
		var ok bool
		if code, ok = s.waitFor(ctx, hc, j); !ok {
			return code
		}
	}
	return code
}

// waitFor waits for a job and returns its status; false means that a signal
// came first.
func (s *shell) waitFor(ctx context.Context, hc interp.HandlerContext, j *job) (int, bool) {
	select {
	case <-j.done:
		j.mu.Lock()
		defer j.mu.Unlock()
		if j.reported = true; j.process || j.signal != 0 {
			s.sayKilled(hc.Stderr, max(j.endedBy, j.signal))
		}
		return j.status, true
	case sig := <-s.traps.arrived():
		return 128 + int(sig), false
	case <-ctx.Done():
		return 128 + int(s.diedOf()), false
	}
}

// waitAny waits for the first of some jobs to end.
func (s *shell) waitAny(ctx context.Context, hc interp.HandlerContext) int {
	for jobs := s.children(hc); len(jobs) > 0 && ctx.Err() == nil; {
		for _, j := range jobs {
			select {
			case <-j.done:
				code, _ := s.waitFor(ctx, hc, j)
				return code
			default:
			}
		}
		time.Sleep(time.Millisecond)
	}
	return 127
}

// waitForJobs lets the jobs end that are no process: with a shell, they would go
// on behind the script.
func (s *shell) waitForJobs() {
	s.mu.Lock()
	jobs := s.jobs
	s.mu.Unlock()
	for _, j := range jobs {
		if j.isProcess() {
			continue
		}
		select {
		case <-j.done:
		case <-s.traps.died:
			return
		}
	}
}

func (j *job) isProcess() bool {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.process
}
