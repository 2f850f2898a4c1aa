package script

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// $((…)) is evaluated by a word of ours before the command that it stands in, and the
// command gets the value from a variable:
//
//	set -- $((x + 1))    arith ID "x + 1"; set -- ${__nlbox_arith_ID}
//
// Where this might be another order than the command's own, it is left as it is.
const (
	wordArith   = mark + "arith"
	arithPrefix = ourPrefix + "arith_"
)

// hoist does so with a command.
func (w *rewriter) hoist(st *syntax.Stmt) {
	if st.Background || w.hoisted[st] || w.bash && w.looksBack(st) {
		return
	}
	h := &hoisting{text: w.text}
	switch cmd := st.Cmd.(type) {
	case *syntax.CallExpr:
		h.assigns(cmd.Assigns)
		h.words(cmd.Args)
	case *syntax.DeclClause:
		h.assigns(cmd.Args)
	case *syntax.ForClause:
		if iter, ok := cmd.Loop.(*syntax.WordIter); ok {
			h.words(iter.Items)
		}
	case *syntax.CaseClause:
		h.words([]*syntax.Word{cmd.Word})
	}
	if len(h.found) == 0 || !h.inOrder() {
		return
	}
	var before []*syntax.Stmt
	for _, f := range h.found {
		w.commands++
		id := w.prefix + strconv.Itoa(w.commands)
		pos := f.exp.Left
		call := ours(pos, wordArith, id)
		args := call.Cmd.(*syntax.CallExpr)
		args.Args = append(args.Args, &syntax.Word{Parts: []syntax.WordPart{&syntax.DblQuoted{Left: pos, Right: pos, Parts: f.source}}})
		if !w.bash {
			call = &syntax.Stmt{Position: pos, Cmd: &syntax.BinaryCmd{OpPos: pos, Op: syntax.AndStmt, X: call, Y: ours(pos, wordNote)}}
		}
		before = append(before, call)
		*f.part = &syntax.ParamExp{Dollar: pos, Param: &syntax.Lit{ValuePos: pos, ValueEnd: pos, Value: arithPrefix + strings.ReplaceAll(id, ".", "_")}}
	}
	inner := *st
	inner.Negated = false
	w.hoisted[&inner] = true
	if !w.bash {
		*st = syntax.Stmt{Position: st.Position, Negated: st.Negated, Cmd: block(append(before, &inner)...)}
		return
	}
	// In bash the command does not run when the expression is wrong.
	all := before[0]
	for _, next := range before[1:] {
		all = &syntax.Stmt{Position: st.Position, Cmd: &syntax.BinaryCmd{OpPos: st.Position, Op: syntax.AndStmt, X: all, Y: next}}
	}
	pos := st.Position
	*st = syntax.Stmt{Position: pos, Negated: st.Negated, Cmd: &syntax.IfClause{Position: pos, ThenPos: pos, FiPos: pos,
		Cond: []*syntax.Stmt{all}, Then: []*syntax.Stmt{&inner},
		Else: &syntax.IfClause{Position: pos, FiPos: pos, Then: []*syntax.Stmt{ours(pos, mark+"status", "1")}}}}
}

// hoisting are the expressions of a command.
type hoisting struct {
	text  []byte
	found []found
	// commands are the $(…) outside of expressions, values the variables that are
	// expanded there, assigned those that are assigned in front.
	commands         int
	values, assigned []string
	never            bool
}

// found is an expression, where it stands, and its text.
type found struct {
	exp    *syntax.ArithmExp
	part   *syntax.WordPart
	source []syntax.WordPart
	raw    string
}

func (h *hoisting) assigns(list []*syntax.Assign) {
	for _, a := range list {
		if a.Array != nil || a.Index != nil {
			h.never = true
		}
		if a.Value != nil {
			h.words([]*syntax.Word{a.Value})
		}
		if a.Name != nil {
			h.assigned = append(h.assigned, a.Name.Value)
		}
	}
}

func (h *hoisting) words(words []*syntax.Word) {
	for _, word := range words {
		h.parts(word.Parts)
	}
}

func (h *hoisting) parts(parts []syntax.WordPart) {
	for i, part := range parts {
		switch p := part.(type) {
		case *syntax.ArithmExp:
			h.expression(p, &parts[i])
		case *syntax.DblQuoted:
			h.parts(p.Parts)
		case *syntax.CmdSubst, *syntax.ProcSubst:
			h.commands++
		case *syntax.ParamExp:
			if p.Param != nil {
				h.values = append(h.values, p.Param.Value)
			}
			syntax.Walk(p, func(n syntax.Node) bool {
				if _, ok := n.(*syntax.ArithmExp); ok {
					h.never = true
				}
				return !h.never
			})
			h.never = h.never || p.Exp != nil && (p.Exp.Op == syntax.AssignUnset || p.Exp.Op == syntax.AssignUnsetOrNull)
		}
	}
}

// expression notes one, if its text is to be had and is plain.
func (h *hoisting) expression(x *syntax.ArithmExp, part *syntax.WordPart) {
	from, to := int(x.Left.Offset()), int(x.Right.Offset())
	if x.Bracket || from+3 > to || to+2 > len(h.text) || string(h.text[from:from+3]) != "$((" || string(h.text[to:to+2]) != "))" {
		h.never = true
		return
	}
	raw := string(h.text[from+3 : to])
	if strings.ContainsAny(strings.ReplaceAll(raw, "${", ""), "\\'\"`[{") {
		h.never = true
		return
	}
	for _, name := range h.assigned {
		h.never = h.never || mentions(raw, name)
	}
	h.never = h.never || strings.Contains(raw, "$(") && h.commands > 0
	word, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Document(strings.NewReader(raw))
	if err != nil || word == nil {
		h.never = true
		return
	}
	h.found = append(h.found, found{x, part, word.Parts, raw})
}

// mentions tells whether a name stands in a text.
func mentions(text, name string) bool {
	return slices.Contains(strings.FieldsFunc(text, func(r rune) bool { return r > 0x7f || !isNameByte(byte(r), true) }), name)
}

// inOrder tells whether the expressions can be evaluated before anything else is.
func (h *hoisting) inOrder() bool {
	if h.never {
		return false
	}
	for _, f := range h.found {
		for _, name := range setIn(f.exp) {
			if slices.Contains(h.values, name) {
				return false
			}
		}
	}
	return true
}

// setIn names what an expression sets.
func setIn(x *syntax.ArithmExp) []string {
	return setBy(&syntax.Stmt{Cmd: &syntax.ArithmCmd{X: x.X}})
}

// arith is wordArith.
func (s *shell) arith(ctx context.Context, hc interp.HandlerContext, words []string) error {
	a := &arithmetic{bash: s.bash, text: words[1], sets: map[string]int64{},
		lookup: func(name string) string { return hc.Env.Get(name).String() }}
	n := a.value()
	if a.err != nil {
		if !s.bash {
			return hc.Builtin(ctx, []string{"exit", s.fatal(hc, "2", a.err.Error())[1]})
		}
		s.complain(hc.Stderr, int(hc.Pos.Line()), a.err.Error())
		return status(1)
	}
	var text strings.Builder
	text.WriteString(arithPrefix + strings.ReplaceAll(words[0], ".", "_") + "=" + strconv.FormatInt(n, 10))
	for _, name := range a.names {
		text.WriteString(" " + name + "=" + strconv.FormatInt(a.sets[name], 10))
	}
	if err := hc.Builtin(ctx, []string{"eval", text.String()}); err != nil || s.bash {
		return err
	}
	return status(hc.LastExitStatus)
}
