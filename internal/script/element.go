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

// assignments are the operators that set their left side, each with what it does to the
// value first: + of +=, nothing of =.
var assignments = [...]struct{ set, operator syntax.BinAritOperator }{
	{syntax.Assgn, 0}, {syntax.AddAssgn, syntax.Add}, {syntax.SubAssgn, syntax.Sub}, {syntax.MulAssgn, syntax.Mul},
	{syntax.QuoAssgn, syntax.Quo}, {syntax.RemAssgn, syntax.Rem}, {syntax.AndAssgn, syntax.And}, {syntax.OrAssgn, syntax.Or},
	{syntax.XorAssgn, syntax.Xor}, {syntax.ShlAssgn, syntax.Shl}, {syntax.ShrAssgn, syntax.Shr},
}

// assignment finds an operator among them.
func assignment(op syntax.BinAritOperator) (operator syntax.BinAritOperator, ok bool) {
	for _, a := range assignments {
		if a.set == op {
			return a.operator, true
		}
	}
	return 0, false
}

func assigns(op syntax.BinAritOperator) bool {
	_, ok := assignment(op)
	return ok
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
		op, sets := assignment(x.Op)
		if !sets {
			return
		}
		target = element(x.X)
		value = &syntax.ParenArithm{X: x.Y}
		if op != 0 {
			value = &syntax.BinaryArithm{Op: op, X: x.X, Y: value}
		}
	}
	return target, value, post, target != nil
}
