package main

import (
	"errors"
	"flag"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/box"
)

// helpFor prints the help on one verb, or the overview.
func helpFor(env *applet.Env, words []string) error {
	if len(words) == 0 {
		env.Stdout.WriteString(overview(env) + "\n")
		return nil
	}
	for _, c := range verbs(env) {
		if c.Name == words[0] {
			env.Stdout.WriteString("Usage: " + c.UsageText + "\n\n" + strings.TrimSpace(c.Description) + "\n")
			return nil
		}
	}
	if _, ok := box.Lookup(words[0]); ok {
		env.Stdout.WriteString(words[0] + " is an applet: it takes the words of the original command, its own help included\n")
		return nil
	}
	return unknownVerb(words[0])
}

// overview is the help on nlbox itself, without a last newline.
func overview(env *applet.Env) string {
	var b strings.Builder
	b.WriteString(`Usage: nlbox APPLET WORD…     run an applet
       nlbox VERB WORD…       run a verb
       nlbox help [VERB]      show this, or the help on a verb
       nlbox --list           list the applets, one per line
       nlbox --version

An applet is the command of that name. A symlink, hard link or copy of nlbox
called like one is that command; "nlbox install DIR" makes them.

Applets: ` + strings.Join(box.Names(), " ") + "\n\nVerbs:\n")
	list := verbs(env)
	for i, c := range list {
		b.WriteString("  " + c.Name + strings.Repeat(" ", 10-len(c.Name)) + c.Usage)
		if i < len(list)-1 {
			b.WriteByte('\n')
		}
	}
	return b.String()
}

// verbAction wraps what a verb does with its words: a call for help is answered
// and what the parser refused is a usage error. run returns the parser's errors
// as they are, and everything else as *applet.Exit.
func verbAction(env *applet.Env, name string, run func(words []string) error) cli.ActionFunc {
	return func(c *cli.Context) error {
		err := run(c.Args().Slice())
		var exit *applet.Exit
		switch {
		case err == nil || errors.As(err, &exit):
			return err
		case errors.Is(err, flag.ErrHelp):
			return helpFor(env, []string{name})
		}
		return usageError(name, err)
	}
}
