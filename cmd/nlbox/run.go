package main

import (
	"errors"
	"runtime"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/namespace"
	"github.com/nlbox/nlbox/internal/script"
)

func runVerb(env *applet.Env) *cli.Command {
	return &cli.Command{
		Name:      "run",
		Usage:     "run a shell script, its applets in this process",
		UsageText: "nlbox run [-x] [-e] [--stats] SCRIPT|- [WORD…]",
		Description: `
Runs a script of sh or bash ("-" is the standard input) as these would, with the
WORDs as $1 and what follows; but the applets in it, called by their bare names,
are called as functions of this process: no fork, no exec. So is the applet behind
"ip netns exec NAME". Everything else is executed as usual.

A script that starts with #! and bash, or whose name ends in .bash, is one of
bash; any other is one of sh. What a shell knows and this one does not (job
control, ulimit, …) is refused with its line before anything has run. A background
command that is a process may outlive the script; the run waits for the others. The
command at which set -e ends a script is named.

  -x        show the commands, as set -x
  -e        end with the first command that fails, as set -e
  --stats   say at the end how many applets were called, how many processes
            started, and how long it took`,
		Action: verbAction(env, "run", func(words []string) error {
			plan, err := runPlan(words)
			if err != nil {
				return err
			}
			// Its parts take turns: with another processor to run on, a thread would
			// wake up for each of them to look for work.
			runtime.GOMAXPROCS(1)
			return namespace.Stay(func() error { return script.Run(env, plan) })
		}),
	}
}

// runPlan parses the words: options, and from the SCRIPT on the script's own.
func runPlan(words []string) (*script.Plan, error) {
	first := 0
	for first < len(words) && len(words[first]) > 1 && strings.HasPrefix(words[first], "-") {
		first++
		if words[first-1] == "--" {
			break
		}
	}
	plan := &script.Plan{}
	err := parseWords(words[:first], []cli.Flag{
		&cli.BoolFlag{Name: "x", Destination: &plan.Trace},
		&cli.BoolFlag{Name: "e", Destination: &plan.ErrExit},
		&cli.BoolFlag{Name: "stats", Destination: &plan.Stats},
	}, tooMany)
	switch {
	case err != nil:
		return nil, err
	case first == len(words):
		return nil, errors.New("no SCRIPT given")
	case words[first] == "":
		return nil, errors.New("the SCRIPT is empty")
	}
	plan.File, plan.Args = words[first], words[first+1:]
	return plan, nil
}
