package script

import (
	"context"
	"strings"

	"mvdan.cc/sh/v3/expand"
	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// The interpreter forgets that a variable is exported where read, getopts, select,
// arithmetic or ${V:=x} sets it (for loops are in loop.go). So another variable
// remembers it: keptPrefix+V is set right before. It goes with V into shells below,
// is local where V is, and is unset with V.
const (
	keptPrefix = ourPrefix + "kept_"
	wordNote   = mark + "note"
)

// startVars are the variables that the run begins with. Its own directory is
// exported by every shell, IFS and OPTIND if they were, with values of the
// shell's.
func startVars(vars []string) []string {
	all := append([]string{keptPrefix + "PWD=1", keptPrefix + "OLDPWD=1"}, vars...)
	for _, v := range vars {
		if name, _, _ := strings.Cut(v, "="); name == "IFS" || name == "OPTIND" {
			all = append(all, keptPrefix+name+"=1")
		}
	}
	return all
}

// environment is what a command gets: the exported variables.
func environment(vars expand.Environ) []string {
	type value struct {
		text          string
		set, exported bool
	}
	var names []string
	values, kept := map[string]value{}, map[string]bool{}
	for name, v := range vars.Each { // what counts comes last
		if base, ok := strings.CutPrefix(name, keptPrefix); ok {
			kept[base] = v.IsSet()
		}
		if strings.HasPrefix(name, ourPrefix) {
			continue
		}
		if _, known := values[name]; !known {
			names = append(names, name)
		}
		values[name] = value{v.Str, v.IsSet() && v.Kind == expand.String, v.Exported}
	}
	list := make([]string, 0, len(names))
	for _, name := range names {
		if v := values[name]; v.set && (v.exported || kept[name]) {
			list = append(list, name+"="+v.text)
		}
	}
	return list
}

// keep has the variables noted that a statement sets by itself, before it does.
func (w *rewriter) keep(st *syntax.Stmt, names []string) {
	inner := *st
	inner.Negated = false
	w.noted[&inner] = true
	note := keeping(st.Position, append([]string{wordNote}, names...)...)
	*st = syntax.Stmt{Position: st.Position, Negated: st.Negated, Cmd: block(note, &inner)}
}

// setBy names the variables that a statement sets without a command or an
// assignment: those of select, of arithmetic and of ${V:=x}.
func setBy(st *syntax.Stmt) []string {
	var names []string
	syntax.Walk(st, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.Stmt:
			return n == st
		case *syntax.ForClause:
			if iter, ok := n.Loop.(*syntax.WordIter); ok && n.Select {
				names = append(names, "REPLY", iter.Name.Value)
			}
		case *syntax.UnaryArithm:
			if n.Op == syntax.Inc || n.Op == syntax.Dec {
				names = appendName(names, n.X)
			}
		case *syntax.BinaryArithm:
			if assigns(n.Op) {
				names = appendName(names, n.X)
			}
		case *syntax.ParamExp:
			if n.Param != nil && n.Exp != nil && (n.Exp.Op == syntax.AssignUnset || n.Exp.Op == syntax.AssignUnsetOrNull) {
				names = append(names, n.Param.Value)
			}
		}
		return true
	})
	return names
}

// appendName adds the variable that an arithmetic expression is, if it is one.
func appendName(names []string, x syntax.ArithmExpr) []string {
	if word, ok := x.(*syntax.Word); ok && syntax.ValidName(word.Lit()) {
		return append(names, word.Lit())
	}
	return names
}

// note is the word that stands before such a statement.
func (s *shell) note(ctx context.Context, hc interp.HandlerContext, names []string) error {
	var text strings.Builder
	for _, name := range names {
		if !forgets(hc, name) {
			continue
		}
		if hc.Env.Get(name).Local {
			text.WriteString("local ")
		}
		text.WriteString(keptPrefix + name + "=1\n")
	}
	if text.Len() > 0 {
		if err := hc.Builtin(ctx, []string{"eval", text.String()}); err != nil {
			return err
		}
	}
	if len(names) == 0 {
		return nil
	}
	return status(hc.LastExitStatus)
}

// forgets tells whether a variable's export would be lost if it were set.
func forgets(hc interp.HandlerContext, name string) bool {
	return syntax.ValidName(name) && hc.Env.Get(name).Exported && !hc.Env.Get(keptPrefix+name).IsSet()
}

// setByBuiltin names the variables that read or getopts set.
func setByBuiltin(words []string) []string {
	if words[0] == "getopts" {
		return append([]string{"OPTARG", "OPTIND"}, words[min(2, len(words)):min(3, len(words))]...)
	}
	return append([]string{"REPLY"}, words[1:]...)
}

// keepBuiltin is read or getopts where they set what is exported.
func (s *shell) keepBuiltin(ctx context.Context, hc interp.HandlerContext, words []string) error {
	hc.LastExitStatus = 0
	if err := s.note(ctx, hc, setByBuiltin(words)); err != nil {
		return err
	}
	return hc.Builtin(ctx, words)
}

// unsetKept adds to the words of unset what is kept of the variables.
func unsetKept(hc interp.HandlerContext, words []string) ([]string, bool) {
	changed := words
	for _, name := range words[1:] {
		if name == "-f" {
			return nil, false
		}
		if syntax.ValidName(name) && hc.Env.Get(keptPrefix+name).IsSet() {
			changed = append(changed[:len(changed):len(changed)], keptPrefix+name)
		}
	}
	return changed, len(changed) > len(words)
}
