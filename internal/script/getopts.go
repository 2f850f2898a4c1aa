package script

import (
	"context"
	"io"
	"slices"
	"strconv"
	"strings"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// In dash each call of a function has a state of getopts of its own, whatever OPTIND
// is, until it is set; the interpreter, as bash, has one, which OPTIND leads. So
// getopts of sh is ours. Its state is in varOptions, which is local where a function
// uses getopts.
const varOptions = ourPrefix + "options"

// options gives the functions that use getopts a state of their own, and getopts the
// parameters.
func (w *rewriter) options(n syntax.Node) {
	if w.bash {
		return
	}
	switch n := n.(type) {
	case *syntax.DeclClause:
		n.Args = append(n.Args, startsOver(n.Args)...)
	case *syntax.CallExpr:
		if len(n.Args) == 0 {
			n.Assigns = append(n.Assigns, startsOver(n.Assigns)...)
		}
		if len(n.Args) == 3 && n.Args[0].Lit() == "getopts" {
			pos := n.Args[2].End()
			n.Args = append(n.Args, &syntax.Word{Parts: []syntax.WordPart{&syntax.DblQuoted{Left: pos, Right: pos, Parts: []syntax.WordPart{
				&syntax.ParamExp{Dollar: pos, Short: true, Param: &syntax.Lit{ValuePos: pos, ValueEnd: pos, Value: "@"}}}}}})
		}
	case *syntax.FuncDecl:
		body, ok := n.Body.Cmd.(*syntax.Block)
		if !ok || !usesGetopts(body) {
			return
		}
		pos := body.Pos()
		name := &syntax.Lit{ValuePos: pos, ValueEnd: pos, Value: varOptions}
		own := &syntax.Stmt{Position: pos, Cmd: &syntax.DeclClause{
			Variant: &syntax.Lit{ValuePos: pos, ValueEnd: pos, Value: "local"},
			Args:    []*syntax.Assign{{Name: name, Value: literal("")}}}}
		w.done[own] = true
		body.Stmts = append([]*syntax.Stmt{own}, body.Stmts...)
	}
}

// startsOver is what has to be set with OPTIND: whatever its value was, getopts goes
// on from there.
func startsOver(list []*syntax.Assign) []*syntax.Assign {
	for _, a := range list {
		if a.Name != nil && a.Name.Value == "OPTIND" && a.Value != nil && !a.Append {
			value := &syntax.Word{Parts: append(slices.Clone(a.Value.Parts), &syntax.SglQuoted{Left: a.Pos(), Right: a.End(), Value: " -1"})}
			return []*syntax.Assign{{Name: &syntax.Lit{ValuePos: a.Pos(), ValueEnd: a.End(), Value: varOptions}, Value: value}}
		}
	}
	return nil
}

func usesGetopts(body *syntax.Block) (uses bool) {
	syntax.Walk(body, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.FuncDecl:
			return false
		case *syntax.CallExpr:
			uses = uses || len(n.Args) > 0 && n.Args[0].Lit() == "getopts"
		}
		return !uses
	})
	return uses
}

// optionState is where getopts stands: at the offset in the word before the index; an
// offset of -1 is the end of that word.
type optionState struct{ index, offset int }

func optionsOf(hc interp.HandlerContext) optionState {
	state := optionState{1, -1}
	if i, o, ok := strings.Cut(hc.Env.Get(varOptions).Str, " "); ok {
		n, _ := strconv.Atoi(i)
		state.index = max(n, 1)
		state.offset, _ = strconv.Atoi(o)
	}
	return state
}

// option is what getopts found: letter "?" and done at the end. arg is OPTARG, unset
// where noArg says so.
type option struct {
	letter, arg, complaint string
	noArg, done            bool
}

// nextOption looks for the next option in words.
func nextOption(spec string, words []string, at *optionState) (o option) {
	rest, quiet := "", strings.HasPrefix(spec, ":")
	spec = strings.TrimPrefix(spec, ":")
	if at.index > 1 && at.index-2 < len(words) && at.offset >= 0 && at.offset <= len(words[at.index-2]) {
		rest = words[at.index-2][at.offset:]
	}
	if rest == "" {
		word := ""
		if at.index-1 < len(words) {
			word = words[at.index-1]
		}
		if len(word) < 2 || word[0] != '-' || word == "--" {
			if word == "--" {
				at.index++
			}
			at.offset = -1
			return option{letter: "?", noArg: true, done: true}
		}
		at.index++
		rest = word[1:]
	}
	c := rest[:1]
	rest = rest[1:]
	defer func() {
		at.offset = -1
		if rest != "" {
			at.offset = len(words[at.index-2]) - len(rest)
		}
	}()
	i := strings.Index(spec, c)
	switch {
	case i < 0 || c == ":":
		if quiet {
			return option{letter: "?", arg: c}
		}
		return option{letter: "?", noArg: true, complaint: "Illegal option -" + c + "\n"}
	case i+1 == len(spec) || spec[i+1] != ':':
		return option{letter: c}
	case rest != "":
		o = option{letter: c, arg: rest}
		rest = ""
		return o
	case at.index-1 < len(words):
		at.index++
		return option{letter: c, arg: words[at.index-2]}
	case quiet:
		return option{letter: ":", arg: c}
	}
	return option{letter: "?", noArg: true, complaint: "No arg for -" + c + " option\n"}
}

// getopts is the builtin of sh.
func (s *shell) getopts(ctx context.Context, hc interp.HandlerContext, words []string) error {
	if len(words) < 3 || !syntax.ValidName(words[2]) {
		return hc.Builtin(ctx, words)
	}
	state := optionsOf(hc)
	o := nextOption(words[1], words[3:], &state)
	io.WriteString(hc.Stderr, o.complaint)
	hc.LastExitStatus = 0
	if err := s.note(ctx, hc, setByBuiltin(words)); err != nil {
		return err
	}
	index := strconv.Itoa(state.index)
	text := "OPTIND=" + index + "\n" + varOptions + "='" + index + " " + strconv.Itoa(state.offset) + "'\n" +
		words[2] + "=" + quoteSingle(o.letter) + "\n"
	switch {
	case o.done:
	case o.noArg:
		text += "unset OPTARG\n"
	default:
		text += "OPTARG=" + quoteSingle(o.arg) + "\n"
	}
	if err := hc.Builtin(ctx, []string{"eval", text}); err != nil || !o.done {
		return err
	}
	return status(1)
}
