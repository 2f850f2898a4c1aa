package script

import (
	"strconv"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// Under set -e the interpreter ends a script where a list of && ends a loop, an if,
// a case or a block and fails: `for d in a; do test $d = b && echo; done`. To a shell
// that is no failure, but it is the status of the loop. So such a list becomes an if
// that leaves the status with us, and the command gets it back behind the loop. The
// same way go `! {…}`, in which set -e is to be off, and the status of while, which
// to the interpreter is 0.
const (
	wordSoft  = mark + "soft"  // leaves a status
	wordReset = mark + "reset" // forgets it: the loop has gone on
	wordWas   = mark + "was"   // has it for its own
)

// softKey is where a status is left: by which shell, for which command.
type softKey struct {
	shell   *interp.Runner
	command string
}

// lists are the lists of commands that a node holds itself.
func lists(n syntax.Node) []*[]*syntax.Stmt {
	switch n := n.(type) {
	case *syntax.File:
		return []*[]*syntax.Stmt{&n.Stmts}
	case *syntax.Block:
		return []*[]*syntax.Stmt{&n.Stmts}
	case *syntax.Subshell:
		return []*[]*syntax.Stmt{&n.Stmts}
	case *syntax.CmdSubst:
		return []*[]*syntax.Stmt{&n.Stmts}
	case *syntax.ProcSubst:
		return []*[]*syntax.Stmt{&n.Stmts}
	case *syntax.CaseItem:
		return []*[]*syntax.Stmt{&n.Stmts}
	case *syntax.ForClause:
		return []*[]*syntax.Stmt{&n.Do}
	case *syntax.IfClause:
		return []*[]*syntax.Stmt{&n.Cond, &n.Then}
	case *syntax.WhileClause:
		return []*[]*syntax.Stmt{&n.Cond, &n.Do}
	}
	return nil
}

// harden changes those of the commands of a list that may end so.
func (w *rewriter) harden(list []*syntax.Stmt) []*syntax.Stmt {
	var out []*syntax.Stmt
	for i, st := range list {
		if !w.ends(st) {
			if out != nil {
				out = append(out, st)
			}
			continue
		}
		if out == nil {
			out = append(make([]*syntax.Stmt, 0, len(list)+1), list[:i]...)
		}
		w.commands++
		id := w.prefix + strconv.Itoa(w.commands)
		w.soften(st, id)
		out = append(out, st, keeping(st.Position, wordWas, id))
	}
	if out == nil {
		return list
	}
	return out
}

// keeping is a word of ours whose status set -e does not look at.
func keeping(pos syntax.Pos, words ...string) *syntax.Stmt {
	return &syntax.Stmt{Position: pos, Cmd: &syntax.BinaryCmd{OpPos: pos, Op: syntax.AndStmt,
		X: ours(pos, words...), Y: ours(pos, wordNote)}}
}

// ends tells whether a command of a list is a compound one that a soft failure may
// end.
func (w *rewriter) ends(st *syntax.Stmt) bool {
	if st.Background {
		return false
	}
	if st.Negated {
		call, ok := st.Cmd.(*syntax.CallExpr)
		return !ok || len(call.Args) > 0 && !w.forward(call.Args[0].Lit())
	}
	switch cmd := st.Cmd.(type) {
	case *syntax.BinaryCmd:
		return isList(cmd) && w.ends(cmd.Y)
	case *syntax.WhileClause:
		return true
	}
	return w.anyTail(st, w.soft)
}

// soft tells whether a command at the end of another may fail softly.
func (w *rewriter) soft(st *syntax.Stmt) bool {
	soft, known := w.softs[st]
	if !known {
		soft = w.isSoft(st)
		w.softs[st] = soft
	}
	return soft
}

func (w *rewriter) isSoft(st *syntax.Stmt) bool {
	if st.Background {
		return false
	}
	if b, ok := st.Cmd.(*syntax.BinaryCmd); ok && isList(b) {
		return b.Op == syntax.AndStmt || w.soft(b.Y)
	}
	if _, ok := st.Cmd.(*syntax.WhileClause); ok {
		return true
	}
	return st.Negated || w.anyTail(st, w.soft)
}

func isList(b *syntax.BinaryCmd) bool { return b.Op == syntax.AndStmt || b.Op == syntax.OrStmt }

// anyTail asks about the commands that a compound command may end with.
func (w *rewriter) anyTail(st *syntax.Stmt, ask func(*syntax.Stmt) bool) bool {
	last := func(stmts []*syntax.Stmt) bool { return len(stmts) > 0 && ask(stmts[len(stmts)-1]) }
	switch cmd := st.Cmd.(type) {
	case *syntax.Block:
		return last(cmd.Stmts)
	case *syntax.WhileClause:
		return last(cmd.Do)
	case *syntax.ForClause:
		return last(cmd.Do)
	case *syntax.CaseClause:
		for _, item := range cmd.Items {
			if last(item.Stmts) {
				return true
			}
		}
	case *syntax.IfClause:
		for ; cmd != nil; cmd = cmd.Else {
			if last(cmd.Then) {
				return true
			}
		}
	}
	return false
}

// soften changes a command at the end of another, or that other itself.
func (w *rewriter) soften(st *syntax.Stmt, id string) {
	if !w.soft(st) {
		return
	}
	w.softs[st] = false // from now on
	leave := func(status string) []*syntax.Stmt { return []*syntax.Stmt{ours(st.Position, wordSoft, id, status)} }
	choose := func(cond *syntax.Stmt, then, otherwise []*syntax.Stmt) {
		pos := st.Position
		*st = syntax.Stmt{Position: pos, Redirs: st.Redirs, Cmd: &syntax.IfClause{Position: pos, ThenPos: pos, FiPos: pos,
			Cond: []*syntax.Stmt{cond}, Then: then,
			Else: &syntax.IfClause{Position: pos, FiPos: pos, Then: otherwise}}}
	}
	fine := []*syntax.Stmt{ours(st.Position, wordNote)}
	if b, ok := st.Cmd.(*syntax.BinaryCmd); ok && isList(b) {
		w.soften(b.Y, id)
		if b.Op == syntax.AndStmt {
			choose(b.X, []*syntax.Stmt{b.Y}, leave("?"))
		} else {
			choose(b.X, fine, []*syntax.Stmt{b.Y})
		}
		return
	}
	if st.Negated {
		inner := &syntax.Stmt{Position: st.Position, Cmd: st.Cmd}
		choose(inner, leave("1"), fine)
		return
	}
	w.anyTail(st, func(tail *syntax.Stmt) bool {
		w.soften(tail, id)
		return false
	})
	switch cmd := st.Cmd.(type) {
	case *syntax.WhileClause:
		pos := cmd.Do[0].Position
		cmd.Do = append(append([]*syntax.Stmt{keeping(pos, wordReset, id)}, cmd.Do...), leave("?")...)
	case *syntax.ForClause:
		cmd.Do = append([]*syntax.Stmt{keeping(cmd.Do[0].Position, wordReset, id)}, cmd.Do...)
		w.resets[cmd] = true
	}
}

// softStatus runs the three words.
func (s *shell) softStatus(hc interp.HandlerContext, word string, words []string) error {
	key := softKey{s.runnerOf(hc), words[0]}
	switch word {
	case wordSoft:
		if words[1] != "0" {
			s.softly.Store(key, words[1])
		}
		return nil
	case wordReset:
		s.softly.Delete(key)
	case wordWas:
		if text, ok := s.softly.LoadAndDelete(key); ok && hc.LastExitStatus == 0 {
			code, _ := strconv.Atoi(text.(string))
			return status(code)
		}
	}
	return status(hc.LastExitStatus)
}
