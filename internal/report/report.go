// Package report words errors otherwise than the original commands do, where the
// caller's environment asks for it:
//
//	NLBOX_ERRORS=json  one JSON object per error on stderr, instead of the text
//	NLBOX_HINT=1       one more line behind the text: cause and remedy, where
//	                   they are known
//
// Statuses are the same with and without. Without either variable there is no
// reporter, and nothing of this package runs.
//
// It may import the standard library, x/sys/unix, internal/applet, internal/printer,
// internal/rtnl and internal/words.
package report

import (
	"io"
	"strings"

	"github.com/nlbox/nlbox/internal/applet"
)

// The variables that choose a form.
const (
	errorsVariable = "NLBOX_ERRORS"
	hintVariable   = "NLBOX_HINT"
)

// For returns the reporter that an environment asks for, nil for none.
func For(env *applet.Env) applet.Reporter {
	for _, v := range env.Vars {
		if strings.HasPrefix(v, "NLBOX_") {
			return choose(env)
		}
	}
	return nil
}

func choose(env *applet.Env) applet.Reporter {
	hint := env.Getenv(hintVariable)
	switch {
	case env.Getenv(errorsVariable) == "json":
		return jsonReporter{}
	case hint != "" && hint != "0":
		return hintReporter{}
	}
	return nil
}

// hintReporter writes the original's text, and a hint behind the last of it.
type hintReporter struct{}

func (hintReporter) Warn(env *applet.Env, text string) { io.WriteString(env.Stderr, text) }

func (hintReporter) Fail(env *applet.Env, err error, _ int, text string) {
	if text == "" {
		return
	}
	io.WriteString(env.Stderr, text+"\n")
	if h := Hint(env, Examine(env, err, text)); h != "" {
		io.WriteString(env.Stderr, "nlbox: hint: "+h+"\n")
	}
}
