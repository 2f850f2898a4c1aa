package script

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// mark begins the words that only a rewritten script has: commands of ours, and
// what a redirection carries beside its file's name.
const mark = "\x01"

// The commands of ours that rewrite puts into a script; see words.go.
const (
	wordJob      = mark + "job"
	wordJobEnd   = mark + "jobend"
	wordStarted  = mark + "started"
	wordAssigned = mark + "assigned"
	wordUntested = mark + "untested"
)

// Variables of ours: the job that a shell belongs to, $!, and set -x.
const (
	ourPrefix    = "__nlbox_"
	varJob       = ourPrefix + "job"
	varBang      = ourPrefix + "bang"
	varTrace     = ourPrefix + "trace"
	varNoClobber = ourPrefix + "noclobber" // set -C
)

// style is what rewrite has to know of a script.
type style struct {
	// bash: braces are expanded.
	bash bool
	// main: it is the script itself. traced: there may be a trace, which
	// assignments belong to. splits: values are split at more than blanks.
	// nounset: set -u may be on; errexit: set -e.
	main, traced, splits, nounset, errexit bool
	// assigned are the commands with assignments in front, by their place in
	// the script.
	assigned map[uint]prefixed
	// isFunction tells whether the script has a function of that name, isReadonly
	// whether it may have a readonly variable.
	isFunction, isReadonly func(name string) bool
	// text is what is rewritten; prefix tells its commands from those of others.
	text   []byte
	prefix string
}

// prefixed is a command with assignments in front: its word and their names.
type prefixed struct {
	word  string
	names []string
}

// rewrite changes a script so that the interpreter does with it what a shell
// does:
//
//   - the last command of a pipe runs in a shell of its own (here it would be the
//     script's);
//   - a background command is told when it starts and how it ends, its stdin is
//     /dev/null and its streams are held, so that $!, wait and kill work (jobs.go);
//   - redirections carry their line, and whether they belong to a simple
//     command, whose trace they must not catch;
//   - a subshell that is tested (if, &&, !) does not end with its first failure
//     under set -e;
//   - a loop's variable keeps its last value when the loop is left (loop.go);
//   - $((…)) is evaluated by a word of ours (hoist.go), and what arithmetic sets
//     stays exported (export.go); the word of ${V:-word} is expanded where it is
//     needed (lazy.go);
//   - a command that a list of && ends does not end the script under set -e when
//     the list fails (errexit.go);
//   - descriptors from 3 on are opened and closed by words of ours
//     (descriptors.go);
//   - getopts gets its words, and functions a state of it (getopts.go);
//   - a return in a shell below the function's ends that shell (returns.go), and
//     break ends no loop but its function's (breaks.go), and that one at once
//     (leaving.go);
//   - an element of an array is set by an assignment (element.go), and a readonly
//     variable by none (readonly.go);
//   - backslashes quote, where a word becomes one field (literal.go), and quotes
//     do in patterns;
//   - values are split at IFS as sh does it (fields.go), and quoted words of
//     ${V:+word} are not (alternatives.go);
//   - in sh, braces are themselves.
func rewrite(file *syntax.File, st *style) {
	returns(file, st.main && !st.bash)
	breaks(file, st.main, st.bash)
	w := &rewriter{style: st, doubled: map[*syntax.ParamExp]bool{}, literal: map[*syntax.ParamExp]bool{}, done: map[*syntax.Stmt]bool{}, noted: map[*syntax.Stmt]bool{},
		conditions: map[syntax.Command]bool{}, resets: map[*syntax.ForClause]bool{}, softs: map[*syntax.Stmt]bool{}, hoisted: map[*syntax.Stmt]bool{},
		lazy: map[*syntax.ParamExp]bool{}, checked: map[*syntax.Stmt]bool{},
		sources: map[*syntax.ArithmExp]string{}}
	leaves(file, !st.main, w.looksBack)
	syntax.Walk(file, w.visit)
}

type rewriter struct {
	*style
	done, noted, checked map[*syntax.Stmt]bool
	conditions           map[syntax.Command]bool
	// resets are the loops that begin with one; commands counts those that got
	// a name, which begins with prefix.
	resets   map[*syntax.ForClause]bool
	softs    map[*syntax.Stmt]bool        // what soft has found out
	hoisted  map[*syntax.Stmt]bool        // their expressions are evaluated before them
	sources  map[*syntax.ArithmExp]string // the texts of those that are parsed here
	lazy     map[*syntax.ParamExp]bool    // their words are needed where they stand
	doubled  map[*syntax.ParamExp]bool    // stands in double quotes
	literal  map[*syntax.ParamExp]bool    // the quotes in its word are themselves
	commands int
}

