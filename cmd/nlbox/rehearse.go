package main

import (
	"errors"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/box"
	"github.com/nlbox/nlbox/internal/rehearse"
)

func rehearseVerb(env *applet.Env) *cli.Command {
	return &cli.Command{
		Name:      "rehearse",
		Usage:     "run scripts on hosts that exist only for that",
		UsageText: "nlbox rehearse [-q] [-x] [FILE | --on HOST=FILE]… [--shell [HOST]]",
		Description: `
Builds three hosts on one LAN out of namespaces, runs scripts on them, and lets
everything vanish. It needs neither root nor virtual machines, and changes
nothing of this machine's network.

  master    eth0 10.211.55.122/24, default route via the gateway
  slave     eth0 10.211.55.123/24, default route via the gateway
  gateway   eth0 10.211.55.1/24; it forwards nothing

Each host has network, hostname, /run, /sys and /etc of its own; the applets
come first in its PATH, the other files and programs are this machine's. What is
written outside of these directories and $TMPDIR stays.

The FILEs are run by /bin/sh on the master, in their order ("-" is the standard
input); the status is that of the first that fails. Without a FILE the commands
of the article are run and explained.

  --on HOST=FILE   run FILE on HOST, in its place among the FILEs
  --shell [HOST]   then open a prompt on HOST, or on the master; a word that is
                   no host's name is a FILE
  -x               let the shell show the commands of the FILEs
  -q, --quiet      show only the end of the article's story`,
		Action: verbAction(env, "rehearse", func(words []string) error {
			plan, err := rehearsePlan(words)
			if err != nil {
				return err
			}
			return rehearse.Run(env, plan, words)
		}),
	}
}

// rehearseInside is the call that rehearse.Run makes.
func rehearseInside(env *applet.Env, words []string) error {
	plan, err := rehearsePlan(words)
	if err != nil {
		return usageError("rehearse", err)
	}
	return rehearse.Inside(env, plan, box.Names())
}

// rehearsePlan parses the words.
func rehearsePlan(words []string) (*rehearse.Plan, error) {
	p := &rehearse.Plan{Lab: rehearse.ArticleLab()}
	shell := false
	step := func(host, file string) error {
		if file == "" {
			return errors.New("the FILE is empty")
		}
		p.Steps = append(p.Steps, rehearse.Step{Host: host, File: file})
		return nil
	}
	err := parseWords(words, []cli.Flag{
		&cli.GenericFlag{Name: "shell", Value: shellOn(func(host string) error {
			shell = true
			if host == "true" { // what package flag gives when there is no value
				return nil
			}
			p.Shell = host
			return knownHost(p.Lab, host)
		})},
		&cli.BoolFlag{Name: "x", Destination: &p.Trace},
		&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Destination: &p.Quiet},
		&cli.GenericFlag{Name: "on", Value: onHost(func(text string) error {
			host, file, ok := strings.Cut(text, "=")
			if !ok {
				return errors.New("it is HOST=FILE")
			}
			if err := knownHost(p.Lab, host); err != nil {
				return err
			}
			return step(host, file)
		})},
	}, func(word string) error {
		if _, ok := p.Lab.Host(word); ok && shell && p.Shell == "" {
			p.Shell = word
			return nil
		}
		return step(rehearse.DefaultHost, word)
	})
	if shell && p.Shell == "" {
		p.Shell = rehearse.DefaultHost
	}
	return p, err
}

func knownHost(lab *rehearse.Lab, host string) error {
	if _, ok := lab.Host(host); !ok {
		return errors.New("there is no host " + strconv.Quote(host) + "; there are " + lab.HostNames())
	}
	return nil
}

// onHost is an option that is done where it is found.
type onHost func(text string) error

// Set implements cli.Generic.
func (f onHost) Set(text string) error { return f(text) }

// String implements cli.Generic.
func (onHost) String() string { return "" }

// shellOn is such an option that needs no value: --shell, --shell=HOST.
type shellOn func(host string) error

// Set implements cli.Generic.
func (f shellOn) Set(host string) error { return f(host) }

// String implements cli.Generic.
func (shellOn) String() string { return "" }

// IsBoolFlag tells package flag that the value may be missing.
func (shellOn) IsBoolFlag() bool { return true }
