package script

import (
	"slices"
	"strings"

	"mvdan.cc/sh/v3/syntax"
)

// The interpreter leaves the backslashes of an unquoted word in it where a word
// becomes one field: in assignments, in what case looks at, behind a redirection,
// in ${V:-word}. Here such a character is put in quotes instead.

// quoteEscaped does so with the parts of a word. doubled says that the word stands
// in double quotes, where a backslash counts before few characters.
func quoteEscaped(word *syntax.Word, doubled bool) {
	if word != nil {
		word.Parts = unescaped(word.Parts, doubled)
	}
}

func unescaped(parts []syntax.WordPart, doubled bool) []syntax.WordPart {
	var out []syntax.WordPart
	for i, part := range parts {
		lit, ok := part.(*syntax.Lit)
		if !ok || !strings.Contains(lit.Value, `\`) {
			if out != nil {
				out = append(out, part)
			}
			continue
		}
		if out == nil {
			out = append(make([]syntax.WordPart, 0, len(parts)+2), parts[:i]...)
		}
		out = appendUnescaped(out, lit, doubled)
	}
	if out == nil {
		return parts
	}
	return out
}

func appendUnescaped(out []syntax.WordPart, lit *syntax.Lit, doubled bool) []syntax.WordPart {
	text := lit.Value
	plain := func(s string) {
		if s != "" {
			out = append(out, &syntax.Lit{ValuePos: lit.ValuePos, ValueEnd: lit.ValueEnd, Value: s})
		}
	}
	for at := 0; ; {
		i := strings.IndexByte(text[at:], '\\')
		if i < 0 || at+i+1 == len(text) {
			plain(text) // a backslash at the end stays
			return out
		}
		i += at
		if doubled && strings.IndexByte("$`\"\\}", text[i+1]) < 0 {
			at = i + 2
			continue
		}
		plain(text[:i])
		end := i + 2
		for end < len(text) && text[end]&0xc0 == 0x80 { // the rest of a character
			end++
		}
		out = append(out, quotedChar(lit, text[i+1:end]))
		text, at = text[end:], 0
	}
}

// quotedChar is a character in quotes.
func quotedChar(lit *syntax.Lit, c string) syntax.WordPart {
	if c == "'" {
		return &syntax.DblQuoted{Left: lit.ValuePos, Right: lit.ValueEnd, Parts: []syntax.WordPart{
			&syntax.Lit{ValuePos: lit.ValuePos, ValueEnd: lit.ValueEnd, Value: c}}}
	}
	return &syntax.SglQuoted{Left: lit.ValuePos, Right: lit.ValueEnd, Value: c}
}

// home expands the tildes of an assignment's value that the interpreter leaves: those
// behind a colon, and one before it.
func home(word *syntax.Word) {
	if word == nil {
		return
	}
	var out []syntax.WordPart
	for i, part := range word.Parts {
		lit, ok := part.(*syntax.Lit)
		if !ok {
			out = append(out, part)
			continue
		}
		text, from := lit.Value, 0
		add := func(to int) {
			if to > from {
				out = append(out, &syntax.Lit{ValuePos: lit.ValuePos, ValueEnd: lit.ValueEnd, Value: text[from:to]})
			}
		}
		for at := range len(text) {
			ends := at+1 == len(text) && i+1 == len(word.Parts) || at+1 < len(text) && strings.IndexByte("/:", text[at+1]) >= 0
			if text[at] != '~' || !ends || at == 0 && i > 0 || at > 0 && text[at-1] != ':' || at > 1 && text[at-2] == '\\' {
				continue
			}
			add(at)
			out = append(out, &syntax.ParamExp{Dollar: lit.ValuePos, Param: &syntax.Lit{ValuePos: lit.ValuePos, ValueEnd: lit.ValueEnd, Value: "HOME"}})
			from = at + 1
		}
		add(len(text))
	}
	word.Parts = out
}

// apart quotes each part of a word in double quotes by itself where one of them is all
// parameters, or all elements of an array: the interpreter makes words of them only
// where they stand alone. In sh there is one even if they are none.
func apart(parts []syntax.WordPart, bash bool) []syntax.WordPart {
	var out []syntax.WordPart
	for i, part := range parts {
		q, ok := part.(*syntax.DblQuoted)
		if !ok || len(q.Parts) < 2 || !slices.ContainsFunc(q.Parts, allOf) {
			if out != nil {
				out = append(out, part)
			}
			continue
		}
		if out == nil {
			out = append(make([]syntax.WordPart, 0, len(parts)+len(q.Parts)), parts[:i]...)
		}
		for _, inner := range q.Parts {
			out = append(out, &syntax.DblQuoted{Left: q.Left, Right: q.Right, Dollar: q.Dollar, Parts: []syntax.WordPart{inner}})
		}
		if !bash {
			out = append(out, &syntax.DblQuoted{Left: q.Left, Right: q.Right})
		}
	}
	if out == nil {
		return parts
	}
	return out
}

// allOf tells whether a part is $@ or ${a[@]}, or begins so.
func allOf(part syntax.WordPart) bool {
	p, ok := part.(*syntax.ParamExp)
	if !ok || p.Param == nil || p.Length {
		return false
	}
	word, ok := p.Index.(*syntax.Word)
	return p.Param.Value == "@" || ok && word.Lit() == "@"
}

