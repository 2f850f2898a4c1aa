package main

import (
	"github.com/urfave/cli/v2"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/snapshot"
	"github.com/nlbox/nlbox/internal/topology"
)

func mapVerb(env *applet.Env) *cli.Command {
	return &cli.Command{
		Name:      "map",
		Usage:     "draw who is plugged into whom",
		UsageText: "nlbox map [--ascii|--mermaid|--dot|--svg] [--all-netns] [SNAPSHOT]",
		Description: `
Draws this network namespace, or what a file of "nlbox snapshot" holds:
namespaces as boxes, bridges with their ports and the ports' states, veth pairs
as wires, addresses, default routes. Equal networks give equal drawings.

  --ascii        letters, for 80 columns (the default)
  --mermaid      a Mermaid flowchart, for Markdown
  --dot          Graphviz
  --svg          a picture for a browser
  --all-netns    with all named namespaces`,
		Action: verbAction(env, "map", func(words []string) error {
			var all bool
			var forms [4]bool
			var file string
			if err := parseWords(words, []cli.Flag{
				&cli.BoolFlag{Name: "ascii", Destination: &forms[0]},
				&cli.BoolFlag{Name: "mermaid", Destination: &forms[1]},
				&cli.BoolFlag{Name: "dot", Destination: &forms[2]},
				&cli.BoolFlag{Name: "svg", Destination: &forms[3]},
				&cli.BoolFlag{Name: "all-netns", Destination: &all},
			}, func(word string) error {
				if file != "" {
					return tooMany(word)
				}
				file = word
				return nil
			}); err != nil {
				return err
			}
			form, err := oneOf(forms[:], "--ascii, --mermaid, --dot and --svg")
			if err != nil {
				return err
			}
			return drawMap(env, file, all, form)
		}),
	}
}

// drawMap draws in one of the four forms, in the order of the options.
func drawMap(env *applet.Env, file string, all bool, form int) error {
	var s *snapshot.Snapshot
	var err error
	if file != "" {
		s, err = readSnapshot(env, file)
	} else {
		s, err = snapshot.Take(env, all)
	}
	if err != nil {
		return applet.Fail(1, "nlbox map: "+err.Error())
	}
	m := topology.Build([]topology.Site{{Snapshot: s}}, nil)
	draw := [...]func() string{m.ASCII, m.Mermaid, m.DOT, m.SVG}
	env.Stdout.WriteString(draw[form]())
	return nil
}
