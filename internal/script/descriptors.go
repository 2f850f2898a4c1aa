package script

import (
	"context"
	"errors"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// The interpreter knows the descriptors 0 to 2. What those from 3 on stand for is
// kept here; which number is which is in a variable of the script's, so that a
// shell below has a table of its own, as after a fork. The words that open and
// close them are put in by rewrite.
const (
	wordFdOpen  = mark + "fdopen"
	wordFdClose = mark + "fdclose"
	varFds      = ourPrefix + "fds"
	maxFd       = 99
)

// descriptor is an open file, or an output that is none.
type descriptor struct {
	f *os.File
	w io.Writer
	// before is what the number stood for outside of the command that it was
	// opened for.
	before int
	// owner is the shell that opened it: those below it have it as well, and do not
	// close it for the owner.
	owner *interp.Runner
	refs  int // shell.mu guards it
}

// fds is the table of a shell: the numbers of descriptors by those of the script.
func fds(hc interp.HandlerContext) map[int]int {
	table := map[int]int{}
	for _, field := range strings.Fields(hc.Env.Get(varFds).Str) {
		n, id, _ := strings.Cut(field, "=")
		key, _ := strconv.Atoi(n)
		table[key], _ = strconv.Atoi(id)
	}
	return table
}

func setFds(ctx context.Context, hc interp.HandlerContext, table map[int]int) error {
	var text strings.Builder
	for n := range maxFd + 1 {
		if id := table[n]; id != 0 {
			text.WriteString(strconv.Itoa(n) + "=" + strconv.Itoa(id) + " ")
		}
	}
	return hc.Builtin(ctx, []string{"eval", varFds + "='" + text.String() + "'"})
}

// descriptorOf is what a number of the script's stands for.
func (s *shell) descriptorOf(hc interp.HandlerContext, n int) *descriptor {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.descriptors[fds(hc)[n]]
}

// fdOpen opens a descriptor: words are its number, the operator and what stands
// behind it, and "exec" or "command" where it stays open.
func (s *shell) fdOpen(ctx context.Context, hc interp.HandlerContext, words []string) error {
	n, _ := strconv.Atoi(words[0])
	d, err := s.newDescriptor(hc, words[1], words[2])
	stays := words[3] != ""
	if err != nil {
		io.WriteString(hc.Stderr, err.Error()+"\n")
		if words[3] == "exec" && !s.bash {
			s.explained(hc)
			return hc.Builtin(ctx, []string{"exit", "2"})
		}
		code, _ := strconv.Atoi(unopenedStatus(s.bash))
		return status(code)
	}
	table := fds(hc)
	s.mu.Lock()
	d.owner = s.runnerOf(hc)
	if !stays {
		d.before = table[n]
	} else if old := s.descriptors[table[n]]; old != nil && old.owner == d.owner {
		s.release(table[n])
	}
	s.lastDescriptor++
	s.descriptors[s.lastDescriptor] = d
	table[n] = s.lastDescriptor
	s.mu.Unlock()
	return setFds(ctx, hc, table)
}

// fdClose ends what fdOpen began for a command; its status is that of the command.
func (s *shell) fdClose(ctx context.Context, hc interp.HandlerContext, words []string) error {
	n, _ := strconv.Atoi(words[0])
	table := fds(hc)
	s.mu.Lock()
	id, before := table[n], 0
	if d := s.descriptors[id]; d != nil {
		before = d.before
	}
	s.release(id)
	table[n] = before
	s.mu.Unlock()
	if err := setFds(ctx, hc, table); err != nil {
		return err
	}
	code, _ := strconv.Atoi(words[1])
	return status(code)
}

// release gives back one hold of a descriptor. The caller has locked s.mu.
func (s *shell) release(id int) {
	d := s.descriptors[id]
	if d == nil {
		return
	}
	if d.refs--; d.refs < 0 {
		delete(s.descriptors, id)
		if d.f != nil {
			d.f.Close()
		}
	}
}

// holdFds keeps the descriptors of a shell open for a job, and returns which. The
// caller has locked s.mu.
func (s *shell) holdFds(hc interp.HandlerContext) (ids []int) {
	for _, id := range fds(hc) {
		if d := s.descriptors[id]; d != nil {
			d.refs++
			ids = append(ids, id)
		}
	}
	return ids
}

// newDescriptor opens what an operator and its word name.
func (s *shell) newDescriptor(hc interp.HandlerContext, op, word string) (*descriptor, error) {
	line := strconv.FormatUint(uint64(hc.Pos.Line()), 10)
	if op == ">&" || op == "<&" {
		return s.duplicateOf(hc, word, line)
	}
	flag := map[string]int{
		"<": os.O_RDONLY, ">": os.O_WRONLY | os.O_CREATE | os.O_TRUNC, ">|": os.O_WRONLY | os.O_CREATE | os.O_TRUNC,
		">>": os.O_WRONLY | os.O_CREATE | os.O_APPEND, "<>": os.O_RDWR | os.O_CREATE,
	}[op]
	f, err := s.openFile(hc, word, s.clobbering(hc, word, flag, op == ">|"))
	if err != nil {
		return nil, s.cannotOpen(line, word, flag, err)
	}
	return &descriptor{f: f, w: f}, nil
}

// duplicateOf is another name for a descriptor, "-" for none.
func (s *shell) duplicateOf(hc interp.HandlerContext, word, line string) (*descriptor, error) {
	var from any
	switch word {
	case "-":
		return &descriptor{}, nil
	case "0":
		from = hc.Stdin
	case "1":
		from = hc.Stdout
	case "2":
		from = hc.Stderr
	default:
		n, _ := strconv.Atoi(word)
		if d := s.descriptorOf(hc, n); d != nil && d.f != nil {
			from = d.f
		} else if d != nil && d.w != nil {
			from = d.w
		}
	}
	var f *os.File
	var err error
	switch from := from.(type) {
	case *os.File:
		f, err = duplicate(from)
	case io.Writer:
		if f, err = duplicate(from); f == nil && err == nil {
			return &descriptor{w: under(from)}, nil
		}
	default:
		err = unix.EBADF
	}
	if err != nil {
		return nil, s.badDescriptor(word, line, err)
	}
	return &descriptor{f: f, w: f}, nil
}

func (s *shell) badDescriptor(word, line string, err error) error {
	if s.bash {
		line = "line " + line
	}
	return &os.PathError{Op: s.plan.name() + ": " + line + ":", Path: word, Err: errors.New(reason(err))}
}

// inherited are the files that a process gets from 3 on.
func (s *shell) inherited(hc interp.HandlerContext) (files []*os.File) {
	table := fds(hc)
	s.mu.Lock()
	defer s.mu.Unlock()
	for n, id := range table {
		if d := s.descriptors[id]; d != nil && d.f != nil {
			for len(files) <= n-3 {
				files = append(files, nil)
			}
			files[n-3] = d.f
		}
	}
	return files
}

// beyond is the number of a redirection's descriptor, if it is 3 or more.
func beyond(r *syntax.Redirect) int {
	if r.N == nil {
		return 0
	}
	n, err := strconv.Atoi(r.N.Value)
	if err != nil || n < 3 {
		return 0
	}
	return n
}

// descriptors wraps a statement into the opening and closing of those from 3 on,
// from left to right.
func (w *rewriter) descriptors(st *syntax.Stmt) {
	found := false
	for _, r := range st.Redirs {
		found = found || beyond(r) > 0
	}
	if !found {
		return
	}
	if call, ok := st.Cmd.(*syntax.CallExpr); ok && onlyExec(call) {
		w.execDescriptors(st, call)
		return
	}
	inner := &syntax.Stmt{Position: st.Position, Cmd: st.Cmd}
	for i := len(st.Redirs) - 1; i >= 0; i-- {
		r := st.Redirs[i]
		if beyond(r) == 0 {
			inner.Redirs = append([]*syntax.Redirect{r}, inner.Redirs...)
			continue
		}
		if inner.Cmd == nil {
			inner.Cmd = &syntax.CallExpr{Args: []*syntax.Word{literal(":")}}
		}
		closing := ours(r.OpPos, wordFdClose, r.N.Value, "?")
		w.done[closing] = true
		inner = &syntax.Stmt{Position: st.Position, Cmd: &syntax.IfClause{
			Position: r.OpPos, ThenPos: r.OpPos, FiPos: r.OpPos,
			Cond: []*syntax.Stmt{w.opening(r, "")},
			Then: []*syntax.Stmt{inner, closing},
			Else: &syntax.IfClause{Position: r.OpPos, FiPos: r.OpPos, Then: []*syntax.Stmt{ours(r.OpPos, mark+"status", unopenedStatus(w.bash))}},
		}}
	}
	st.Cmd, st.Redirs = inner.Cmd, inner.Redirs
}

// unopenedStatus is that of a command whose redirection failed.
func unopenedStatus(bash bool) string {
	if bash {
		return "1"
	}
	return "2"
}

// onlyExec tells whether a command is exec, or command exec, and nothing else.
func onlyExec(call *syntax.CallExpr) bool {
	words := call.Args
	if len(words) == 2 && words[0].Lit() == "command" {
		words = words[1:]
	}
	return len(words) == 1 && words[0].Lit() == "exec"
}

// execDescriptors is exec without a command: what it opens stays open.
func (w *rewriter) execDescriptors(st *syntax.Stmt, call *syntax.CallExpr) {
	var list []*syntax.Stmt
	for _, r := range st.Redirs {
		if beyond(r) > 0 {
			list = append(list, w.opening(r, call.Args[0].Lit()))
			continue
		}
		list = append(list, &syntax.Stmt{Position: st.Position, Cmd: call, Redirs: []*syntax.Redirect{r}})
	}
	st.Cmd, st.Redirs = block(list...), nil
}

// opening is the call of wordFdOpen for a redirection.
func (w *rewriter) opening(r *syntax.Redirect, stays string) *syntax.Stmt {
	call := ours(r.OpPos, wordFdOpen, r.N.Value, r.Op.String())
	args := call.Cmd.(*syntax.CallExpr)
	args.Args = append(args.Args, oneField(r.Word), literal(stays))
	for _, i := range []int{1, 2} { // an operator is no word without quotes
		args.Args[i] = literal(args.Args[i].Lit())
	}
	w.done[call] = true
	return call
}

// oneField is a word of a redirection as an argument, which would be split.
func oneField(word *syntax.Word) *syntax.Word {
	quoteEscaped(word, false)
	out := &syntax.Word{}
	for i, part := range word.Parts {
		switch p := part.(type) {
		case *syntax.Lit:
			if i > 0 || !strings.HasPrefix(p.Value, "~") {
				part = &syntax.SglQuoted{Left: p.Pos(), Right: p.End(), Value: p.Value}
			}
		case *syntax.ParamExp, *syntax.CmdSubst, *syntax.ArithmExp:
			part = &syntax.DblQuoted{Left: p.Pos(), Right: p.End(), Parts: []syntax.WordPart{part}}
		}
		out.Parts = append(out.Parts, part)
	}
	return out
}