func (w *rewriter) visit(n syntax.Node) bool {
	for _, list := range lists(n) {
		*list = w.harden(*list)
	}
	w.options(n)
	switch n := n.(type) {
	case *syntax.Stmt:
		w.statement(n)
	case *syntax.BinaryCmd:
		switch n.Op {
		case syntax.Pipe, syntax.PipeAll:
			n.Y = &syntax.Stmt{Position: n.Y.Position, Cmd: &syntax.Subshell{
				Lparen: n.Y.Position, Rparen: n.Y.Position, Stmts: []*syntax.Stmt{n.Y}}}
		default:
			if _, ok := n.X.Cmd.(*syntax.WhileClause); ok && !n.X.Negated {
				n.X = &syntax.Stmt{Position: n.X.Position, Cmd: block(n.X)}
			}
			w.tested(n.X)
		}
	case *syntax.FuncDecl:
		w.functionName(n)
	case *syntax.ForClause:
		w.loop(n)
	case *syntax.IfClause:
		w.tested(n.Cond...)
	case *syntax.WhileClause:
		w.tested(n.Cond...)
	case *syntax.Word:
		n.Parts = apart(n.Parts, w.bash)
	case *syntax.ParamExp:
		w.parameter(n)
	case *syntax.DblQuoted:
		w.inQuotes(n.Parts)
	case *syntax.Redirect:
		if n.Hdoc != nil {
			w.inQuotes(n.Hdoc.Parts)
		}
	case *syntax.Assign:
		home(n.Value)
		quoteEscaped(n.Value, false)
	case *syntax.CaseClause:
		quoteEscaped(n.Word, false)
	case *syntax.CmdSubst:
		w.copied(n)
		w.gentler(n)
	case *syntax.CallExpr:
		w.braces(n.Args)
		w.fields(n.Args)
		if w.traced && len(n.Args) > 0 && len(n.Assigns) > 0 && w.assigned != nil {
			p := prefixed{word: n.Args[0].Lit()}
			for _, a := range n.Assigns {
				p.names = append(p.names, a.Name.Value)
			}
			w.assigned[n.Args[0].Pos().Offset()] = p
		}
	case *syntax.WordIter:
		allParameters(n.Items)
		w.braces(n.Items)
		w.fields(n.Items)
	}
	return true
}

func (w *rewriter) statement(st *syntax.Stmt) {
	if w.done[st] {
		return
	}
	w.done[st] = true
	w.writable(st)
	evaluates(st)
	w.hoist(st)
	w.setsElement(st)
	if names := setBy(st); len(names) > 0 && !w.noted[st] {
		w.keep(st, names)
	}
	if st.Negated {
		w.tested(&syntax.Stmt{Cmd: st.Cmd})
	}
	w.descriptors(st)
	w.alternatives(st)
	kind := w.kind(st)
	kept := st.Redirs[:0]
	for _, r := range st.Redirs {
		if w.redirect(r, kind) {
			kept = append(kept, r)
		}
	}
	st.Redirs = kept
	if call, ok := st.Cmd.(*syntax.CallExpr); ok && w.traced && len(call.Args) == 0 {
		w.assignment(st, call)
	}
	if st.Background {
		w.background(st)
	}
}

// The kinds of commands that a redirection belongs to.
const (
	kindCompound = "c"
	kindSimple   = "s"
	// kindCalled is a simple command of sh that is called whatever its words become:
	// it can be told that its redirection has failed (redirect.go).
	kindCalled = "w"
	// errorsTo follows the kind of a redirection of stderr.
	errorsTo = "e"
	// overwrites follows that of >|.
	overwrites = "o"
)

func (w *rewriter) kind(st *syntax.Stmt) string {
	call, ok := st.Cmd.(*syntax.CallExpr)
	switch {
	case !ok:
		return kindCompound
	case w.bash || len(call.Args) == 0:
		return kindSimple
	}
	switch part := call.Args[0].Parts[0].(type) {
	case *syntax.SglQuoted:
		return kindCalled
	case *syntax.Lit:
		if part.Value != "" {
			return kindCalled
		}
	}
	return kindSimple
}

// redirect changes a redirection; false leaves it out.
func (w *rewriter) redirect(r *syntax.Redirect, kind string) bool {
	if r.Word == nil {
		return true
	}
	word := r.Word.Lit()
	switch r.Op {
	case syntax.DplIn:
		if word == "0" || word == "-" {
			return word == "-"
		}
		r.Op, r.Word = syntax.RdrIn, literal(mark+"fd"+word)
	case syntax.DplOut:
		switch {
		case word == "1" || word == "2":
			r.Op, r.Word = syntax.RdrOut, literal(mark+"dup"+word)
		case word != "" && strings.Trim(word, "0123456789") == "":
			r.Op, r.Word = syntax.RdrOut, literal(mark+"fd"+word)
		case word != "-" && word != "":
			r.Op = syntax.RdrAll
		default:
			return true
		}
	case syntax.RdrClob:
		r.Op = syntax.RdrOut
		kind += overwrites
	case syntax.RdrIn, syntax.RdrOut, syntax.AppOut, syntax.RdrAll, syntax.AppAll:
	case syntax.WordHdoc:
		quoteEscaped(r.Word, false)
		return true
	default:
		return true
	}
	if substitutesProcess(r.Word) {
		return true
	}
	quoteEscaped(r.Word, false)
	if r.N != nil && r.N.Value == "2" {
		kind += errorsTo
	}
	suffix := &syntax.SglQuoted{Value: mark + kind + strconv.FormatUint(uint64(r.OpPos.Line()), 10)}
	r.Word = &syntax.Word{Parts: append(append([]syntax.WordPart{}, r.Word.Parts...), suffix)}
	return true
}

