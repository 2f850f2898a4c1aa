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
	if st.Background || w.hoisted[st] || asksStatus(st) && w.bash {
		return
	}
	if w.lazyAssignment(st) {
		return
	}
	h := &hoisting{rewriter: w}
	simple := true
	switch cmd := st.Cmd.(type) {
	case *syntax.CallExpr:
		h.assigns(cmd.Assigns)
		h.words(cmd.Args)
		h.redirections(st.Redirs)
	case *syntax.DeclClause:
		h.assigns(cmd.Args)
	case *syntax.ForClause:
		if iter, ok := cmd.Loop.(*syntax.WordIter); ok {
			h.words(iter.Items)
		}
		simple = false
	case *syntax.CaseClause:
		h.field(cmd.Word)
		simple = false
	}
	lazy := slices.ContainsFunc(h.found, func(f found) bool { return f.lazy != nil })
	if len(h.found) == 0 || !h.inOrder() || lazy && asksStatus(st) {
		return
	}
	inner := *st
	inner.Negated = false
	if !simple { // it is redirected before its words are expanded
		inner.Redirs = nil
	}
	w.hoisted[&inner] = true
	out := syntax.Stmt{Position: st.Position, Negated: st.Negated, Cmd: block(h.before(&inner)...)}
	if !simple {
		out.Redirs = st.Redirs
	}
	*st = out
}

// before are the commands that find the values, and the command itself.
func (h *hoisting) before(inner *syntax.Stmt) (list []*syntax.Stmt) {
	var all *syntax.Stmt
	pos := inner.Position
	for _, f := range h.found {
		switch {
		case f.lazy != nil:
			list = append(list, h.lazily(f.lazy, f.part, f.quoted))
			continue
		case !h.bash:
			list = append(list, h.evaluated(f))
		case all == nil:
			all = h.evaluated(f)
		default:
			all = &syntax.Stmt{Position: pos, Cmd: &syntax.BinaryCmd{OpPos: pos, Op: syntax.AndStmt, X: all, Y: h.evaluated(f)}}
		}
	}
	if all == nil {
		return append(list, inner)
	}
	// In bash the command does not run when the expression is wrong.
	return append(list, &syntax.Stmt{Position: pos, Cmd: &syntax.IfClause{Position: pos, ThenPos: pos, FiPos: pos,
		Cond: []*syntax.Stmt{all}, Then: []*syntax.Stmt{inner},
		Else: &syntax.IfClause{Position: pos, FiPos: pos, Then: []*syntax.Stmt{ours(pos, mark+"status", "1")}}}})
}

// evaluated calls wordArith for an expression, and puts a variable in its place.
func (h *hoisting) evaluated(f found) *syntax.Stmt {
	h.rewriter.commands++
	id := h.prefix + strconv.Itoa(h.rewriter.commands)
	pos := f.exp.Left
	call := ours(pos, wordArith, id)
	args := call.Cmd.(*syntax.CallExpr)
	args.Args = append(args.Args, &syntax.Word{Parts: []syntax.WordPart{&syntax.DblQuoted{Left: pos, Right: pos, Parts: f.source}}})
	*f.part = &syntax.ParamExp{Dollar: pos, Param: &syntax.Lit{ValuePos: pos, ValueEnd: pos, Value: arithPrefix + strings.ReplaceAll(id, ".", "_")}}
	if h.bash {
		return call
	}
	return &syntax.Stmt{Position: pos, Cmd: &syntax.BinaryCmd{OpPos: pos, Op: syntax.AndStmt, X: call, Y: ours(pos, wordNote)}}
}

// asksStatus tells whether a command has $? in its own words.
func asksStatus(st *syntax.Stmt) (asks bool) {
	syntax.Walk(st, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Stmt:
			return n == st
		case *syntax.ParamExp:
			asks = asks || n.Param != nil && n.Param.Value == "?"
		}
		return !asks
	})
	return asks
}

// hoisting are the expressions of a command.
type hoisting struct {
	*rewriter
	found []found
	// substituted counts the $(…) outside of expressions, values are the variables that
	// are expanded there, assigned those that are assigned in front.
	substituted      int
	values, assigned []string
	// single: the word becomes one field.
	single, never bool
}

// found is an expression, where it stands, and its text; or an expansion whose word
// acts.
type found struct {
	exp    *syntax.ArithmExp
	part   *syntax.WordPart
	source []syntax.WordPart
	lazy   *syntax.ParamExp
	quoted bool
}

