package resolver

import (
	"strings"
	"unicode/utf8"
)

// utf8Locale tells whether the locale's character set is UTF-8. The first of
// LC_ALL, LC_CTYPE and LANG that is set and not empty names the locale.
func (r *Resolver) utf8Locale() bool {
	for _, key := range [...]string{"LC_ALL", "LC_CTYPE", "LANG"} {
		if v := r.getenv(key); v != "" {
			_, set, _ := strings.Cut(v, ".")
			set, _, _ = strings.Cut(set, "@")
			return strings.EqualFold(set, "UTF-8") || strings.EqualFold(set, "utf8")
		}
	}
	return false
}

// acePrefix begins a label that is written in punycode (RFC 5890).
const acePrefix = "xn--"

// toASCII writes a name with letters beyond ASCII as RFC 5891 has it. Only the
// simple case mapping of letters is done, no other normalisation.
func (r *Resolver) toASCII(name string) (string, error) {
	if isASCII(name) {
		return name, nil
	}
	if !r.utf8Locale() || !utf8.ValidString(name) {
		return "", IDNEncode
	}
	labels := strings.Split(strings.ToLower(name), ".")
	for i, l := range labels {
		if isASCII(l) {
			continue
		}
		code, ok := encodePunycode(l)
		if !ok {
			return "", IDNEncode
		}
		labels[i] = acePrefix + code
	}
	return strings.Join(labels, "."), nil
}

// toDisplay is the reverse of toASCII. A label that is not valid stays as it is,
// as does every name in a locale without UTF-8.
func (r *Resolver) toDisplay(name string) string {
	if !strings.Contains(name, acePrefix) || !r.utf8Locale() {
		return name
	}
	labels := strings.Split(name, ".")
	for i, l := range labels {
		if code, ok := strings.CutPrefix(l, acePrefix); ok {
			if text, ok := decodePunycode(code); ok {
				labels[i] = text
			}
		}
	}
	return strings.Join(labels, ".")
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Parameters of punycode (RFC 3492, 5).
const (
	punyBase        = 36
	punyTmin        = 1
	punyTmax        = 26
	punySkew        = 38
	punyDamp        = 700
	punyInitialBias = 72
	punyInitialN    = 128
	punyMax         = 1 << 26 // bounds the arithmetic far below overflow
)

// punyThreshold is the digit threshold at position k (RFC 3492, 6.2).
func punyThreshold(k, bias int) int {
	return min(max(k-bias, punyTmin), punyTmax)
}

// punyAdapt is the bias adaptation of RFC 3492, 6.1.
func punyAdapt(delta, points int, first bool) int {
	if first {
		delta /= punyDamp
	} else {
		delta /= 2
	}
	delta += delta / points
	k := 0
	for delta > (punyBase-punyTmin)*punyTmax/2 {
		delta /= punyBase - punyTmin
		k += punyBase
	}
	return k + (punyBase-punyTmin+1)*delta/(delta+punySkew)
}

func punyDigit(d int) byte {
	if d < 26 {
		return 'a' + byte(d)
	}
	return '0' + byte(d-26)
}

func encodePunycode(label string) (string, bool) {
	var out []byte
	runes := []rune(label)
	for _, c := range runes {
		if c < utf8.RuneSelf {
			out = append(out, byte(c))
		}
	}
	basic := len(out)
	if basic > 0 {
		out = append(out, '-')
	}
	n, delta, bias := punyInitialN, 0, punyInitialBias
	for done := basic; done < len(runes); {
		next := int(utf8.MaxRune) + 1
		for _, c := range runes {
			if int(c) >= n {
				next = min(next, int(c))
			}
		}
		if delta += (next - n) * (done + 1); delta > punyMax {
			return "", false
		}
		n = next
		for _, c := range runes {
			if int(c) < n {
				delta++
			}
			if int(c) != n {
				continue
			}
			q := delta
			for k := punyBase; ; k += punyBase {
				t := punyThreshold(k, bias)
				if q < t {
					break
				}
				out = append(out, punyDigit(t+(q-t)%(punyBase-t)))
				q = (q - t) / (punyBase - t)
			}
			out = append(out, punyDigit(q))
			bias = punyAdapt(delta, done+1, done == basic)
			delta = 0
			done++
		}
		delta++
		n++
	}
	return string(out), true
}

func decodePunycode(code string) (string, bool) {
	var out []rune
	if i := strings.LastIndexByte(code, '-'); i >= 0 {
		out = append(out, []rune(code[:i])...)
		code = code[i+1:]
	}
	n, i, bias := punyInitialN, 0, punyInitialBias
	for code != "" {
		old, w := i, 1
		for k := punyBase; ; k += punyBase {
			if code == "" {
				return "", false
			}
			d, ok := punyValue(code[0])
			code = code[1:]
			if !ok || d > (punyMax-i)/w {
				return "", false
			}
			i += d * w
			t := punyThreshold(k, bias)
			if d < t {
				break
			}
			if w *= punyBase - t; w > punyMax {
				return "", false
			}
		}
		points := len(out) + 1
		bias = punyAdapt(i-old, points, old == 0)
		n += i / points
		i %= points
		if !utf8.ValidRune(rune(n)) {
			return "", false
		}
		out = append(out, 0)
		copy(out[i+1:], out[i:])
		out[i] = rune(n)
		i++
	}
	return string(out), true
}

// punyValue is the value of a digit.
func punyValue(c byte) (int, bool) {
	switch c = lower(c); {
	case 'a' <= c && c <= 'z':
		return int(c - 'a'), true
	case '0' <= c && c <= '9':
		return int(c-'0') + 26, true
	}
	return 0, false
}
