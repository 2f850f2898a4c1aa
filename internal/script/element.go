package script

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// The interpreter's arithmetic sets variables alone, and falls over where it is to set
// an element of an array. So ((a[i] += 1)) becomes an assignment, a[i]=$((a[i] + 1)),
// and the value is looked at; within other expressions it is refused.

// setsElement changes such a command.
func (w *rewriter) setsElement(st *syntax.Stmt) {
	cmd, ok := st.Cmd.(*syntax.ArithmCmd)
	if !ok {
		return
	}
	target, value, back, ok := elementSet(cmd.X)
	if !ok {
		return
	}
	pos := st.Position
	set := &syntax.Stmt{Position: pos, Cmd: &syntax.CallExpr{Assigns: []*syntax.Assign{{
		Name: target.Param, Index: target.Index,
		Value: &syntax.Word{Parts: []syntax.WordPart{&syntax.ArithmExp{Left: cmd.Left, Right: cmd.Right, X: value}}}}}}}
	is := syntax.ArithmExpr(&syntax.Word{Parts: []syntax.WordPart{target}})
	if back != 0 {
		is = &syntax.BinaryArithm{OpPos: pos, Op: back, X: is, Y: number(1, pos)}
	}
	st.Cmd = block(set, &syntax.Stmt{Position: pos, Cmd: &syntax.ArithmCmd{Left: cmd.Left, Right: cmd.Right, X: is}})
}

// evaluates reads the words of let that are in quotes, which are names to the
// interpreter, and makes ((…)) of them.
func evaluates(st *syntax.Stmt) {
	let, ok := st.Cmd.(*syntax.LetClause)
	if !ok || len(let.Exprs) == 0 {
		return
	}
	var list []*syntax.Stmt
	for _, x := range let.Exprs {
		if word, ok := x.(*syntax.Word); ok && plain(word) != "" {
			text := "((" + plain(word) + "))"
			file, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Parse(strings.NewReader(text), "")
			if err != nil || len(file.Stmts) != 1 {
				return
			}
			if cmd, ok := file.Stmts[0].Cmd.(*syntax.ArithmCmd); ok {
				x = cmd.X
			}
		}
		list = append(list, &syntax.Stmt{Position: st.Position, Cmd: &syntax.ArithmCmd{Left: let.Let, Right: let.End(), X: x}})
	}
	st.Cmd = list[0].Cmd
	for _, next := range list[1:] { // the last one's status counts
		st.Cmd = block(&syntax.Stmt{Position: st.Position, Cmd: &syntax.BinaryCmd{OpPos: st.Position, Op: syntax.OrStmt,
			X: &syntax.Stmt{Position: st.Position, Cmd: st.Cmd}, Y: ours(st.Position, wordNote)}}, next)
	}
}

func number(n int, pos syntax.Pos) *syntax.Word {
	return &syntax.Word{Parts: []syntax.WordPart{&syntax.Lit{ValuePos: pos, ValueEnd: pos, Value: strconv.Itoa(n)}}}
}

// element is the element of an array that an operand is, if it is one.
func element(x syntax.ArithmExpr) *syntax.ParamExp {
	word, ok := x.(*syntax.Word)
	if !ok || len(word.Parts) != 1 {
		return nil
	}
	p, ok := word.Parts[0].(*syntax.ParamExp)
	if !ok || p.Index == nil {
		return nil
	}
	return p
}

// operatorOf is the operator that an assignment holds: + of +=, none of =.
func operatorOf(op syntax.BinAritOperator) syntax.BinAritOperator {
	switch op {
	case syntax.AddAssgn:
		return syntax.Add
	case syntax.SubAssgn:
		return syntax.Sub
	case syntax.MulAssgn:
		return syntax.Mul
	case syntax.QuoAssgn:
		return syntax.Quo
	case syntax.RemAssgn:
		return syntax.Rem
	case syntax.AndAssgn:
		return syntax.And
	case syntax.OrAssgn:
		return syntax.Or
	case syntax.XorAssgn:
		return syntax.Xor
	case syntax.ShlAssgn:
		return syntax.Shl
	case syntax.ShrAssgn:
		return syntax.Shr
	}
	return 0
}

// elementSet tells whether an expression sets an element of an array, and is the
// whole of it: what it sets and what to.
func elementSet(x syntax.ArithmExpr) (target *syntax.ParamExp, value syntax.ArithmExpr, post syntax.BinAritOperator, ok bool) {
	one := number(1, x.Pos())
	switch x := x.(type) {
	case *syntax.UnaryArithm:
		if x.Op != syntax.Inc && x.Op != syntax.Dec {
			return
		}
		op, back := syntax.Add, syntax.Sub
		if x.Op == syntax.Dec {
			op, back = back, op
		}
		if x.Post {
			post = back
		}
		target = element(x.X)
		value = &syntax.BinaryArithm{Op: op, X: x.X, Y: one}
	case *syntax.BinaryArithm:
		if !assigns(x.Op) {
			return
		}
		target = element(x.X)
		value = &syntax.ParenArithm{X: x.Y}
		if op := operatorOf(x.Op); op != 0 {
			value = &syntax.BinaryArithm{Op: op, X: x.X, Y: value}
		}
	}
	return target, value, post, target != nil
}
