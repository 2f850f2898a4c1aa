package script

import (
	"context"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// wordLoopless is a break or continue that stands in no loop.
const wordLoopless = mark + "loopless"

// breaks changes each break and continue whose loop is not that of its own shell and
// function: the interpreter lets them reach the loop that a function is called from,
// and go on in a subshell. In sh they do nothing there, and end the subshell.
func breaks(file *syntax.File, main, bash bool) {
	b := breaking{bash: bash, known: main}
	for _, st := range file.Stmts {
		b.walk(st)
	}
}

// breaking is where a node stands.
type breaking struct {
	bash bool
	// known: there is no loop around the text. below: this shell is one below that of
	// a loop.
	known, below bool
	loops        int // there are around it in this shell
}

func (b breaking) walk(root syntax.Node) {
	syntax.Walk(root, func(n syntax.Node) bool {
		return n == root || n == nil || b.visit(n)
	})
}

func (b breaking) with(in breaking, nodes ...syntax.Node) bool {
	for _, n := range nodes {
		if in.visit(n) {
			in.walk(n)
		}
	}
	return false
}

// inside is a shell below.
func (b breaking) inside() breaking {
	return breaking{bash: b.bash, known: b.known, below: b.below || b.loops > 0}
}

func (b breaking) visit(n syntax.Node) bool {
	switch n := n.(type) {
	case *syntax.FuncDecl:
		return b.with(breaking{bash: b.bash, known: true}, n.Body)
	case *syntax.ForClause:
		in := b
		in.loops++
		b.with(b, n.Loop)
		return b.with(in, statements(n.Do)...)
	case *syntax.WhileClause:
		in := b
		in.loops++
		b.with(in, statements(n.Cond)...)
		return b.with(in, statements(n.Do)...)
	case *syntax.Subshell:
		return b.with(b.inside(), statements(n.Stmts)...)
	case *syntax.CmdSubst:
		return b.with(b.inside(), statements(n.Stmts)...)
	case *syntax.ProcSubst:
		return b.with(b.inside(), statements(n.Stmts)...)
	case *syntax.BinaryCmd:
		if n.Op == syntax.Pipe || n.Op == syntax.PipeAll {
			return b.with(b.inside(), n.X, n.Y)
		}
	case *syntax.CallExpr:
		b.call(n)
	}
	return true
}

func (b breaking) call(call *syntax.CallExpr) {
	if len(call.Args) == 0 || !b.known {
		return
	}
	name := call.Args[0].Lit()
	if name != "break" && name != "continue" {
		return
	}
	word := func(text string) *syntax.Word {
		return &syntax.Word{Parts: []syntax.WordPart{&syntax.Lit{ValuePos: call.Args[0].Pos(), ValueEnd: call.Args[0].End(), Value: text}}}
	}
	n, plain := 1, len(call.Args) == 1
	if !plain {
		n, plain = count(call.Args[1].Lit())
	}
	if b.loops > 0 {
		if plain && n > b.loops { // the interpreter would go on with later loops
			call.Args[1] = number(b.loops, call.Args[1].Pos())
		}
		return
	}
	if b.below && !b.bash && plain {
		call.Args = []*syntax.Word{word("exit"), word("0")}
		return
	}
	call.Args = append([]*syntax.Word{word(wordLoopless)}, call.Args...)
}

// loopless is wordLoopless.
func (s *shell) loopless(ctx context.Context, hc interp.HandlerContext, words []string) error {
	if len(words) > 1 {
		if n, ok := count(words[1]); (!ok || n == 0) && !s.bash {
			return hc.Builtin(ctx, []string{"exit", s.fatal(hc, "2", words[0]+": Illegal number: "+words[1])[1]})
		}
	}
	if s.bash {
		s.complain(hc.Stderr, int(hc.Pos.Line()), words[0]+": only meaningful in a `for', `while', or `until' loop")
	}
	return nil
}
