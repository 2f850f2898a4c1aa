package script

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// The interpreter splits what ${V:+word} and ${V:-word} become, and forgets what was
// quoted in the word. So a command with one of these is written twice, with the word
// and without it:
//
//	cmd ${V:+-o "$V"}    if given "${V:+x}"; then cmd -o "$V"; else cmd; fi
//
// ${1+"$@"} is "$@".

// wordGiven tells whether its word is not empty.
const wordGiven = mark + "given"

// alternatives does so with the first such word of a command; the next ones are in
// the branches, which are looked at in their turn.
func (w *rewriter) alternatives(st *syntax.Stmt) {
	call, ok := st.Cmd.(*syntax.CallExpr)
	if !ok {
		return
	}
	allParameters(call.Args)
	for i := 1; i < len(call.Args); i++ {
		for j, part := range call.Args[i].Parts {
			p, ok := part.(*syntax.ParamExp)
			if !ok || !quotedAlternative(p) || !twice(call) {
				continue
			}
			st.Cmd = w.either(st.Position, call, i, j, p)
			return
		}
	}
}

// allParameters puts "$@" in the place of ${1+"$@"}.
func allParameters(words []*syntax.Word) {
	for _, word := range words {
		for i, part := range word.Parts {
			p, ok := part.(*syntax.ParamExp)
			if !ok || p.Param == nil || p.Param.Value != "1" || p.Exp == nil || p.Exp.Op != syntax.AlternateUnset || p.Exp.Word == nil {
				continue
			}
			if len(p.Exp.Word.Parts) == 1 {
				q, ok := p.Exp.Word.Parts[0].(*syntax.DblQuoted)
				if ok && len(q.Parts) == 1 {
					if inner, ok := q.Parts[0].(*syntax.ParamExp); ok && inner.Param != nil && inner.Param.Value == "@" && inner.Exp == nil {
						word.Parts[i] = q
					}
				}
			}
		}
	}
}

// quotedAlternative tells whether an expansion may become a word with quotes.
func quotedAlternative(p *syntax.ParamExp) bool {
	if p.Param == nil || p.Exp == nil || p.Exp.Word == nil || p.Index != nil || strings.Contains("@*?", p.Param.Value) || bigParameter(p) {
		return false
	}
	switch p.Exp.Op {
	case syntax.AlternateUnset, syntax.AlternateUnsetOrNull, syntax.DefaultUnset, syntax.DefaultUnsetOrNull:
	default:
		return false
	}
	return slices.ContainsFunc(p.Exp.Word.Parts, func(part syntax.WordPart) bool {
		switch part.(type) {
		case *syntax.SglQuoted, *syntax.DblQuoted:
			return true
		}
		return false
	})
}

// twice tells whether a command can be written twice: what other commands it holds
// would be rewritten twice as well, and $? would be another one.
func twice(call *syntax.CallExpr) bool {
	can := true
	syntax.Walk(call, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CmdSubst, *syntax.ProcSubst:
			can = false
		case *syntax.ParamExp:
			can = can && (n.Param == nil || n.Param.Value != "?")
		}
		return can
	})
	return can
}

// either is the command with part j of word i decided.
func (w *rewriter) either(pos syntax.Pos, call *syntax.CallExpr, i, j int, p *syntax.ParamExp) *syntax.IfClause {
	with := branch(pos, call, i, j, p.Exp.Word.Parts)
	without := branch(pos, call, i, j, nil)
	if p.Exp.Op == syntax.DefaultUnset || p.Exp.Op == syntax.DefaultUnsetOrNull {
		value := *p
		value.Exp = nil
		with, without = branch(pos, call, i, j, []syntax.WordPart{&value}), with
	}
	return &syntax.IfClause{
		Position: pos, ThenPos: pos, FiPos: pos, Cond: []*syntax.Stmt{w.given(pos, p)}, Then: []*syntax.Stmt{with},
		Else: &syntax.IfClause{Position: pos, FiPos: pos, Then: []*syntax.Stmt{without}},
	}
}

// given asks whether the parameter of ${V:+word}, ${V-word} and the like is.
func (w *rewriter) given(pos syntax.Pos, p *syntax.ParamExp) *syntax.Stmt {
	op := syntax.AlternateUnset
	switch p.Exp.Op {
	case syntax.AlternateUnsetOrNull, syntax.DefaultUnsetOrNull, syntax.AssignUnsetOrNull, syntax.ErrorUnsetOrNull:
		op = syntax.AlternateUnsetOrNull
	}
	given := ours(pos, wordGiven)
	w.done[given] = true
	args := given.Cmd.(*syntax.CallExpr)
	x := &syntax.Word{Parts: []syntax.WordPart{&syntax.Lit{ValuePos: pos, ValueEnd: pos, Value: "x"}}}
	set := &syntax.ParamExp{Dollar: pos, Param: p.Param, Exp: &syntax.Expansion{Op: op, Word: x}}
	args.Args = append(args.Args, &syntax.Word{Parts: []syntax.WordPart{&syntax.DblQuoted{Left: pos, Right: pos, Parts: []syntax.WordPart{set}}}})
	return given
}

// branch is the command with the parts in the place of part j of word i. Blanks in
// them that are not quoted part words.
func branch(pos syntax.Pos, call *syntax.CallExpr, i, j int, parts []syntax.WordPart) *syntax.Stmt {
	out := *call
	out.Args, out.Assigns = nil, nil
	for _, a := range call.Assigns {
		copied := *a
		if a.Value != nil {
			copied.Value = &syntax.Word{Parts: cloned(a.Value.Parts)}
		}
		out.Assigns = append(out.Assigns, &copied)
	}
	for k, word := range call.Args {
		if k != i {
			out.Args = append(out.Args, &syntax.Word{Parts: cloned(word.Parts)})
			continue
		}
		current := cloned(word.Parts[:j])
		next := func() {
			if len(current) > 0 {
				out.Args = append(out.Args, &syntax.Word{Parts: current})
			}
			current = nil
		}
		for _, part := range parts {
			lit, ok := part.(*syntax.Lit)
			if !ok {
				current = append(current, part)
				continue
			}
			for n, text := range splitBlanks(lit.Value) {
				if n > 0 {
					next()
				}
				if text != "" {
					current = append(current, &syntax.Lit{ValuePos: lit.ValuePos, ValueEnd: lit.ValueEnd, Value: text})
				}
			}
		}
		current = append(current, cloned(word.Parts[j+1:])...)
		next()
	}
	return &syntax.Stmt{Position: pos, Cmd: &out}
}

// cloned copies parts of a word, and what of them is rewritten in its place.
func cloned(parts []syntax.WordPart) []syntax.WordPart {
	out := slices.Clone(parts)
	for i, part := range out {
		switch part := part.(type) {
		case *syntax.DblQuoted:
			q := *part
			q.Parts = cloned(part.Parts)
			out[i] = &q
		case *syntax.ParamExp:
			p := *part
			if p.Exp != nil {
				exp := *p.Exp
				if exp.Word != nil {
					exp.Word = &syntax.Word{Parts: cloned(exp.Word.Parts)}
				}
				p.Exp = &exp
			}
			out[i] = &p
		}
	}
	return out
}

// splitBlanks parts a literal at its blanks but for those behind a backslash.
func splitBlanks(text string) []string {
	list, from := []string{}, 0
	for at := 0; at < len(text); at++ {
		switch text[at] {
		case '\\':
			at++
		case ' ', '\t', '\n':
			list = append(list, text[from:at])
			from = at + 1
		}
	}
	return append(list, text[from:])
}
