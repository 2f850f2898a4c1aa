package script

import (
	"context"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// To the interpreter an assignment to a readonly variable fails and the script goes on.
// In sh it ends the shell: so wordWritable stands before those to variables that a text
// makes readonly by their names.
const wordWritable = mark + "writable"

// learnReadonly notes what a text makes readonly.
func (s *shell) learnReadonly(d *syntax.DeclClause) {
	if d.Variant.Value != "readonly" {
		return
	}
	for _, a := range d.Args {
		if a.Name != nil {
			s.readonlys.Store(a.Name.Value, true)
		}
	}
}

func (s *shell) mayBeReadonly(name string) bool {
	_, ok := s.readonlys.Load(name)
	return ok
}

// writable puts the word before a statement.
func (w *rewriter) writable(st *syntax.Stmt) {
	if w.bash || st.Background || w.checked[st] || w.isReadonly == nil {
		return
	}
	prefix, assigns := "", []*syntax.Assign(nil)
	switch cmd := st.Cmd.(type) {
	case *syntax.CallExpr:
		assigns = cmd.Assigns
	case *syntax.DeclClause:
		prefix, assigns = cmd.Variant.Value+": ", cmd.Args
	}
	words := []string{wordWritable, prefix}
	for _, a := range assigns {
		if a.Name != nil && (!a.Naked || prefix == "local: ") && w.isReadonly(a.Name.Value) {
			words = append(words, a.Name.Value)
		}
	}
	if len(words) == 2 {
		return
	}
	inner := *st
	inner.Negated = false
	w.checked[&inner] = true
	note := ours(st.Position, words[0])
	args := note.Cmd.(*syntax.CallExpr)
	for _, word := range words[1:] {
		args.Args = append(args.Args, literal(word))
	}
	*st = syntax.Stmt{Position: st.Position, Negated: st.Negated, Cmd: block(
		&syntax.Stmt{Position: st.Position, Cmd: &syntax.BinaryCmd{OpPos: st.Position, Op: syntax.AndStmt, X: note, Y: ours(st.Position, wordNote)}},
		&inner)}
}

// isWritable is wordWritable.
func (s *shell) isWritable(ctx context.Context, hc interp.HandlerContext, words []string) error {
	for _, name := range words[1:] {
		if hc.Env.Get(name).ReadOnly {
			return hc.Builtin(ctx, []string{"exit", s.fatal(hc, "2", words[0]+name+": is read only")[1]})
		}
	}
	return status(hc.LastExitStatus)
}
