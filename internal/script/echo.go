package script

import (
	"io"
	"strings"
)

// echo is that of dash, which knows backslashes.
func echo(w io.Writer, words []string) int {
	end := "\n"
	if len(words) > 0 && words[0] == "-n" {
		words, end = words[1:], ""
	}
	text, stopped := unescape(strings.Join(words, " "))
	if stopped {
		end = ""
	}
	if _, err := io.WriteString(w, text+end); err != nil {
		return 1
	}
	return 0
}

// unescape expands the backslashes of echo; \c ends the text.
func unescape(text string) (string, bool) {
	if !strings.Contains(text, `\`) {
		return text, false
	}
	const letters, values = `abfnrtv\`, "\a\b\f\n\r\t\v\\"
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' || i+1 == len(text) {
			b.WriteByte(text[i])
			continue
		}
		i++
		at := strings.IndexByte(letters, text[i])
		switch {
		case at >= 0:
			b.WriteByte(values[at])
		case text[i] == 'c':
			return b.String(), true
		case text[i] == '0':
			n := 0
			for digits := 0; digits < 3 && i+1 < len(text) && text[i+1] >= '0' && text[i+1] <= '7'; digits++ {
				i++
				n = n<<3 | int(text[i]-'0')
			}
			b.WriteByte(byte(n))
		default:
			b.WriteByte('\\')
			b.WriteByte(text[i])
		}
	}
	return b.String(), false
}
