package script

import (
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// The interpreter expands the word of ${V:-word} and its kin whether it is needed or
// not: what it runs, sets or complains of happens all the same. So where the word does
// something, the value is found before the command, as that of $((…)) is:
//
//	cmd ${V:-$(other)}    if given "${V:+x}"; then lazy_ID=$V; else lazy_ID=${V:-$(other)}; fi; cmd ${lazy_ID}
//
// An assignment of such a value alone is written twice.
const lazyPrefix = ourPrefix + "lazy_"

// acts tells whether an expansion has a word that does more than to be a text.
func (w *rewriter) acts(p *syntax.ParamExp) bool {
	if p.Param == nil || p.Exp == nil || p.Exp.Word == nil || p.Index != nil || strings.Contains("@*?#$!-", p.Param.Value) || bigParameter(p) {
		return false
	}
	switch p.Exp.Op {
	case syntax.AlternateUnset, syntax.AlternateUnsetOrNull, syntax.DefaultUnset, syntax.DefaultUnsetOrNull,
		syntax.AssignUnset, syntax.AssignUnsetOrNull, syntax.ErrorUnset, syntax.ErrorUnsetOrNull:
	default:
		return false
	}
	acts := false
	syntax.Walk(p.Exp.Word, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CmdSubst, *syntax.ProcSubst, *syntax.ArithmExp:
			acts = true
		case *syntax.ParamExp:
			acts = acts || w.nounset && n.Param != nil && !strings.Contains("@*?#$!-", n.Param.Value)
			if n.Exp != nil {
				switch n.Exp.Op {
				case syntax.AssignUnset, syntax.AssignUnsetOrNull, syntax.ErrorUnset, syntax.ErrorUnsetOrNull:
					acts = true
				}
			}
		}
		return !acts
	})
	return acts
}

// hasQuotes tells whether some of a word is quoted.
func hasQuotes(word *syntax.Word) bool {
	for _, part := range word.Parts {
		switch part.(type) {
		case *syntax.SglQuoted, *syntax.DblQuoted:
			return true
		}
	}
	return false
}

// without is the expansion where its word is not needed: the value, or nothing.
func without(p *syntax.ParamExp) []syntax.WordPart {
	if p.Exp.Op == syntax.AlternateUnset || p.Exp.Op == syntax.AlternateUnsetOrNull {
		return []syntax.WordPart{&syntax.SglQuoted{Left: p.Dollar, Right: p.Dollar}}
	}
	value := *p
	value.Exp, value.Short = nil, false
	return []syntax.WordPart{&value}
}

// choose sets a variable to an expansion or to what it is without its word.
func (w *rewriter) choose(pos syntax.Pos, p *syntax.ParamExp, assign func(parts []syntax.WordPart) *syntax.Stmt) *syntax.IfClause {
	w.lazy[p] = true
	then, other := assign(without(p)), assign([]syntax.WordPart{p})
	if p.Exp.Op == syntax.AlternateUnset || p.Exp.Op == syntax.AlternateUnsetOrNull {
		then, other = other, then
	}
	return &syntax.IfClause{Position: pos, ThenPos: pos, FiPos: pos, Cond: []*syntax.Stmt{w.given(pos, p)}, Then: []*syntax.Stmt{then},
		Else: &syntax.IfClause{Position: pos, FiPos: pos, Then: []*syntax.Stmt{other}}}
}

// lazyAssignment is an assignment of nothing but such an expansion: its status is that
// of what the word runs.
func (w *rewriter) lazyAssignment(st *syntax.Stmt) bool {
	call, ok := st.Cmd.(*syntax.CallExpr)
	if !ok || len(call.Args) > 0 || len(call.Assigns) != 1 || call.Assigns[0].Value == nil || len(call.Assigns[0].Value.Parts) != 1 {
		return false
	}
	part, quotes := call.Assigns[0].Value.Parts[0], (*syntax.DblQuoted)(nil)
	if q, ok := part.(*syntax.DblQuoted); ok && len(q.Parts) == 1 {
		part, quotes = q.Parts[0], q
	}
	p, ok := part.(*syntax.ParamExp)
	if !ok || w.lazy[p] || !w.acts(p) {
		return false
	}
	st.Cmd = w.choose(st.Position, p, func(parts []syntax.WordPart) *syntax.Stmt {
		if quotes != nil {
			q := *quotes
			q.Parts = parts
			parts = []syntax.WordPart{&q}
		}
		a := *call.Assigns[0]
		a.Value = &syntax.Word{Parts: parts}
		return &syntax.Stmt{Position: st.Position, Cmd: &syntax.CallExpr{Assigns: []*syntax.Assign{&a}}}
	})
	return true
}

// lazily finds a value before the command, and puts a variable in its place.
func (w *rewriter) lazily(p *syntax.ParamExp, part *syntax.WordPart, quoted bool) *syntax.Stmt {
	w.commands++
	pos := p.Dollar
	name := &syntax.Lit{ValuePos: pos, ValueEnd: pos, Value: lazyPrefix + strings.ReplaceAll(w.prefix, ".", "_") + strconv.Itoa(w.commands)}
	*part = &syntax.ParamExp{Dollar: pos, Param: name}
	return &syntax.Stmt{Position: pos, Cmd: w.choose(pos, p, func(parts []syntax.WordPart) *syntax.Stmt {
		if quoted {
			parts = []syntax.WordPart{&syntax.DblQuoted{Left: pos, Right: pos, Parts: parts}}
		}
		set := &syntax.Stmt{Position: pos, Cmd: &syntax.CallExpr{Assigns: []*syntax.Assign{{Name: name, Value: &syntax.Word{Parts: parts}}}}}
		// What the word runs may fail.
		return &syntax.Stmt{Position: pos, Cmd: &syntax.BinaryCmd{OpPos: pos, Op: syntax.AndStmt, X: set, Y: ours(pos, wordNote)}}
	})}
}
