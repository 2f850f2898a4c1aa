package script

import "mvdan.cc/sh/v3/syntax"

// forPrefix begins the variables that loops really set.
const forPrefix = ourPrefix + "for_"

// wordNext sets a loop's variable and leaves $? alone.
const wordNext = mark + "next"

// loop lets the body of a loop set its variable. The interpreter goes on to set it
// behind a return, an exit and the end that set -e makes, when the rest of the
// loop is not run any more; and it forgets that the variable is exported.
func (w *rewriter) loop(f *syntax.ForClause) {
	iter, ok := f.Loop.(*syntax.WordIter)
	if !ok || f.Select || len(f.Do) == 0 {
		return
	}
	name, pos := iter.Name.Value, f.Do[0].Pos()
	iter.Name = &syntax.Lit{ValuePos: iter.Name.ValuePos, ValueEnd: iter.Name.ValueEnd, Value: forPrefix + name}
	item := &syntax.ParamExp{Dollar: pos, Short: true, Param: &syntax.Lit{ValuePos: pos, ValueEnd: pos, Value: forPrefix + name}}
	if w.splits {
		item.Short = false
		item.Repl = &syntax.Replace{All: true, Orig: &syntax.Word{Parts: []syntax.WordPart{
			&syntax.Lit{ValuePos: pos, ValueEnd: pos, Value: fieldMarks}}}}
	}
	value := &syntax.Word{Parts: []syntax.WordPart{item}}
	next := &syntax.Stmt{Position: pos, Cmd: &syntax.CallExpr{Assigns: []*syntax.Assign{
		{Name: &syntax.Lit{ValuePos: pos, ValueEnd: pos, Value: name}, Value: value}}}}
	first := f.Do[0]
	if w.resets[f] {
		first = f.Do[1]
	}
	if w.looksBack(first) {
		next = keeping(pos, wordNext, name)
	}
	w.done[next] = true
	f.Do = append([]*syntax.Stmt{next}, f.Do...)
}

// looksBack tells whether a statement may see the $? of the one before it, which an
// assignment would set to 0.
func (w *rewriter) looksBack(st *syntax.Stmt) (looks bool) {
	syntax.Walk(st, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.ParamExp:
			looks = looks || n.Param != nil && n.Param.Value == "?"
		case *syntax.CallExpr:
			if len(n.Args) > 0 {
				looks = looks || !w.forward(n.Args[0].Lit())
			}
		}
		return !looks
	})
	return looks
}

// forward tells whether a command does not look at $?: no function, nothing that
// evaluates, and nothing that ends with it.
func (w *rewriter) forward(name string) bool {
	switch name {
	case "", "return", "exit", "eval", ".", "source", "trap", "command", "builtin":
		return false
	}
	return w.isFunction == nil || !w.isFunction(name)
}
