package report

import (
	"errors"
	"strings"

	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/rtnl"
	"github.com/nlbox/nlbox/internal/words"
)

// Failure is what is known about an error.
type Failure struct {
	// Text is the original's.
	Text string
	// Errno is 0 where none is known.
	Errno unix.Errno
	// Kernel is the text of the kernel's extended acknowledgement, Attr what in
	// the request it points at.
	Kernel string
	Attr   *rtnl.Attr
	// Word is the word of the command line that was wrong, or empty.
	Word string
}

// Examine finds out what an error says. Where it carries no errno, that of the
// text counts: of "SIOCADDRT: Network is unreachable".
func Examine(env *applet.Env, err error, text string) *Failure {
	f := &Failure{Text: text}
	var kernel *rtnl.Error
	if errors.As(err, &kernel) {
		f.Errno, f.Kernel, f.Attr = kernel.Errno, kernel.Msg, kernel.Attr
	}
	if errno := unix.Errno(0); f.Errno == 0 && errors.As(err, &errno) {
		f.Errno = errno
	}
	if f.Errno == 0 {
		f.Errno = errnoOf(text)
	}
	var word *words.Error
	if errors.As(err, &word) {
		f.Word = word.Word
	}
	if f.Word == "" {
		f.Word = quotedWord(env, text)
	}
	return f
}

// lastErrno is the greatest errno of Linux (asm-generic/errno.h, EHWPOISON).
const lastErrno = 133

// errnoOf finds the errno whose text ends one of the lines of a message.
func errnoOf(text string) unix.Errno {
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n.!")
		for e := unix.Errno(1); e <= lastErrno; e++ {
			if s := rtnl.Strerror(e); strings.HasSuffix(line, s) && !strings.HasPrefix(s, "Unknown error") {
				return e
			}
		}
	}
	if strings.HasPrefix(text, "Cannot find device") || strings.HasSuffix(text, "does not exist.") || strings.HasSuffix(text, "does not exist!") {
		return unix.ENODEV
	}
	return 0
}

// quotedWord finds the word of the command line that a message quotes.
func quotedWord(env *applet.Env, text string) string {
	for _, q := range []string{`""`, "''", "`'", "[]"} {
		_, rest, ok := strings.Cut(text, q[:1])
		if !ok {
			continue
		}
		word, _, ok := strings.Cut(rest, q[1:])
		if ok && isArgument(env, word) {
			return word
		}
	}
	return ""
}

// errnoName is an errno as its manual pages call it, where x/sys picks another of
// its names.
func errnoName(e unix.Errno) string {
	switch e {
	case unix.EOPNOTSUPP:
		return "EOPNOTSUPP"
	case unix.EAGAIN:
		return "EAGAIN"
	case unix.EDEADLK:
		return "EDEADLK"
	}
	return unix.ErrnoName(e)
}

func isArgument(env *applet.Env, word string) bool {
	for _, a := range env.Args {
		if a == word && a != "" {
			return true
		}
	}
	return false
}
