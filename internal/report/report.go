// Package report words errors otherwise than the original commands do, where the
// caller's environment asks for it:
//
//	NLBOX_ERRORS=json  one JSON object per error on stderr, instead of the text
//	NLBOX_HINT=1       one more line behind the text: cause and remedy, where
//	                   they are known
//
// Statuses are the same with and without, and without either variable the text is
// the original's.
//
// It may import the standard library, x/sys/unix, internal/applet, internal/printer,
// internal/rtnl and internal/words.
package report

import (
	"io"

	"github.com/nlbox/nlbox/internal/applet"
)

// The variables that choose a form.
const (
	errorsVariable = "NLBOX_ERRORS"
	hintVariable   = "NLBOX_HINT"
)

// New returns a reporter that words errors as the environment of their call asks
// for. It looks at that when there is an error: most calls have none.
func New() applet.Reporter { return chooser{} }

// chooser does what the environment says.
type chooser struct{}

func (chooser) Warn(env *applet.Env, text string) { choose(env).Warn(env, text) }

func (chooser) Fail(env *applet.Env, err error, code int, text string) {
	choose(env).Fail(env, err, code, text)
}

func choose(env *applet.Env) applet.Reporter {
	if env.Getenv(errorsVariable) == "json" {
		return jsonReporter{}
	}
	if hint := env.Getenv(hintVariable); hint != "" && hint != "0" {
		return hintReporter{}
	}
	return plainReporter{}
}

// plainReporter writes the original's text.
type plainReporter struct{}

func (plainReporter) Warn(env *applet.Env, text string) { io.WriteString(env.Stderr, text) }

func (plainReporter) Fail(env *applet.Env, _ error, _ int, text string) {
	if text != "" {
		io.WriteString(env.Stderr, text+"\n")
	}
}

// hintReporter writes the original's text, and a hint behind the last of it.
type hintReporter struct{ plainReporter }

func (hintReporter) Fail(env *applet.Env, err error, _ int, text string) {
	if text == "" {
		return
	}
	io.WriteString(env.Stderr, text+"\n")
	if h := Hint(env, Examine(env, err, text)); h != "" {
		io.WriteString(env.Stderr, "nlbox: hint: "+h+"\n")
	}
}