// assignment lets assignments be traced, which no handler sees.
func (w *rewriter) assignment(st *syntax.Stmt, call *syntax.CallExpr) {
	words := []string{wordAssigned}
	for _, a := range call.Assigns {
		if a.Index == nil && a.Array == nil {
			words = append(words, a.Name.Value)
		}
	}
	inner := &syntax.Stmt{Position: st.Position, Cmd: call}
	w.done[inner] = true
	st.Cmd = block(inner, ours(st.Position, words...))
}

// background: the parent announces a job, its shell runs the command in one
// below, to learn its status, and the parent goes on when $! is known.
func (w *rewriter) background(st *syntax.Stmt) {
	inner := &syntax.Stmt{Position: st.Position, Cmd: st.Cmd, Negated: st.Negated, Redirs: st.Redirs}
	w.done[inner] = true
	kind := "compound"
	if single(inner) {
		kind = "simple"
	}
	end := &syntax.IfClause{
		Position: st.Position, ThenPos: st.Position, FiPos: st.Position,
		Cond: []*syntax.Stmt{{Position: st.Position, Cmd: &syntax.Subshell{Stmts: []*syntax.Stmt{inner}}}},
		Then: []*syntax.Stmt{ours(st.Position, wordJobEnd, "0")},
		Else: &syntax.IfClause{Position: st.Position, FiPos: st.Position, Then: []*syntax.Stmt{ours(st.Position, wordJobEnd, "?")}},
	}
	// dash takes /dev/null for stdin, unless the command has another.
	job := &syntax.Stmt{Position: st.Position, Background: true, Cmd: end,
		Redirs: []*syntax.Redirect{{Op: syntax.RdrIn, Word: literal("/dev/null")}}}
	w.done[job] = true
	hold := func(n string) *syntax.Redirect {
		return &syntax.Redirect{Op: syntax.RdrOut, N: &syntax.Lit{Value: n}, Word: literal(mark + "hold" + n + mark + "c0")}
	}
	st.Cmd = block(ours(st.Position, wordJob, kind), job, ours(st.Position, wordStarted))
	st.Background, st.Negated = false, false
	st.Redirs = []*syntax.Redirect{hold("1"), hold("2")}
}

// single tells whether a shell would become the one command that it is to run.
func single(st *syntax.Stmt) bool {
	if st.Negated || st.Background {
		return false
	}
	switch cmd := st.Cmd.(type) {
	case *syntax.CallExpr:
		return len(cmd.Args) > 0
	case *syntax.Subshell:
		return len(cmd.Stmts) == 1 && single(cmd.Stmts[0])
	case *syntax.Block:
		return len(cmd.Stmts) == 1 && single(cmd.Stmts[0])
	}
	return false
}

// ours is a call of one of our words; "?" stands for $?.
func ours(pos syntax.Pos, words ...string) *syntax.Stmt {
	call := &syntax.CallExpr{}
	for i, word := range words {
		arg := &syntax.Word{Parts: []syntax.WordPart{&syntax.Lit{ValuePos: pos, ValueEnd: pos, Value: word}}}
		if i > 0 && word == "?" {
			arg.Parts[0] = &syntax.ParamExp{Dollar: pos, Short: true, Param: &syntax.Lit{ValuePos: pos, ValueEnd: pos, Value: "?"}}
		}
		call.Args = append(call.Args, arg)
	}
	return &syntax.Stmt{Position: pos, Cmd: call}
}

func block(stmts ...*syntax.Stmt) *syntax.Block { return &syntax.Block{Stmts: stmts} }

func literal(text string) *syntax.Word {
	return &syntax.Word{Parts: []syntax.WordPart{&syntax.SglQuoted{Value: text}}}
}

// tested switches set -e off in the subshells that a condition consists of. Each is
// looked at once: in a long chain of && every command is part of all that follow.
func (w *rewriter) tested(stmts ...*syntax.Stmt) {
	for _, st := range stmts {
		if w.conditions[st.Cmd] {
			continue
		}
		w.conditions[st.Cmd] = true
		switch cmd := st.Cmd.(type) {
		case *syntax.Subshell:
			if len(cmd.Stmts) > 1 {
				off := ours(cmd.Lparen, wordUntested)
				cmd.Stmts = append([]*syntax.Stmt{off}, cmd.Stmts...)
			}
		case *syntax.Block:
			w.tested(cmd.Stmts...)
		case *syntax.BinaryCmd:
			w.tested(cmd.X, cmd.Y)
		}
	}
}