// literalQuotes makes single quotes themselves, which they are in the word of an
// expansion in double quotes.
func (w *rewriter) literalQuotes(parts []syntax.WordPart) []syntax.WordPart {
	var out []syntax.WordPart
	for _, part := range parts {
		q, ok := part.(*syntax.SglQuoted)
		if !ok || q.Dollar {
			out = append(out, part)
			continue
		}
		text, err := syntax.NewParser(syntax.Variant(syntax.LangBash)).Document(strings.NewReader(q.Value))
		if err != nil {
			return parts
		}
		syntax.Walk(text, func(n syntax.Node) bool {
			if x, ok := n.(*syntax.ArithmExp); ok {
				w.sources[x] = q.Value
			}
			return true
		})
		quote := func(at syntax.Pos) syntax.WordPart { return &syntax.Lit{ValuePos: at, ValueEnd: at, Value: "'"} }
		out = append(append(append(out, quote(q.Left)), text.Parts...), quote(q.Right))
	}
	return out
}

// inQuotes notes the expansions that stand in double quotes or a here-document.
func (w *rewriter) inQuotes(parts []syntax.WordPart) {
	for _, part := range parts {
		if p, ok := part.(*syntax.ParamExp); ok {
			w.doubled[p] = true
		}
	}
}

// parameter changes an expansion.
func (w *rewriter) parameter(p *syntax.ParamExp) {
	if p.Param == nil {
		return
	}
	name := func(value string) *syntax.Lit {
		return &syntax.Lit{ValuePos: p.Param.ValuePos, ValueEnd: p.Param.ValueEnd, Value: value}
	}
	switch {
	case p.Param.Value == "!" && !p.Excl:
		p.Param = name(varBang)
		// $! has no end of its own: "$!x" would become one name.
		p.Short = false
	case p.Param.Value == "LINENO" && !w.bash: // Debian's dash has none
		p.Param, p.Short = name(ourPrefix+"lineno"), false
	case bigParameter(p):
		number := func(value string) syntax.ArithmExpr {
			return &syntax.Word{Parts: []syntax.WordPart{name(value)}}
		}
		// In quotes there is one word even if there is no such parameter.
		p.Slice = &syntax.Slice{Offset: number(p.Param.Value), Length: number("1")}
		p.Param = name("*")
	}
	if p.Exp == nil || p.Exp.Word == nil {
		return
	}
	switch p.Exp.Op {
	case syntax.RemSmallPrefix, syntax.RemLargePrefix, syntax.RemSmallSuffix, syntax.RemLargeSuffix:
		w.pattern(p.Exp.Word)
	case syntax.DefaultUnset, syntax.DefaultUnsetOrNull, syntax.AssignUnset, syntax.AssignUnsetOrNull,
		syntax.ErrorUnset, syntax.ErrorUnsetOrNull, syntax.AlternateUnset, syntax.AlternateUnsetOrNull:
		if w.doubled[p] {
			if !w.literal[p] { // both branches of an if may have it
				w.literal[p] = true
				p.Exp.Word.Parts = w.literalQuotes(p.Exp.Word.Parts)
			}
			w.inQuotes(p.Exp.Word.Parts)
		}
		quoteEscaped(p.Exp.Word, w.doubled[p])
	}
}

// bigParameter tells whether an expansion is that of a parameter beyond $9, which the
// interpreter does not know by its number.
func bigParameter(p *syntax.ParamExp) bool {
	return p.Param != nil && len(p.Param.Value) > 1 && strings.Trim(p.Param.Value, "0123456789") == ""
}

// wordPattern prints a value so that it is itself in a pattern.
const wordPattern = mark + "pattern"

// pattern lets quoted parts of the pattern behind # and % be themselves.
func (w *rewriter) pattern(word *syntax.Word) {
	for i, part := range word.Parts {
		switch q := part.(type) {
		case *syntax.SglQuoted:
			if !q.Dollar {
				word.Parts[i] = &syntax.Lit{ValuePos: q.Pos(), ValueEnd: q.End(), Value: quotePattern(q.Value)}
			}
		case *syntax.DblQuoted:
			if text, ok := constant(q); ok {
				word.Parts[i] = &syntax.Lit{ValuePos: q.Pos(), ValueEnd: q.End(), Value: quotePattern(text)}
			} else {
				word.Parts[i] = w.substitution(ours(q.Pos(), wordPattern), q)
			}
		}
	}
}

// constant is the text of something in double quotes that holds nothing to expand.
func constant(q *syntax.DblQuoted) (string, bool) {
	switch len(q.Parts) {
	case 0:
		return "", true
	case 1:
		lit, ok := q.Parts[0].(*syntax.Lit)
		return unquotedText(lit), ok
	}
	return "", false
}

// unquotedText is a literal of double quotes without the backslashes that quote.
func unquotedText(lit *syntax.Lit) string {
	if lit == nil {
		return ""
	}
	var text strings.Builder
	for _, part := range unescaped([]syntax.WordPart{lit}, true) {
		switch p := part.(type) {
		case *syntax.Lit:
			text.WriteString(p.Value)
		case *syntax.SglQuoted:
			text.WriteString(p.Value)
		case *syntax.DblQuoted:
			text.WriteString("'")
		}
	}
	return text.String()
}

// quotePattern puts a backslash before what is special in patterns.
func quotePattern(text string) string {
	var b strings.Builder
	for i := range len(text) {
		if strings.IndexByte(`*?[]\-!^`, text[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

// braces keeps those of a script of sh from being expanded.
func (w *rewriter) braces(words []*syntax.Word) {
	if w.bash {
		return
	}
	for _, word := range words {
		for _, part := range word.Parts {
			if lit, ok := part.(*syntax.Lit); ok && strings.Contains(lit.Value, "{") {
				lit.Value = escapeBraces(lit.Value)
			}
		}
	}
}

func escapeBraces(text string) string {
	var b strings.Builder
	escaped := false
	for i := range len(text) {
		if text[i] == '{' && !escaped {
			b.WriteByte('\\')
		}
		escaped = text[i] == '\\' && !escaped
		b.WriteByte(text[i])
	}
	return b.String()
}
