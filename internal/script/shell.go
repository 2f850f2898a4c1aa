package script

import (
	"context"
	"io"
	"os"
	"reflect"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
)

// shell is one run of a script: what the shells below it share.
type shell struct {
	env  *applet.Env
	plan *Plan
	style
	main *interp.Runner
	// runnerAt is where a context of the interpreter has its runner.
	runnerAt uintptr
	loops    loopFields
	// out and errs are the script's own streams.
	out, errs     io.Writer
	outIsTerminal bool
	// dir is the directory that the script starts in.
	dir    string
	self   os.FileInfo
	cancel context.CancelFunc
	count  counters
	// buffers go from one applet's call to the next.
	buffers applet.Buffers

	// idle hands a call to a worker that waits for one; over ends them.
	idle chan *task
	over chan struct{}

	// softly are the statuses that errexit.go keeps; texts counts what was prepared.
	softly sync.Map
	texts  atomic.Int64
	// descriptors are those from 3 on, by numbers of ours; mu guards both.
	descriptors    map[int]*descriptor
	lastDescriptor int
	outputs        map[*os.File]bool // that are open; mu guards it
	splits         atomic.Bool       // values may have marks in them: fields.go
	nounset        atomic.Bool       // set -u may be on
	errexit        atomic.Bool       // set -e may be on
	// unopened are the shells whose next command has a redirection that failed.
	unopened sync.Map

	mu sync.Mutex
	// last is the last command that was called outside of background jobs;
	// exitAsked tells that the last one of the script's own shell was to end it.
	last      command
	exitAsked bool
	// unset is the variable that set -u ended the script for.
	unset string
	// functions are the names that the script has functions of.
	functions sync.Map
	readonlys sync.Map // names of variables that a text makes readonly
	file      *syntax.File
	jobs      []*job
	processes map[int]*job // the running children; nil is the script's own shell
	traps     traps
	umasked   bool
	umask     sync.RWMutex // held for writing where the process's umask is another
}

// command is a command as it was called.
type command struct {
	line  int
	words []string
}

// counters are what --stats shows.
type counters struct{ applets, processes atomic.Int64 }

func (c *counters) line(took time.Duration) string {
	return "nlbox run: " + strconv.FormatInt(c.applets.Load(), 10) + " applets called, " +
		strconv.FormatInt(c.processes.Load(), 10) + " processes started, " +
		strconv.FormatFloat(took.Seconds(), 'f', 3, 64) + " s\n"
}

func newShell(env *applet.Env, plan *Plan, bash bool) (*shell, error) {
	s := &shell{env: env, plan: plan, processes: map[int]*job{},
		idle: make(chan *task), over: make(chan struct{})}
	s.bash = bash
	errs := newStream(env.Stderr, nil, nil)
	errs.reword = s.unbound
	s.out, s.errs = env.Stdout.Direct(), errs
	s.outIsTerminal = terminal(s.out)
	s.self, _ = os.Stat("/proc/self/exe")
	s.traps.wake = make(chan struct{})
	s.descriptors, s.outputs = map[int]*descriptor{}, map[*os.File]bool{}
	var err error
	if s.runnerAt, err = runnerOffset(reflect.TypeFor[interp.HandlerContext]()); err != nil {
		return nil, err
	}
	if s.loops, err = loopOffsets(reflect.TypeFor[interp.Runner]()); err != nil {
		return nil, err
	}
	s.main, err = s.newRunner()
	return s, err
}

func (s *shell) close() {
	close(s.over)
	s.resetSignals()
	s.mu.Lock()
	defer s.mu.Unlock()
	for id := range s.descriptors {
		s.descriptors[id].refs = 0
		s.release(id)
	}
	for f := range s.outputs {
		f.Close()
	}
}

// learn notes the functions that a text declares, no builtin's name is ours then, and
// what it makes readonly.
func (s *shell) learn(file *syntax.File) {
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FuncDecl:
			if n.Name != nil {
				s.functions.Store(n.Name.Value, true)
			}
		case *syntax.DeclClause:
			s.learnReadonly(n)
		}
		return true
	})
}

func (s *shell) isFunction(name string) bool {
	_, ok := s.functions.Load(name)
	return ok
}

func (s *shell) nextText() string { return strconv.FormatInt(s.texts.Add(1), 10) + "." }

// complain writes a message as the script's shell words it.
func (s *shell) complain(to io.Writer, line int, text string) {
	where := ": "
	if s.bash {
		where = ": line "
	}
	io.WriteString(to, s.plan.name()+where+strconv.Itoa(line)+": "+text+"\n")
}

// unbound gives the interpreter's complaint about a variable that set -u or ${V?text}
// wants set a place, and the shell's words; nil for any other text.
func (s *shell) unbound(text []byte) []byte {
	name, why, _ := strings.Cut(strings.TrimSuffix(string(text), "\n"), ": ")
	if strings.ContainsAny(name, " \n") {
		return nil
	}
	strict := why != "unbound variable" || !strings.HasSuffix(string(text), "\n")
	s.mu.Lock()
	after := s.last.line
	s.mu.Unlock()
	line, at := 0, (*syntax.ParamExp)(nil)
	syntax.Walk(s.file, func(n syntax.Node) bool {
		p, ok := n.(*syntax.ParamExp)
		if !ok || p.Param == nil || p.Param.Value != name || strict != wantsSet(p) {
			return true
		}
		// The next one behind the last command, or, in a function, one before it.
		if l := int(p.Pos().Line()); line == 0 || line < after && l > line || l >= after && l < line {
			line, at = l, p
		}
		return true
	})
	switch {
	case strict && at == nil:
		return nil
	case strict && why == "" && at.Exp.Op == syntax.ErrorUnsetOrNull && !s.bash:
		why = "parameter not set or null"
	case strict && why != "" || s.bash:
	default:
		why = "parameter not set"
	}
	s.mu.Lock()
	s.unset = name
	s.last.words = nil // it is not the last command that failed
	s.mu.Unlock()
	var b strings.Builder
	if line == 0 { // in a text that is made up
		line = after
	}
	if s.bash && strings.Trim(name, "0123456789") == "" {
		name = "$" + name
	}
	s.complain(&b, line, name+": "+why)
	return []byte(b.String())
}

// wantsSet tells whether an expansion is ${V?text} or ${V:?text}.
func wantsSet(p *syntax.ParamExp) bool {
	return p.Exp != nil && (p.Exp.Op == syntax.ErrorUnset || p.Exp.Op == syntax.ErrorUnsetOrNull)
}

// errnoText is strerror(3).
func errnoText(err error) string {
	if errno, ok := err.(unix.Errno); ok {
		return rtnl.Strerror(errno)
	}
	return err.Error()
}
