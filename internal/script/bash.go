package script

import (
	"bytes"
	"context"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// varNames are the functions that are called, for FUNCNAME.
const varNames = ourPrefix + "names"

// bashVariables sets what scripts of bash ask bash for.
func (s *shell) bashVariables(ctx context.Context) {
	if !s.bash {
		return
	}
	text := "BASH_SOURCE=" + quoteSingle(s.plan.name()) + "\n" +
		"BASH_VERSION='5.2.15(1)-release' BASH_VERSINFO=(5 2 15 1 release x86_64-pc-linux-gnu) OSTYPE=linux-gnu\n" +
		varNames + "=(main)\n"
	file, err := syntax.NewParser().Parse(strings.NewReader(text), "")
	if err != nil {
		return
	}
	for _, st := range file.Stmts {
		s.main.Run(ctx, st)
	}
}

// functionName gives a function of bash its FUNCNAME, where the text asks for one.
func (w *rewriter) functionName(f *syntax.FuncDecl) {
	body, ok := f.Body.Cmd.(*syntax.Block)
	if !ok || !w.bash || f.Name == nil || !bytes.Contains(w.text, []byte("FUNCNAME")) {
		return
	}
	text := "local -a " + varNames + "=(" + quoteSingle(f.Name.Value) + " \"${" + varNames + "[@]}\")\n" +
		"local -a FUNCNAME=(\"${" + varNames + "[@]}\")"
	file, err := syntax.NewParser().Parse(strings.NewReader(text), "")
	if err != nil {
		return
	}
	pos := body.Pos()
	w.commands++
	id := w.prefix + strconv.Itoa(w.commands)
	list := []*syntax.Stmt{ours(pos, wordSoft, id, "?")}
	for _, own := range file.Stmts {
		own.Position = pos
		w.done[own] = true
		list = append(list, own)
	}
	body.Stmts = append(append(list, keeping(pos, wordWas, id)), body.Stmts...)
}
