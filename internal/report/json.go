package report

import (
	"io"
	"strings"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/printer"
)

// jsonReporter writes one object on one line for each error and warning. See
// docs/schemas/error.json.
type jsonReporter struct{}

func (jsonReporter) Warn(env *applet.Env, text string) {
	if strings.TrimSpace(text) == "" {
		return
	}
	p := begin(env)
	p.String("severity", "", "warning")
	p.String("message", "", strings.TrimRight(text, "\n"))
	end(env, p)
}

func (jsonReporter) Fail(env *applet.Env, err error, code int, text string) {
	if text == "" {
		return // said before, as warnings; the status is the process's
	}
	f := Examine(env, err, text)
	p := begin(env)
	p.String("severity", "", "error")
	p.Uint("status", "", uint64(code))
	p.String("message", "", strings.TrimRight(text, "\n"))
	if f.Errno != 0 {
		p.OpenObject("errno")
		p.String("name", "", errnoName(f.Errno))
		p.Uint("number", "", uint64(f.Errno))
		p.CloseObject()
	}
	if f.Kernel != "" {
		p.String("kernel", "", f.Kernel)
	}
	if a := f.Attr; a != nil {
		p.OpenObject("attribute")
		p.Uint("offset", "", uint64(a.Offset))
		if name := attrName(a); name != "" {
			p.String("name", "", name)
		}
		p.OpenArray("path", "")
		for _, typ := range a.Path {
			p.Uint("", "", uint64(typ))
		}
		p.CloseArray("")
		p.CloseObject()
	}
	if f.Word != "" {
		p.String("word", "", f.Word)
	}
	if h := Hint(env, f); h != "" {
		p.String("hint", "", h)
	}
	end(env, p)
}

// begin opens the object with what every error has.
func begin(env *applet.Env) *printer.Printer {
	p := printer.New(env.Stderr, printer.Mode{JSON: true})
	p.OpenObject("")
	p.String("applet", "", env.Name)
	p.OpenArray("command", "")
	for _, w := range env.Args {
		p.String("", "", w)
	}
	p.CloseArray("")
	return p
}

func end(env *applet.Env, p *printer.Printer) {
	p.CloseObject()
	p.EndRecord()
	io.WriteString(env.Stderr, "\n")
}
