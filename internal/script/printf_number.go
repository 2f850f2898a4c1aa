package script

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// number reads the next word as one.
func (p *printf) number() int64 {
	word := p.next()
	if n, ok := p.character(word); ok {
		return n
	}
	n, rest, out := integerOf(word)
	p.judge(word, rest, out)
	return n
}

// character is the value of 'c.
func (p *printf) character(word string) (int64, bool) {
	if word == "" || word[0] != '\'' && word[0] != '"' {
		return 0, false
	}
	if len(word) == 1 {
		return 0, true
	}
	if p.bash && isUTF8(p.hc) {
		r, _ := utf8.DecodeRuneInString(word[1:])
		return int64(r), true
	}
	return int64(int8(word[1])), true
}

// judge complains of a word of which rest is no number.
func (p *printf) judge(word, rest string, out bool) {
	text := ""
	switch {
	case word == "":
		return
	case rest == word && !p.bash:
		text = word + ": expected numeric value"
	case rest != "" && !p.bash:
		text = word + ": not completely converted"
	case rest != "":
		kind := ""
		if strings.HasPrefix(word, "0x") || strings.HasPrefix(word, "0X") {
			kind = "hex "
		} else if len(word) > 1 && word[0] == '0' && word[1] >= '0' && word[1] <= '9' {
			kind = "octal "
		}
		text = word + ": invalid " + kind + "number"
	case out && p.bash:
		p.say("warning: " + word + ": Numerical result out of range")
		return
	case out:
		text = word + ": Numerical result out of range"
	default:
		return
	}
	p.say(text)
	p.failed = true
}

// integerOf is strtoimax(3) with base 0: the number, what is behind it, and whether it
// is out of range.
func integerOf(word string) (n int64, rest string, out bool) {
	text := strings.TrimLeft(word, " \t\n\v\f\r")
	sign := ""
	if text != "" && (text[0] == '-' || text[0] == '+') {
		sign, text = text[:1], text[1:]
	}
	base, prefix := 10, ""
	switch {
	case len(text) > 2 && (text[:2] == "0x" || text[:2] == "0X") && isHex(text[2]):
		base, prefix = 16, text[:2]
	case strings.HasPrefix(text, "0"):
		base = 8
	}
	text = text[len(prefix):]
	size := 0
	for size < len(text) {
		if _, err := strconv.ParseUint(text[size:size+1], base, 8); err != nil {
			break
		}
		size++
	}
	if size == 0 {
		return 0, word, false
	}
	n, err := strconv.ParseInt(strings.TrimPrefix(sign, "+")+text[:size], base, 64)
	return n, text[size:], err != nil
}

func isHex(c byte) bool { return strings.IndexByte("0123456789abcdefABCDEF", c) >= 0 }

// integer prints the next word as C's printf does a number.
func (p *printf) integer(c conversion, letter byte) {
	n := p.number()
	text, sign := "", ""
	switch letter {
	case 'd', 'i':
		text = strconv.FormatInt(n, 10)
		if n < 0 {
			sign, text = "-", text[1:]
		} else if strings.Contains(c.flags, "+") {
			sign = "+"
		} else if strings.Contains(c.flags, " ") {
			sign = " "
		}
	case 'o', 'u', 'x', 'X':
		base := map[byte]int{'o': 8, 'u': 10, 'x': 16, 'X': 16}[letter]
		text = strconv.FormatUint(uint64(n), base)
	}
	if text == "0" && c.precision == 0 {
		text = ""
	}
	text = strings.Repeat("0", max(0, c.precision-len(text))) + text
	if strings.Contains(c.flags, "#") {
		switch {
		case letter == 'o' && !strings.HasPrefix(text, "0"):
			text = "0" + text
		case (letter == 'x' || letter == 'X') && n != 0:
			sign = "0x"
		}
	}
	if letter == 'X' {
		sign, text = strings.ToUpper(sign), strings.ToUpper(text)
	}
	p.signed(c, sign, text, c.precision < 0)
}

// signed writes a number; zeros may fill its width.
func (p *printf) signed(c conversion, sign, text string, zeros bool) {
	if zeros && strings.Contains(c.flags, "0") && !strings.Contains(c.flags, "-") {
		text = strings.Repeat("0", max(0, c.width-len(sign)-len(text))) + text
	}
	p.pad(c, sign+text)
}

// float prints the next word as a number with a point.
func (p *printf) float(c conversion, letter byte) {
	word := p.next()
	if n, ok := p.character(word); ok {
		word = strconv.FormatInt(n, 10)
	}
	text, rest := strings.TrimLeft(word, " \t\n\v\f\r"), ""
	x, err := strconv.ParseFloat(text, 64)
	for err != nil && !errors.Is(err, strconv.ErrRange) && text != "" {
		text, rest = text[:len(text)-1], text[len(text)-1:]+rest
		x, err = strconv.ParseFloat(text, 64)
	}
	if text == "" {
		x, rest = 0, word
	}
	p.judge(word, rest, errors.Is(err, strconv.ErrRange))
	if c.precision < 0 {
		c.precision = 6
	}
	if letter|0x20 == 'g' && c.precision == 0 {
		c.precision = 1
	}
	out := strconv.FormatFloat(x, letter|0x20, c.precision, 64)
	sign := ""
	switch {
	case strings.HasPrefix(out, "-"):
		sign, out = "-", out[1:]
	case strings.Contains(c.flags, "+"):
		sign = "+"
	case strings.Contains(c.flags, " "):
		sign = " "
	}
	out = strings.ToLower(strings.TrimPrefix(out, "+"))
	if letter < 'a' {
		out = strings.ToUpper(out)
	}
	p.signed(c, sign, out, true)
}
