package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/urfave/cli/v2"
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/snapshot"
)

// troubleStatus is how diff ends when it could not compare, as diff(1) does.
const troubleStatus = 2

func snapshotVerb(env *applet.Env) *cli.Command {
	return &cli.Command{
		Name:      "snapshot",
		Usage:     "write the state of the network to a file",
		UsageText: "nlbox snapshot [-o FILE] [--this-netns]",
		Description: `
Writes what is configured here as JSON: links with their kinds and options,
addresses, nexthops, the routes of all tables, rules, permanent neighbours and
forwarding entries. The named network namespaces are included where they may be
entered (as root).

  -o FILE        write to FILE instead of the standard output
  --this-netns   leave the named namespaces out`,
		Action: verbAction(env, "snapshot", func(words []string) error {
			var file string
			var here bool
			if err := parseWords(words, []cli.Flag{
				&cli.StringFlag{Name: "output", Aliases: []string{"o"}, Destination: &file},
				&cli.BoolFlag{Name: "this-netns", Destination: &here},
			}, tooMany); err != nil {
				return err
			}
			s, err := takeSnapshot(env, here)
			if err != nil {
				return applet.Fail(1, "nlbox snapshot: "+err.Error())
			}
			var text bytes.Buffer
			if err := s.Write(&text); err != nil {
				return applet.Fail(1, "nlbox snapshot: "+err.Error())
			}
			if file == "" || file == "-" {
				env.Stdout.Write(text.Bytes())
				return nil
			}
			if err := os.WriteFile(env.Path(file), text.Bytes(), 0o666); err != nil {
				return applet.Fail(1, "nlbox snapshot: "+err.Error())
			}
			return nil
		}),
	}
}

func diffVerb(env *applet.Env) *cli.Command {
	return &cli.Command{
		Name:      "diff",
		Usage:     "compare two snapshots, or one with the present",
		UsageText: "nlbox diff [-j] [--color WHEN] A [B]",
		Description: `
Shows what snapshot B has otherwise than snapshot A; without B, what is now.
Everything is compared by its name, never by its number. The status is 0 when
nothing differs, 1 when something does, and 2 when they cannot be compared.

  -j, --json       a list of changes as JSON
  --color WHEN     always, never, or auto: on a terminal (the default)`,
		Action: verbAction(env, "diff", func(words []string) error {
			colour := "auto"
			var asJSON bool
			var files []string
			err := parseWords(words, []cli.Flag{
				&cli.BoolFlag{Name: "json", Aliases: []string{"j"}, Destination: &asJSON},
				&cli.StringFlag{Name: "color", Aliases: []string{"colour"}, Destination: &colour, Value: colour},
			}, func(word string) error {
				if len(files) == 2 {
					return tooMany(word)
				}
				files = append(files, word)
				return nil
			})
			switch {
			case err != nil:
				return err
			case len(files) == 0:
				return errors.New("which snapshot? Name its file")
			case colour != "auto" && colour != "always" && colour != "never":
				return errors.New("--color is always, never or auto")
			}
			changes, err := compareSnapshots(env, files)
			if err != nil {
				return applet.Fail(troubleStatus, "nlbox diff: "+err.Error())
			}
			if asJSON {
				e := json.NewEncoder(env.Stdout)
				e.SetEscapeHTML(false)
				e.SetIndent("", "  ")
				e.Encode(append([]snapshot.Change{}, changes...))
			} else {
				names := append(files, "now")
				env.Stdout.WriteString(snapshot.DiffText(changes, names[0], names[1], wantColour(env, colour)))
			}
			if len(changes) > 0 {
				return applet.Silent(1)
			}
			return nil
		}),
	}
}

// wantColour: see no-color.org for the variable.
func wantColour(env *applet.Env, when string) bool {
	if when != "auto" {
		return when == "always"
	}
	return env.Terminal() && env.Getenv("NO_COLOR") == ""
}

// compareSnapshots compares the file A with B, or with the present.
func compareSnapshots(env *applet.Env, files []string) ([]snapshot.Change, error) {
	a, err := readSnapshot(env, files[0])
	if err != nil {
		return nil, err
	}
	var b *snapshot.Snapshot
	if len(files) > 1 {
		b, err = readSnapshot(env, files[1])
	} else {
		// As much as A holds.
		b, err = takeSnapshot(env, a.ThisNetns)
	}
	if err != nil {
		return nil, err
	}
	return snapshot.Diff(a, b), nil
}

func exportVerb(env *applet.Env) *cli.Command {
	return &cli.Command{
		Name:      "export",
		Usage:     "write the state of the network as a script that rebuilds it",
		UsageText: "nlbox export [--ip|--batch|--brctl] [SNAPSHOT]",
		Description: `
Writes the commands that rebuild what is configured here, or what a file of
"nlbox snapshot" holds. Run in a fresh network namespace they lead to a state
from which "nlbox diff" finds no difference. What cannot be rebuilt is named on
the standard error, and the status is 1.

  --ip      a script of ip and bridge commands (the default)
  --batch   lines for "ip -batch"
  --brctl   bridges by brctl, the rest by ip`,
		Action: verbAction(env, "export", func(words []string) error {
			var file string
			styles := [3]bool{}
			if err := parseWords(words, []cli.Flag{
				&cli.BoolFlag{Name: "ip", Destination: &styles[snapshot.Shell]},
				&cli.BoolFlag{Name: "batch", Destination: &styles[snapshot.Batch]},
				&cli.BoolFlag{Name: "brctl", Destination: &styles[snapshot.Brctl]},
			}, func(word string) error {
				if file != "" {
					return tooMany(word)
				}
				file = word
				return nil
			}); err != nil {
				return err
			}
			style, err := oneOf(styles[:], "--ip, --batch and --brctl")
			if err != nil {
				return err
			}
			return export(env, file, snapshot.Style(style))
		}),
	}
}

func export(env *applet.Env, file string, style snapshot.Style) error {
	var s *snapshot.Snapshot
	var err error
	if file != "" {
		s, err = readSnapshot(env, file)
	} else {
		s, err = takeSnapshot(env, false)
	}
	if err != nil {
		return applet.Fail(1, "nlbox export: "+err.Error())
	}
	commands, warnings := snapshot.Export(s, style)
	if style != snapshot.Batch {
		env.Stdout.WriteString("#!/bin/sh\nset -e\n")
	}
	for i := range commands {
		line, why := commands[i].Line(style)
		if why != "" {
			warnings = append(warnings, why)
		}
		env.Stdout.WriteString(line + "\n")
	}
	if len(warnings) > 0 {
		return applet.Fail(1, "nlbox export: "+strings.Join(warnings, "\nnlbox export: "))
	}
	return nil
}

// takeSnapshot takes one of this namespace and, where that is allowed and wanted,
// of the named ones.
func takeSnapshot(env *applet.Env, here bool) (*snapshot.Snapshot, error) {
	s, err := snapshot.Take(env, !here)
	if !here && errors.Is(err, unix.EPERM) {
		return snapshot.Take(env, false)
	}
	return s, err
}

func readSnapshot(env *applet.Env, file string) (*snapshot.Snapshot, error) {
	in, name := env.Stdin, "the standard input"
	if file != "-" {
		f, err := os.Open(env.Path(file))
		if err != nil {
			return nil, err
		}
		defer f.Close()
		in, name = io.Reader(f), file
	}
	s, err := snapshot.Read(in)
	if err != nil {
		return nil, errors.New(name + ": " + err.Error())
	}
	return s, nil
}
