package main

import (
	"context"
	"errors"
	"os"
	"os/signal"

	"github.com/urfave/cli/v2"
	"golang.org/x/sys/unix"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/box"
	"github.com/nlbox/nlbox/internal/install"
)

func installVerb(env *applet.Env) *cli.Command {
	return &cli.Command{
		Name:      "install",
		Usage:     "make links for all applets in a directory",
		UsageText: "nlbox install [--symlink|--hardlink|--copy] [--force] DIR",
		Description: `
Makes a link to this binary for every applet in DIR, which is made when it is
missing. All links are made or none; a second run finds them there and changes
nothing.

  --symlink    symbolic links (the default)
  --hardlink   hard links: DIR must be on the binary's file system
  --copy       copies
  --force      also replace files of these names in DIR that are not ours, and
               install into a directory of PATH although commands of these
               names stand elsewhere in PATH`,
		Action: verbAction(env, "install", func(words []string) error {
			job, err := installJob(env, words)
			if err != nil {
				return err
			}
			ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, unix.SIGTERM, unix.SIGHUP)
			defer stop()
			result, err := job.Run(ctx)
			if err != nil {
				return err
			}
			reportInstall(env, job, result)
			return nil
		}),
	}
}

// installJob parses the words.
func installJob(env *applet.Env, words []string) (*install.Job, error) {
	job := &install.Job{Names: box.Names(), Path: env.Getenv("PATH")}
	var symlink, hardlink, copied, given bool
	err := parseWords(words, []cli.Flag{
		&cli.BoolFlag{Name: "symlink", Destination: &symlink},
		&cli.BoolFlag{Name: "hardlink", Destination: &hardlink},
		&cli.BoolFlag{Name: "copy", Destination: &copied},
		&cli.BoolFlag{Name: "force", Aliases: []string{"f"}, Destination: &job.Force},
	}, func(word string) error {
		if given {
			return tooMany(word)
		}
		if word == "" {
			return errors.New("DIR is empty")
		}
		job.Dir, given = env.Path(word), true
		return nil
	})
	kinds := 0
	for kind, chosen := range []bool{install.Symlink: symlink, install.Hardlink: hardlink, install.Copy: copied} {
		if chosen {
			job.Kind = install.Kind(kind)
			kinds++
		}
	}
	switch {
	case err != nil:
		return nil, err
	case kinds > 1:
		return nil, errors.New("only one of --symlink, --hardlink and --copy")
	case !given:
		return nil, errors.New("no DIR given")
	}
	if job.Source, err = os.Executable(); err != nil {
		return nil, applet.Fail(1, "nlbox install: cannot find the binary itself: "+err.Error())
	}
	return job, nil
}

// reportInstall says what was done, and what keeps the links from being used.
func reportInstall(env *applet.Env, job *install.Job, result *install.Result) {
	for _, e := range result.Entries {
		switch e.State {
		case install.Made:
			env.Stdout.WriteString("made " + e.Path + ", a " + job.Kind.String() + " of " + job.Source + "\n")
		case install.Replaced:
			env.Stdout.WriteString("replaced " + e.Path + " by a " + job.Kind.String() + " of " + job.Source + "\n")
		case install.Already:
			env.Stdout.WriteString("already there: " + e.Path + "\n")
		}
	}
	for _, e := range result.Entries {
		if e.Shadowed != "" {
			env.Stdout.WriteString("note: " + e.Shadowed + " is run instead of " + e.Path + ", as it stands earlier in PATH\n")
		}
	}
	if !result.InPath {
		env.Stdout.WriteString("note: " + result.Dir + " is not in PATH; to use it: export PATH=" + result.Dir + ":$PATH\n")
	}
}
