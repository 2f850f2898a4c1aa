package main

import (
	"errors"
	"flag"
	"io"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/box"
	"github.com/nlbox/nlbox/internal/rehearse"
)

// usageStatus is the exit status for words that we do not understand; a verb
// that cannot do its work ends with 1.
const usageStatus = 2

// boxMain is the binary under its own name: an applet's name as the first word,
// or one of the verbs. The applets come first and never meet the verbs' parser.
func boxMain(env *applet.Env) error {
	if len(env.Args) > 0 {
		if main, ok := box.Lookup(env.Args[0]); ok {
			env.Name, env.Argv0, env.Args = env.Args[0], "", env.Args[1:]
			return main(env)
		}
		switch env.Args[0] {
		case rehearse.InsideWord:
			return rehearseInside(env, env.Args[1:])
		case rehearse.PlanInsideWord:
			return planInside(env, env.Args[1:])
		}
	}
	return boxApp(env).Run(append([]string{"nlbox"}, env.Args...))
}

// verbs is the table of the verbs, in the order of the help.
func verbs(env *applet.Env) []*cli.Command {
	return []*cli.Command{
		rehearseVerb(env),
		runVerb(env),
		planVerb(env),
		snapshotVerb(env),
		diffVerb(env),
		exportVerb(env),
		mapVerb(env),
		installVerb(env),
		versionVerb(env),
	}
}

// boxApp builds the parser of the verbs. It prints nothing by itself and never
// ends the process: help, errors and statuses are ours.
func boxApp(env *applet.Env) *cli.App {
	help := &cli.Command{Name: "help", HideHelp: true, SkipFlagParsing: true, Action: func(c *cli.Context) error {
		return helpFor(env, c.Args().Slice())
	}}
	commands := append(verbs(env), help)
	for _, c := range commands {
		// Each verb parses its own words, since options may stand behind others.
		c.HideHelp, c.SkipFlagParsing = true, true
	}
	var list, version bool
	return &cli.App{
		Name:            "nlbox",
		Writer:          io.Discard,
		ErrWriter:       io.Discard,
		HideHelp:        true,
		HideHelpCommand: true,
		HideVersion:     true,
		ExitErrHandler:  func(*cli.Context, error) {},
		OnUsageError: func(_ *cli.Context, err error, _ bool) error {
			if errors.Is(err, flag.ErrHelp) {
				return helpFor(env, nil)
			}
			return usageError("", err)
		},
		Commands: commands,
		Flags: []cli.Flag{
			&cli.BoolFlag{Name: "list", Destination: &list},
			&cli.BoolFlag{Name: "version", Aliases: []string{"V"}, Destination: &version},
		},
		Action: func(c *cli.Context) error {
			switch {
			case c.Args().Present() && (list || version):
				return usageError("", tooMany(c.Args().First()))
			case c.Args().Present():
				return unknownVerb(c.Args().First())
			case list:
				env.Stdout.WriteString(strings.Join(append(box.Names(), ""), "\n"))
				return nil
			case version:
				return printVersion(env, false)
			}
			return applet.Fail(usageStatus, overview(env))
		},
	}
}

func unknownVerb(word string) error {
	return applet.Fail(1, "nlbox: "+strconv.Quote(word)+
		` is neither an applet nor a verb; "nlbox --list" shows the applets, "nlbox help" the verbs`)
}

// usageError words what the parser did not like. verb is empty for nlbox itself.
func usageError(verb string, err error) error {
	var exit *applet.Exit
	if errors.As(err, &exit) {
		return err // it is no matter of words
	}
	text := reword(err.Error())
	name, help := "nlbox", "nlbox help"
	if verb != "" {
		name, help = name+" "+verb, help+" "+verb
	}
	return applet.Fail(usageStatus, name+": "+text+`; see "`+help+`"`)
}

// reword turns the messages of package flag into ours.
func reword(text string) string {
	if name, ok := strings.CutPrefix(text, "flag provided but not defined: -"); ok {
		return "unknown option " + dashes(name)
	}
	if name, ok := strings.CutPrefix(text, "flag needs an argument: -"); ok {
		return "option " + dashes(name) + " needs a value"
	}
	for _, kind := range []string{"invalid boolean value ", "invalid value "} {
		rest, ok := strings.CutPrefix(text, kind)
		if !ok {
			continue
		}
		value, rest, _ := strings.Cut(rest, " for ")
		name, why, _ := strings.Cut(strings.TrimPrefix(rest, "flag "), ": ")
		option := "option " + dashes(strings.TrimPrefix(name, "-"))
		if why == "parse error" {
			return option + " takes no value"
		}
		return option + " " + value + ": " + why
	}
	return text
}

// dashes is an option as it is usually written.
func dashes(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}
