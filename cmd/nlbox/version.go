package main

import (
	"runtime"
	"strconv"

	"github.com/urfave/cli/v2"

	"github.com/nlbox/nlbox/internal/applet"
)

// version is set by the linker for a release (-X main.version=1.2.3). Nothing
// else of the build's surroundings is in the binary, so that anyone can
// reproduce it from the sources of that version.
var version = "devel"

func versionVerb(env *applet.Env) *cli.Command {
	return &cli.Command{
		Name:      "version",
		Usage:     "show the version of nlbox and of Go",
		UsageText: "nlbox version [--json]",
		Description: `
Shows the version of nlbox, the version of Go that it was built with, and the
platform that it was built for.

  --json   as one JSON object: version, go, os, arch`,
		Action: verbAction(env, "version", func(words []string) error {
			var asJSON bool
			flags := []cli.Flag{&cli.BoolFlag{Name: "json", Destination: &asJSON}}
			if err := parseWords(words, flags, tooMany); err != nil {
				return err
			}
			return printVersion(env, asJSON)
		}),
	}
}

func printVersion(env *applet.Env, asJSON bool) error {
	if asJSON {
		env.Stdout.WriteString(`{"version":` + strconv.Quote(version) + `,"go":` + strconv.Quote(runtime.Version()) +
			`,"os":` + strconv.Quote(runtime.GOOS) + `,"arch":` + strconv.Quote(runtime.GOARCH) + "}\n")
		return nil
	}
	env.Stdout.WriteString("nlbox " + version + " " + runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH + "\n")
	return nil
}
