package script

import (
	"strconv"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// The interpreter looks for a break or continue behind the commands of a loop's own
// list alone: those behind one in the blocks, ifs and cases below still run. So what
// is left of such a list goes into an if, which asks whether the loop goes on.
const (
	wordGoing   = mark + "going"
	leavePrefix = "leave."
)

// leaves does so in a text; evaluated: a loop may be around it that is not seen.
func leaves(file *syntax.File, evaluated bool, looksBack func(*syntax.Stmt) bool) {
	l := &leaving{looksBack: looksBack}
	if evaluated {
		file.Stmts = l.list(file.Stmts)
	}
	syntax.Walk(file, l.visit)
}

type leaving struct {
	looksBack func(*syntax.Stmt) bool
	ids       int
}

func (l *leaving) visit(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.Block:
		n.Stmts = l.list(n.Stmts)
	case *syntax.IfClause:
		n.Then = l.list(n.Then)
	case *syntax.CaseItem:
		n.Stmts = l.list(n.Stmts)
	case *syntax.BinaryCmd:
		if n.Op == syntax.AndStmt && mayLeave(n.X) {
			n.Y = &syntax.Stmt{Position: n.Y.Position, Cmd: block(l.rest([]*syntax.Stmt{n.Y})...)}
		}
	}
	return true
}

// list is a list of commands in which a loop may be left.
func (l *leaving) list(list []*syntax.Stmt) []*syntax.Stmt {
	for i := len(list) - 2; i >= 0; i-- {
		if mayLeave(list[i]) {
			list = append(list[:i+1:i+1], l.rest(list[i+1:])...)
		}
	}
	return list
}

// rest are commands that run if the loop goes on.
func (l *leaving) rest(list []*syntax.Stmt) []*syntax.Stmt {
	pos := list[0].Position
	choice := &syntax.IfClause{Position: pos, ThenPos: pos, FiPos: pos, Cond: []*syntax.Stmt{ours(pos, wordGoing)}, Then: list}
	out := []*syntax.Stmt{{Position: pos, Cmd: choice}}
	if l.looksBack(list[0]) {
		l.ids++
		id := leavePrefix + strconv.Itoa(l.ids)
		choice.Then = append([]*syntax.Stmt{keeping(pos, wordWas, id)}, list...)
		out = append([]*syntax.Stmt{ours(pos, wordSoft, id, "?")}, out...)
	}
	return out
}

// mayLeave tells whether a loop around a command may be left in it.
func mayLeave(st *syntax.Stmt) bool {
	if st.Background {
		return false
	}
	switch cmd := st.Cmd.(type) {
	case *syntax.Subshell, *syntax.FuncDecl:
		return false
	case *syntax.BinaryCmd:
		if cmd.Op == syntax.Pipe || cmd.Op == syntax.PipeAll {
			return false
		}
	}
	return leavesBeyond(st, 0)
}

// leavesBeyond tells whether there is a break below a node that reaches further than
// the loops around it there.
func leavesBeyond(root syntax.Node, loops int) (leaves bool) {
	below := func(stmts ...*syntax.Stmt) {
		for _, st := range stmts {
			leaves = leaves || leavesBeyond(st, loops+1)
		}
	}
	syntax.Walk(root, func(n syntax.Node) bool {
		if leaves || n == nil {
			return false
		}
		switch n := n.(type) {
		case *syntax.Stmt:
			return !n.Background
		case *syntax.FuncDecl, *syntax.Subshell, *syntax.CmdSubst, *syntax.ProcSubst:
			return false
		case *syntax.ForClause:
			below(n.Do...)
			return false
		case *syntax.WhileClause:
			below(append(n.Cond[:len(n.Cond):len(n.Cond)], n.Do...)...)
			return false
		case *syntax.CallExpr:
			leaves = leaves || reaches(n) > loops
		}
		return !leaves
	})
	return leaves
}

// reaches is how many loops a command may leave.
func reaches(call *syntax.CallExpr) int {
	const any = 1 << 30
	if len(call.Args) == 0 {
		return 0
	}
	switch call.Args[0].Lit() {
	case "break", "continue":
		if len(call.Args) == 1 {
			return 1
		}
		if n, ok := count(call.Args[1].Lit()); ok {
			return n
		}
		return any
	case "eval", ".", "source", "command", "builtin", "":
		return any
	}
	return 0
}

// going is wordGoing.
func (s *shell) going(hc interp.HandlerContext) error {
	if s.loops.left(s.runnerOf(hc)) {
		return status(1)
	}
	return nil
}
