package script

import (
	"errors"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// check finds what a shell does and this one does not, and names the first of
// it with its line, so that no script stops half-way for it. What a script makes
// up while it runs (eval, a command in a variable) is refused when it is met.
func check(file *syntax.File, name string) error {
	c := &checker{name: name, functions: map[string]bool{}}
	syntax.Walk(file, func(n syntax.Node) bool {
		if f, ok := n.(*syntax.FuncDecl); ok && f.Name != nil {
			c.functions[f.Name.Value] = true
		}
		return true
	})
	syntax.Walk(file, c.visit)
	return c.err
}

type checker struct {
	name      string
	functions map[string]bool
	path      []syntax.Node // from the file to the node that is looked at
	err       error
}

func (c *checker) refuse(n syntax.Node, text string) {
	if c.err == nil {
		c.err = refusal(c.name, n.Pos(), text)
	}
}

func (c *checker) visit(n syntax.Node) bool {
	if n == nil {
		c.path = c.path[:len(c.path)-1]
		return true
	}
	switch n := n.(type) {
	case *syntax.Redirect:
		c.redirect(n)
	case *syntax.ParamExp:
		if bigParameter(n) && (n.Length || n.Excl || n.Width || n.Exp != nil || n.Repl != nil || n.Slice != nil) {
			c.refuse(n, "${"+n.Param.Value+"} is known here, but nothing in its braces")
		}
	case *syntax.CoprocClause:
		c.refuse(n, "coproc is not known here")
	case *syntax.TimeClause:
		c.refuse(n, "the keyword time is not known here; there is nlbox run --stats")
	case *syntax.Stmt:
		if n.Background && c.insideSubstitution() && !redirectsOutput(n) {
			c.refuse(n, "a background command that writes into $(…) is not known here; give it an output of its own")
		}
	case *syntax.DeclClause:
		c.declaration(n)
	case *syntax.UnaryArithm:
		c.element(n)
	case *syntax.BinaryArithm:
		c.element(n)
	case *syntax.CallExpr:
		c.command(n)
	}
	c.path = append(c.path, n)
	return true
}

// element looks at an expression that may set an element of an array: what its index
// does would be done twice.
func (c *checker) element(x syntax.ArithmExpr) {
	target, _, _, ok := elementSet(x)
	if !ok {
		return
	}
	_, whole := c.path[len(c.path)-1].(*syntax.ArithmCmd)
	syntax.Walk(target.Index, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CmdSubst:
			whole = false
		case *syntax.UnaryArithm:
			whole = whole && n.Op != syntax.Inc && n.Op != syntax.Dec
		case *syntax.BinaryArithm:
			whole = whole && !assigns(n.Op)
		}
		return true
	})
	if !whole {
		c.refuse(x, "an element of an array can be set by an assignment and by ((…)) alone here")
	}
}

func (c *checker) redirect(r *syntax.Redirect) {
	word := r.Word.Lit()
	number := word != "" && strings.Trim(word, "0123456789") == "" && len(word) <= 2
	switch n := beyond(r); {
	case r.N != nil && (n > maxFd || n == 0 && r.N.Value != "0" && r.N.Value != "1" && r.N.Value != "2"):
		c.refuse(r, "descriptor "+r.N.Value+": only 0 to "+strconv.Itoa(maxFd)+" can be redirected here")
	case r.Op == syntax.DplIn && word != "-" && !number, r.Op == syntax.DplOut && (word == "" || strings.Trim(word, "0123456789") == "" && !number):
		c.refuse(r, "only a number can be duplicated here")
	case n == 0 && r.Op == syntax.RdrInOut:
		c.refuse(r, "<> is not known here, but with descriptors from 3 on")
	case n == 0:
	case r.Op == syntax.DplOut && word != "-" && !number, r.Op == syntax.RdrAll, r.Op == syntax.AppAll,
		r.Op == syntax.Hdoc, r.Op == syntax.DashHdoc, r.Op == syntax.WordHdoc:
		c.refuse(r, "descriptor "+r.N.Value+": "+r.Op.String()+" is known only with 0 to 2 here")
	}
}

