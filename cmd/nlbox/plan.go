package main

import (
	"errors"
	"flag"

	"github.com/urfave/cli/v2"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/box"
	"github.com/nlbox/nlbox/internal/rehearse"
)

func planVerb(env *applet.Env) *cli.Command {
	return &cli.Command{
		Name:      "plan",
		Usage:     "tell what scripts would change here, and whom that would cut off",
		UsageText: "nlbox plan [-j] [-x] [--color WHEN] SCRIPT…",
		Description: `
Copies this machine's network into namespaces, as "nlbox rehearse --clone" does,
runs the SCRIPTs there ("-" is the standard input), and shows what they change.
The network itself is only read. Needs neither root nor virtual machines.

A line on the standard error warns of each host that would become unreachable,
and says what helps: the default gateways, all neighbours, and the client of the
SSH session that this is called in. That is told by the routes afterwards: a host
is lost when there is no route to it any more, or when the route goes out by a
port of a bridge, since answers to ARP arrive on the bridge then.

What the SCRIPTs print is shown if one fails, the last 64 KB of it. What this
kernel or this user cannot copy is named in a warning. Links that stand for
hardware can be renamed, made ports, or taken down like it, but are pairs of
virtual Ethernet interfaces.

  -j, --json       one object: the status of the scripts, the changes, and the
                   hosts that would become unreachable
  --color WHEN     always, never, or auto: on a terminal (the default)
  -x               let the shell show the commands of the SCRIPTs

The status is 0 when nothing would change, 2 when something would, and 1 when a
SCRIPT failed or there is no plan.`,
		Action: verbAction(env, "plan", func(words []string) error {
			plan, err := planWords(env, words, takeOriginal("plan"))
			if err != nil {
				return planError(err)
			}
			return rehearse.Run(env, plan, words)
		}),
	}
}

// planInside is the call that rehearse.Run makes.
func planInside(env *applet.Env, words []string) error {
	plan, err := planWords(env, words, inheritOriginal("plan"))
	if err != nil {
		return planError(err)
	}
	return rehearse.Inside(env, plan, box.Names())
}

// planError is a usage error with the status that says there is no plan: the
// usual one says that something would change.
func planError(err error) error {
	if errors.Is(err, flag.ErrHelp) {
		return err
	}
	err = usageError("plan", err)
	var exit *applet.Exit
	if errors.As(err, &exit) {
		exit.Code = 1
	}
	return err
}

// planWords parses the words.
func planWords(env *applet.Env, words []string, original originalOf) (*rehearse.Plan, error) {
	p := &rehearse.Plan{Verb: "plan", Forecast: &rehearse.Forecast{}, Quiet: true}
	colour := "auto"
	err := parseWords(words, []cli.Flag{
		&cli.BoolFlag{Name: "json", Aliases: []string{"j"}, Destination: &p.Forecast.JSON},
		&cli.StringFlag{Name: "color", Aliases: []string{"colour"}, Destination: &colour, Value: colour},
		&cli.BoolFlag{Name: "x", Destination: &p.Trace},
	}, func(word string) error {
		if word == "" {
			return errors.New("the SCRIPT is empty")
		}
		p.Steps = append(p.Steps, rehearse.Step{File: word})
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case len(p.Steps) == 0:
		return nil, errors.New("which SCRIPT?")
	case colour != "auto" && colour != "always" && colour != "never":
		return nil, errors.New("--color is always, never or auto")
	}
	p.Forecast.Colour = wantColour(env, colour)
	if err := setClone(env, p, original); err != nil {
		return nil, err
	}
	for i := range p.Steps {
		p.Steps[i].Host = p.Lab.Hosts[0].Name
	}
	return p, nil
}