func (h *hoisting) assigns(list []*syntax.Assign) {
	for _, a := range list {
		if a.Array != nil || a.Index != nil {
			h.never = true
		}
		if a.Value != nil {
			h.field(a.Value)
		}
		if a.Name != nil {
			h.assigned = append(h.assigned, a.Name.Value)
		}
	}
}

func (h *hoisting) redirections(list []*syntax.Redirect) {
	for _, r := range list {
		if r.Word != nil && r.Op != syntax.Hdoc && r.Op != syntax.DashHdoc {
			h.field(r.Word)
		}
		if r.Hdoc != nil {
			h.parts(r.Hdoc.Parts, true)
		}
	}
}

// field is a word that becomes one field.
func (h *hoisting) field(word *syntax.Word) {
	h.single = true
	h.parts(word.Parts, false)
	h.single = false
}

func (h *hoisting) words(words []*syntax.Word) {
	for _, word := range words {
		h.parts(word.Parts, false)
	}
}

func (h *hoisting) parts(parts []syntax.WordPart, quoted bool) {
	for i, part := range parts {
		switch p := part.(type) {
		case *syntax.ArithmExp:
			h.expression(p, &parts[i])
		case *syntax.DblQuoted:
			h.parts(p.Parts, true)
		case *syntax.CmdSubst, *syntax.ProcSubst:
			h.substituted++
		case *syntax.ParamExp:
			h.expansion(p, &parts[i], quoted)
		}
	}
}

// expansion notes one whose word acts, and the values of others.
func (h *hoisting) expansion(p *syntax.ParamExp, part *syntax.WordPart, quoted bool) {
	if p.Param == nil {
		return
	}
	assigns := p.Exp != nil && (p.Exp.Op == syntax.AssignUnset || p.Exp.Op == syntax.AssignUnsetOrNull)
	acts := h.acts(p)
	switch {
	case acts && h.lazy[p]:
		h.parts(p.Exp.Word.Parts, quoted)
	case acts && (quoted || h.single || !hasQuotes(p.Exp.Word)):
		h.never = h.never || slices.ContainsFunc(h.assigned, func(name string) bool { return expands(p, name) }) ||
			assigns && slices.Contains(h.values, p.Param.Value)
		h.found = append(h.found, found{part: part, lazy: p, quoted: quoted})
		return
	case acts:
		h.never = true
	}
	h.never = h.never || assigns && !acts
	h.values = append(h.values, p.Param.Value)
}

// expands tells whether a name is expanded in an expansion.
func expands(p *syntax.ParamExp, name string) (found bool) {
	syntax.Walk(p, func(n syntax.Node) bool {
		if lit, ok := n.(*syntax.Lit); ok {
			found = found || mentions(lit.Value, name)
		}
		return !found
	})
	return found
}

// expression notes one, if its text is to be had and is plain.
func (h *hoisting) expression(x *syntax.ArithmExp, part *syntax.WordPart) {
	text, inner := h.sources[x]
	if !inner {
		text = string(h.text)
	}
	from, to := int(x.Left.Offset()), int(x.Right.Offset())
	if x.Bracket || from+3 > to || to+2 > len(text) || text[from:from+3] != "$((" || text[to:to+2] != "))" {
		h.never = true
		return
	}
	raw := text[from+3 : to]
	if strings.ContainsAny(strings.ReplaceAll(raw, "${", ""), "\\'\"`[{") {
		h.never = true
		return
	}
	for _, name := range h.assigned {
		h.never = h.never || mentions(raw, name)
	}
	h.never = h.never || strings.Contains(raw, "$(") && h.substituted > 0
	word, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Document(strings.NewReader(raw))
	if err != nil || word == nil {
		h.never = true
		return
	}
	syntax.Walk(word, func(n syntax.Node) bool {
		if x, ok := n.(*syntax.ArithmExp); ok {
			h.sources[x] = raw
		}
		return true
	})
	h.found = append(h.found, found{exp: x, part: part, source: word.Parts})
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
		if f.exp == nil {
			continue
		}
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
	for _, name := range a.names {
		if !s.bash && hc.Env.Get(name).ReadOnly {
			return hc.Builtin(ctx, []string{"exit", s.fatal(hc, "2", name+": is read only")[1]})
		}
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
