package script

import "mvdan.cc/sh/v3/syntax"

// returns puts exit in the place of each return that a shell below the function's
// own runs, in ( ), $( ), a pipe or the background: there it ends that shell, and
// the interpreter refuses it. In a script of sh itself (main), outside of functions,
// it ends the script.
func returns(file *syntax.File, main bool) {
	r := &returning{below: main}
	for _, st := range file.Stmts {
		r.walk(st)
	}
}

type returning struct {
	// below: what is looked at is run by a shell that a return would end.
	below bool
}

func (r *returning) walk(root syntax.Node) {
	syntax.Walk(root, func(n syntax.Node) bool {
		if n == root {
			return true
		}
		return r.visit(n)
	})
}

// with walks below a node, with another answer to whether a return ends the shell.
func (r *returning) with(below bool, nodes ...syntax.Node) bool {
	inner := &returning{below}
	for _, n := range nodes {
		if inner.visit(n) {
			inner.walk(n)
		}
	}
	return false
}

// visit tells whether to look further below the node.
func (r *returning) visit(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.FuncDecl:
		return r.with(false, n.Body)
	case *syntax.Subshell:
		return r.with(true, statements(n.Stmts)...)
	case *syntax.CmdSubst:
		return r.with(true, statements(n.Stmts)...)
	case *syntax.ProcSubst:
		return r.with(true, statements(n.Stmts)...)
	case *syntax.Stmt:
		if n.Background && !r.below {
			return r.with(true, n)
		}
	case *syntax.BinaryCmd:
		if !r.below && (n.Op == syntax.Pipe || n.Op == syntax.PipeAll) {
			return r.with(true, n.X, n.Y)
		}
	case *syntax.CallExpr:
		if r.below && len(n.Args) > 0 && n.Args[0].Lit() == "return" {
			n.Args[0] = &syntax.Word{Parts: []syntax.WordPart{
				&syntax.Lit{ValuePos: n.Args[0].Pos(), ValueEnd: n.Args[0].End(), Value: "exit"}}}
		}
	}
	return true
}

func statements(list []*syntax.Stmt) []syntax.Node {
	nodes := make([]syntax.Node, len(list))
	for i, st := range list {
		nodes[i] = st
	}
	return nodes
}