// redirectsOutput tells whether a command's stdout goes somewhere of its own.
func redirectsOutput(st *syntax.Stmt) bool {
	for _, r := range st.Redirs {
		switch r.Op {
		case syntax.RdrOut, syntax.AppOut, syntax.RdrClob, syntax.RdrAll, syntax.AppAll, syntax.DplOut:
			if r.N == nil || r.N.Value == "1" {
				return true
			}
		}
	}
	return false
}

func (c *checker) insideSubstitution() bool {
	for _, n := range c.path {
		switch n.(type) {
		case *syntax.CmdSubst, *syntax.ProcSubst:
			return true
		}
	}
	return false
}

// insideSubshell tells whether a node is run by a shell below the script's.
func (c *checker) insideSubshell() bool {
	for _, n := range c.path {
		switch n := n.(type) {
		case *syntax.CmdSubst, *syntax.Subshell, *syntax.ProcSubst:
			return true
		case *syntax.Stmt:
			if n.Background {
				return true
			}
		case *syntax.BinaryCmd:
			if n.Op == syntax.Pipe || n.Op == syntax.PipeAll {
				return true
			}
		}
	}
	return false
}

// declaration looks at the options of local, declare and their kin.
func (c *checker) declaration(d *syntax.DeclClause) {
	for _, a := range d.Args {
		if a.Name != nil || a.Value == nil {
			continue
		}
		word := a.Value.Lit()
		if len(word) > 1 && word[0] == '-' && strings.Trim(word[1:], "xraAngfp") != "" {
			c.refuse(d, d.Variant.Value+" "+word+" is not known here")
		}
	}
}

// command looks at a command that is named by a literal word.
func (c *checker) command(call *syntax.CallExpr) {
	if len(call.Args) == 0 {
		return
	}
	name := call.Args[0].Lit()
	if name == "" || c.functions[name] {
		return
	}
	var words []string
	for _, w := range call.Args[1:] {
		words = append(words, plain(w))
	}
	if err := unknown(name, words); err != nil {
		c.refuse(call, err.Error())
	}
	if name == "trap" && len(words) > 1 && c.insideSubshell() {
		for _, signal := range words[1:] {
			if signal == "EXIT" || signal == "0" {
				c.refuse(call, "trap … EXIT in a subshell is not known here")
			}
		}
	}
}

// plain is the text of a word without its quotes, "" if it is made up when the
// script runs.
func plain(w *syntax.Word) string {
	if len(w.Parts) == 1 {
		switch p := w.Parts[0].(type) {
		case *syntax.SglQuoted:
			return p.Value
		case *syntax.DblQuoted:
			if len(p.Parts) == 1 {
				return (&syntax.Word{Parts: p.Parts}).Lit()
			}
		}
	}
	return w.Lit()
}

// unknown is why a builtin of a shell cannot be run with these words.
func unknown(name string, words []string) error {
	switch name {
	case "ulimit", "fg", "bg", "suspend", "newgrp", "fc", "bind", "history", "caller", "times",
		"compgen", "complete", "compopt", "enable", "logout", "coproc":
		return errors.New(name + " is not known here")
	case "set":
		return options(name, words, "-+", "aefnuxohC")
	case "trap":
		for _, word := range words {
			if word == "DEBUG" || word == "RETURN" {
				return errors.New("trap … " + word + " is not known here")
			}
		}
	}
	return nil
}

// options looks at option words: letters behind a sign, up to the first other
// word. The letter o takes a value.
func options(name string, words []string, signs, letters string) error {
	for i := 0; i < len(words); i++ {
		word := words[i]
		if len(word) < 2 || !strings.ContainsRune(signs, rune(word[0])) || word == "--" {
			break
		}
		if strings.Trim(word[1:], letters) != "" {
			return errors.New(name + " " + word + " is not known here")
		}
		if name == "set" && strings.HasSuffix(word, "o") && i+1 < len(words) {
			i++
			switch words[i] {
			case "", "allexport", "errexit", "noexec", "noglob", "nounset", "xtrace", "pipefail", "hashall", "posix", "noclobber":
			default:
				return errors.New("set " + word + " " + words[i] + " is not known here")
			}
		}
	}
	return nil
}
