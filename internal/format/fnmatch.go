package format

// Match is fnmatch(3) without flags in the C locale: the whole of s against a
// pattern of the shell. '*' and '?' match any byte, [a-z], [!a-z] and
// [[:digit:]] one of a set, and a backslash takes the next byte as it is. A set
// without its end is a plain '['.
func Match(pattern, s string) bool {
	star, from := -1, 0 // behind the last '*', and what it was tried on
	p, i := 0, 0
	for i < len(s) || p < len(pattern) {
		if p < len(pattern) && pattern[p] == '*' {
			p++
			star, from = p, i
			continue
		}
		if i < len(s) && p < len(pattern) {
			if n, ok := matchOne(pattern[p:], s[i]); ok {
				p += n
				i++
				continue
			}
		}
		if star < 0 || from >= len(s) {
			return false
		}
		from++
		p, i = star, from
	}
	return true
}

// matchOne matches one byte against the beginning of a pattern that is no '*',
// and returns how long that is.
func matchOne(p string, c byte) (n int, ok bool) {
	switch p[0] {
	case '?':
		return 1, true
	case '\\':
		return 2, len(p) > 1 && p[1] == c
	case '[':
		if n, ok, closed := matchSet(p, c); closed {
			return n, ok
		}
	}
	return 1, p[0] == c
}

// matchSet matches one byte against the set that p begins with. closed is false
// where the set has no end.
func matchSet(p string, c byte) (n int, ok, closed bool) {
	i := 1
	not := i < len(p) && (p[i] == '!' || p[i] == '^')
	if not {
		i++
	}
	for first := true; ; first = false {
		if i >= len(p) {
			return 0, false, false
		}
		if p[i] == ']' && !first {
			return i + 1, ok != not, true
		}
		if name, size := className(p[i:]); size > 0 {
			ok = ok || inClass(name, c)
			i += size
			continue
		}
		low, size := setByte(p[i:])
		if size == 0 {
			return 0, false, false
		}
		i += size
		high := low
		if i+1 < len(p) && p[i] == '-' && p[i+1] != ']' {
			if high, size = setByte(p[i+1:]); size == 0 {
				return 0, false, false
			}
			i += 1 + size
		}
		ok = ok || low <= c && c <= high
	}
}

// setByte is a byte of a set and its length in the pattern.
func setByte(p string) (c byte, n int) {
	switch {
	case p[0] != '\\':
		return p[0], 1
	case len(p) > 1:
		return p[1], 2
	}
	return 0, 0
}

// className is the name in [:name:] that p begins with, and its length.
func className(p string) (name string, n int) {
	if len(p) < 4 || p[0] != '[' || p[1] != ':' {
		return "", 0
	}
	for i := 2; i+1 < len(p); i++ {
		if p[i] == ':' && p[i+1] == ']' {
			return p[2:i], i + 2
		}
		if p[i] < 'a' || p[i] > 'z' {
			break
		}
	}
	return "", 0
}

// inClass tells whether c is of the class of ctype(3) in the C locale.
func inClass(name string, c byte) bool {
	upper := 'A' <= c && c <= 'Z'
	lower := 'a' <= c && c <= 'z'
	digit := '0' <= c && c <= '9'
	graph := '!' <= c && c <= '~'
	switch name {
	case "alnum":
		return upper || lower || digit
	case "alpha":
		return upper || lower
	case "blank":
		return c == ' ' || c == '\t'
	case "cntrl":
		return c < ' ' || c == 0x7f
	case "digit":
		return digit
	case "graph":
		return graph
	case "lower":
		return lower
	case "print":
		return graph || c == ' '
	case "punct":
		return graph && !upper && !lower && !digit
	case "space":
		return isSpace(c)
	case "upper":
		return upper
	case "xdigit":
		return digit || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
	}
	return false
}
