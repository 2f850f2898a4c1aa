package script

import (
	"context"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"mvdan.cc/sh/v3/interp"
	"mvdan.cc/sh/v3/syntax"
)

// The interpreter splits the value of an unquoted $x at runs of IFS's characters,
// so that an empty field between two colons is lost. Where a script gives IFS
// anything but blanks, its values go through wordFields, which puts fieldEmpty
// into empty fields, and fieldEnd behind newlines that $( ) would cut; what the
// splitting leaves of them is taken away from the words of each command.
const (
	wordFields = mark + "fields"
	fieldEmpty = "\x02"
	fieldEnd   = "\x03"
	fieldMarks = "[" + fieldEmpty + fieldEnd + "]"
	varValue   = ourPrefix + "value"
)

// splits tells whether a text may make IFS something else than blanks, for more than
// one read.
func splits(file *syntax.File) (found bool) {
	syntax.Walk(file, func(n syntax.Node) bool {
		switch n := n.(type) {
		case *syntax.CallExpr:
			return !found && (len(n.Args) == 0 || n.Args[0].Lit() != "read")
		case *syntax.Assign:
			found = found || n.Name != nil && n.Name.Value == "IFS" && n.Value != nil && !blank(n.Value)
		}
		return !found
	})
	return found
}

// blank tells whether a word is known to be nothing but blanks.
func blank(w *syntax.Word) bool {
	for _, part := range w.Parts {
		text := ""
		switch p := part.(type) {
		case *syntax.SglQuoted:
			text = strings.NewReplacer(`\t`, "", `\n`, "").Replace(p.Value)
		case *syntax.DblQuoted:
			if !blank(&syntax.Word{Parts: p.Parts}) {
				return false
			}
		case *syntax.Lit:
			text = strings.ReplaceAll(p.Value, `\`, "")
		default:
			return false
		}
		if strings.Trim(text, " \t\n") != "" {
			return false
		}
	}
	return true
}

// fields has the values in words split as sh splits them.
func (w *rewriter) fields(words []*syntax.Word) {
	if !w.splits {
		return
	}
	for _, word := range words {
		for i, part := range word.Parts {
			switch p := part.(type) {
			case *syntax.ParamExp:
				if onlyValue(p) {
					word.Parts[i] = w.substitution(ours(p.Pos(), wordFields, "0"), &syntax.DblQuoted{Parts: []syntax.WordPart{p}})
				}
			case *syntax.CmdSubst:
				word.Parts[i] = w.substituted(p)
			}
		}
	}
}

// substitution is $(call value).
func (w *rewriter) substitution(call *syntax.Stmt, value syntax.WordPart) *syntax.CmdSubst {
	args := call.Cmd.(*syntax.CallExpr)
	w.done[call] = true
	args.Args = append(args.Args, &syntax.Word{Parts: []syntax.WordPart{value}})
	return &syntax.CmdSubst{Left: call.Position, Right: call.Position, Stmts: []*syntax.Stmt{call}}
}

// substituted splits what a command prints, and leaves its status.
func (w *rewriter) substituted(c *syntax.CmdSubst) *syntax.CmdSubst {
	pos := c.Pos()
	keep := &syntax.Stmt{Position: pos, Cmd: &syntax.CallExpr{Assigns: []*syntax.Assign{{
		Name:  &syntax.Lit{ValuePos: pos, ValueEnd: pos, Value: varValue},
		Value: &syntax.Word{Parts: []syntax.WordPart{c}}}}}}
	w.done[keep] = true
	call := ours(pos, wordFields, "?")
	value := &syntax.ParamExp{Dollar: pos, Short: true, Param: &syntax.Lit{ValuePos: pos, ValueEnd: pos, Value: varValue}}
	out := w.substitution(call, &syntax.DblQuoted{Parts: []syntax.WordPart{value}})
	out.Stmts = []*syntax.Stmt{keep, call}
	return out
}

// onlyValue tells whether an expansion is one value that a shell below has as well,
// in quotes too, and sets nothing.
func onlyValue(p *syntax.ParamExp) bool {
	if p.Param == nil || strings.Contains("@*?#$-!", p.Param.Value) || p.Index != nil || p.Length {
		return false
	}
	if p.Exp != nil && (p.Exp.Op == syntax.AssignUnset || p.Exp.Op == syntax.AssignUnsetOrNull) {
		return false
	}
	only := true
	syntax.Walk(p, func(n syntax.Node) bool {
		switch n.(type) {
		case *syntax.SglQuoted, *syntax.DblQuoted:
			only = false
		}
		return only
	})
	return only
}

// printFields is wordFields.
func printFields(hc interp.HandlerContext, words []string) error {
	if _, err := io.WriteString(hc.Stdout, markEmpty(words[1], fieldSeparators(hc))); err != nil {
		return err
	}
	code, _ := strconv.Atoi(words[0])
	return status(code)
}

// markEmpty puts fieldEmpty where a character of IFS that is no blank ends a field
// that has nothing in it.
func markEmpty(value, ifs string) string {
	if strings.Trim(ifs, " \t\n") == "" {
		return value + endMark(value, ifs)
	}
	var out strings.Builder
	ended := false   // the field has ended with a blank
	content := false // there is something in it
	for _, c := range value {
		switch {
		case !strings.ContainsRune(ifs, c):
			content, ended = true, false
		case c == ' ' || c == '\t' || c == '\n':
			ended = ended || content
			content = false
		default:
			if !content && !ended {
				out.WriteString(fieldEmpty)
			}
			content, ended = false, false
		}
		out.WriteRune(c)
	}
	return out.String() + endMark(value, ifs)
}

// endMark is put behind a value that ends with newlines, which $( ) would cut.
func endMark(value, ifs string) string {
	if !strings.HasSuffix(value, "\n") {
		return ""
	}
	if !strings.Contains(ifs, "\n") {
		return fieldEnd
	}
	// They end a field: what is cut has to be followed by something else that does.
	return strings.Trim(ifs, "\n")
}

var unmarker = strings.NewReplacer(fieldEmpty, "", fieldEnd, "")

// unmarked takes the marks away from words.
func unmarked(words []string) []string {
	for i, word := range words {
		if strings.ContainsAny(word, fieldEmpty+fieldEnd) {
			words[i] = unmarker.Replace(word)
		}
	}
	return words
}

// readLine is read where IFS is more than blanks: a line of stdin, split as sh splits
// it. The words are its own.
func (s *shell) readLine(ctx context.Context, hc interp.HandlerContext, words []string) error {
	names, raw := words[1:], false
	if names[0] == "-r" {
		names, raw = names[1:], true
	}
	var line []byte
	var quoted []bool
	var ended error
	for more := true; more; {
		if ended = hc.Builtin(ctx, []string{"eval", "IFS= read -r " + varValue}); errors.Is(ended, context.Canceled) {
			return ended
		}
		line, quoted, more = unquoted(line, quoted, hc.Env.Get(varValue).Str, raw)
		more = more && ended == nil
	}
	values := readFields(line, quoted, fieldSeparators(hc), len(names))
	var text strings.Builder
	for i, name := range names {
		if !syntax.ValidName(name) {
			s.complain(hc.Stderr, int(hc.Pos.Line()), "read: "+name+": bad variable name")
			return status(2)
		}
		text.WriteString(name + "=" + quoteSingle(values[i]) + "\n")
	}
	hc.LastExitStatus = 0
	if err := s.note(ctx, hc, names); err != nil {
		return err
	}
	if err := hc.Builtin(ctx, []string{"eval", text.String()}); err != nil {
		return err
	}
	return ended
}

// readsLine tells whether read has to be readLine.
func readsLine(hc interp.HandlerContext, words []string) bool {
	names := words[1:]
	if len(names) > 0 && names[0] == "-r" {
		names = names[1:]
	}
	if len(names) == 0 || strings.Trim(fieldSeparators(hc), " \t\n") == "" {
		return false
	}
	return !slices.ContainsFunc(names, func(name string) bool { return strings.HasPrefix(name, "-") })
}

// fieldSeparators is IFS.
func fieldSeparators(hc interp.HandlerContext) string {
	if v := hc.Env.Get("IFS"); v.IsSet() {
		return v.Str
	}
	return " \t\n"
}

// unquoted adds a text to a line. Unless raw, a backslash quotes the next character,
// and at the end of the text asks for more of the line; quoted tells of each byte
// whether it was quoted.
func unquoted(line []byte, quoted []bool, text string, raw bool) ([]byte, []bool, bool) {
	escaped := false
	for i := range len(text) {
		if text[i] == '\\' && !raw && !escaped {
			escaped = true
			continue
		}
		line, quoted = append(line, text[i]), append(quoted, escaped)
		escaped = false
	}
	return line, quoted, escaped
}

// readFields splits a line into n values; the last one takes the rest.
func readFields(line []byte, quoted []bool, ifs string, n int) []string {
	separates := func(i int) (size int, blank bool) {
		c, size := utf8.DecodeRune(line[i:])
		if quoted[i] || !strings.ContainsRune(ifs, c) {
			return 0, false
		}
		return size, c == ' ' || c == '\t' || c == '\n'
	}
	skipBlanks := func(i int) int {
		for i < len(line) {
			size, blank := separates(i)
			if size == 0 || !blank {
				break
			}
			i += size
		}
		return i
	}
	// end is where the field at i ends, next where the one after it begins.
	field := func(i int) (end, next int) {
		end = i
		for end < len(line) {
			if size, _ := separates(end); size > 0 {
				break
			}
			end++
		}
		next = skipBlanks(end)
		if next < len(line) {
			if size, blank := separates(next); size > 0 && !blank {
				next = skipBlanks(next + size)
			}
		}
		return end, next
	}
	values := make([]string, n)
	at := skipBlanks(0)
	for i := range values {
		if at >= len(line) {
			break
		}
		end, next := field(at)
		if i == n-1 && next < len(line) {
			// More than one field: all of it, without the blanks at the end.
			end = len(line)
			for end > at {
				if size, blank := separates(end - 1); size == 0 || !blank {
					break
				}
				end--
			}
		}
		values[i] = string(line[at:end])
		at = next
	}
	return values
}
