package script

import (
	"context"
	"io"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
	"mvdan.cc/sh/v3/interp"
)

// varUmask is the umask of a shell, in octal, once it has one of its own.
const varUmask = ourPrefix + "umask"

// currentUmask is that of the calling shell.
func (s *shell) currentUmask(hc interp.HandlerContext) int {
	if mask, err := strconv.ParseUint(hc.Env.Get(varUmask).Str, 8, 12); err == nil {
		return int(mask)
	}
	s.umask.Lock()
	defer s.umask.Unlock()
	old := unix.Umask(0)
	unix.Umask(old)
	return old
}

// setUmask is the builtin. The umask is the process's, so a shell's own is kept
// in a variable and set around what makes files.
func (s *shell) setUmask(ctx context.Context, hc interp.HandlerContext, words []string) error {
	symbolic := len(words) > 0 && words[0] == "-S"
	if symbolic {
		words = words[1:]
	}
	mask := s.currentUmask(hc)
	if len(words) == 0 {
		text := padded8(byte(mask & 0xff))
		if text = "0" + strconv.FormatInt(int64(mask>>6&7), 8) + text[1:]; symbolic {
			text = "u=" + permissions(^mask>>6) + ",g=" + permissions(^mask>>3) + ",o=" + permissions(^mask)
		}
		io.WriteString(hc.Stdout, text+"\n")
		return nil
	}
	word := words[0]
	if word != "" && word[0] >= '0' && word[0] <= '9' {
		n, err := strconv.ParseUint(word, 8, 32)
		if err != nil {
			if s.bash {
				s.complain(hc.Stderr, int(hc.Pos.Line()), "umask: "+word+": octal number out of range")
				return status(1)
			}
			s.complain(hc.Stderr, int(hc.Pos.Line()), "umask: Illegal number: "+word)
			return status(2)
		}
		mask = int(n & 0o777)
	} else {
		allowed, wrong := symbolicMode(word, ^mask&0o777)
		switch {
		case wrong != "" && s.bash:
			s.complain(hc.Stderr, int(hc.Pos.Line()), "umask: `"+wrong+"': invalid symbolic mode operator")
			return status(1)
		case wrong != "":
			s.complain(hc.Stderr, int(hc.Pos.Line()), "umask: Illegal mode: "+word)
			return status(2)
		}
		mask = ^allowed & 0o777
	}
	s.mu.Lock()
	s.umasked = true
	s.mu.Unlock()
	return hc.Builtin(ctx, []string{"eval", varUmask + "=" + strconv.FormatInt(int64(mask), 8)})
}

func permissions(bits int) string {
	text := ""
	for i, letter := range "rwx" {
		if bits&(4>>i) != 0 {
			text += string(letter)
		}
	}
	return text
}

// symbolicMode reads u=rwx,g-w and the like: what it makes of the permissions, or where
// it is wrong.
func symbolicMode(text string, was int) (allowed int, wrong string) {
	allowed = was
	for clause := range strings.SplitSeq(text, ",") {
		who := 0
		at := 0
		for ; at < len(clause) && strings.IndexByte("ugoa", clause[at]) >= 0; at++ {
			who |= map[byte]int{'u': 0o700, 'g': 0o070, 'o': 0o007, 'a': 0o777}[clause[at]]
		}
		if who == 0 {
			who = 0o777
		}
		if at == len(clause) || strings.IndexByte("=+-", clause[at]) < 0 {
			return 0, (clause[at:] + " ")[:1]
		}
		op, bits := clause[at], 0
		for _, c := range clause[at+1:] {
			switch c {
			case 'r':
				bits |= 0o444
			case 'w':
				bits |= 0o222
			case 'x':
				bits |= 0o111
			case 'u':
				bits |= (was >> 6 & 7) * 0o111
			case 'g':
				bits |= (was >> 3 & 7) * 0o111
			case 'o':
				bits |= (was & 7) * 0o111
			default:
				return 0, string(c)
			}
		}
		switch bits &= who; op {
		case '=':
			allowed = allowed&^who | bits
		case '+':
			allowed |= bits
		default:
			allowed &^= bits
		}
	}
	return allowed, ""
}

// withUmask runs fn, which makes files, with the calling shell's umask.
func (s *shell) withUmask(hc interp.HandlerContext, fn func() error) error {
	mask, err := strconv.ParseUint(hc.Env.Get(varUmask).Str, 8, 12)
	if err != nil {
		s.umask.RLock()
		defer s.umask.RUnlock()
		return fn()
	}
	s.umask.Lock()
	defer s.umask.Unlock()
	old := unix.Umask(int(mask))
	defer unix.Umask(old)
	return fn()
}
