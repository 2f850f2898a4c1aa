package main

import (
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/urfave/cli/v2"

	"github.com/nlbox/nlbox/internal/applet"
	"github.com/nlbox/nlbox/internal/box"
	"github.com/nlbox/nlbox/internal/rehearse"
)

func rehearseVerb(env *applet.Env) *cli.Command {
	return &cli.Command{
		Name:  "rehearse",
		Usage: "run scripts on hosts that exist only for that",
		UsageText: "nlbox rehearse [--lab FILE | --clone] [-q] [-x] [--nm] [--map] [--pcap DIR] [--keep]\n" +
			"               [FILE | --on HOST=FILE | --on HOST COMMAND]… [--shell [HOST]]\n" +
			"nlbox rehearse --print-lab article",
		Description: `
Builds hosts and the LANs between them out of namespaces, runs scripts on them,
and lets everything vanish. It needs neither root nor virtual machines, and
changes nothing of this machine's network. Without --lab there are three hosts on
one LAN:

  master    eth0 10.211.55.122/24, default route via the gateway
  slave     eth0 10.211.55.123/24, default route via the gateway
  gateway   eth0 10.211.55.1/24; it forwards nothing

Each host has network, hostname, /run, /sys and /etc of its own; the applets
come first in its PATH, the other files and programs are this machine's. What is
written outside of these directories and $TMPDIR stays.

The FILEs are run by /bin/sh on the first host, in their order ("-" is the
standard input); the status is that of the first that fails. Without a FILE and a
lab the commands of the article are run and explained.

  --lab FILE       the hosts, LANs and scripts of a lab file
  --clone          one host is a copy of this machine's network, called like the
                   machine; its gateways and neighbours are hosts beside it
  --print-lab article
                   write the lab of the article as such a file, and nothing else
  --on HOST=FILE   run FILE on HOST, in its place among the FILEs
  --on HOST CMD    run a command on HOST, likewise
  --shell [HOST]   then open a prompt on HOST, or on the first; a word that is
                   no host's name is a FILE
  --nm             give eth0's routes the metric 100, as NetworkManager does
  --map            at last, draw all hosts: see "nlbox help map"
  --pcap DIR       write what passes on each cable to DIR/LAN-HOST-INTERFACE.pcap
  --keep           leave the hosts there until this is interrupted, and say how to
                   enter them
  -x               let the shell show the commands of the FILEs
  -q, --quiet      show only the end of the article's story`,
		Action: verbAction(env, "rehearse", func(words []string) error {
			if len(words) == 2 && words[0] == "--print-lab" {
				return printLab(env, words[1])
			}
			plan, err := rehearsePlan(env, words, takeOriginal("rehearse"))
			if err != nil {
				return err
			}
			return rehearse.Run(env, plan, words)
		}),
	}
}

// rehearseInside is the call that rehearse.Run makes.
func rehearseInside(env *applet.Env, words []string) error {
	plan, err := rehearsePlan(env, words, inheritOriginal("rehearse"))
	if err != nil {
		return usageError("rehearse", err)
	}
	return rehearse.Inside(env, plan, box.Names())
}

// originalOf finds what a clone is made after.
type originalOf func(*applet.Env) (*rehearse.Original, error)

// takeOriginal asks the kernel, as the process outside does.
func takeOriginal(verb string) originalOf {
	return func(env *applet.Env) (*rehearse.Original, error) {
		o, err := rehearse.TakeOriginal(env)
		if err != nil {
			return nil, applet.Fail(1, "nlbox "+verb+": cannot read the state of this network: "+err.Error())
		}
		return o, nil
	}
}

// inheritOriginal takes what the process outside has handed over.
func inheritOriginal(verb string) originalOf {
	return func(*applet.Env) (*rehearse.Original, error) {
		o, err := rehearse.InheritedOriginal(verb == "plan")
		if err != nil {
			return nil, applet.Fail(1, "nlbox "+verb+": "+err.Error())
		}
		return o, nil
	}
}

// rehearsePlan parses the words.
func rehearsePlan(env *applet.Env, words []string, original originalOf) (*rehearse.Plan, error) {
	q := rehearseWords{env: env, plan: &rehearse.Plan{}, original: original}
	if err := parseWords(words, q.flags(), q.other); err != nil {
		return q.plan, err
	}
	return q.plan, q.finish()
}

// rehearseWords are the words of a call while they are read. Hosts are looked for
// when all are: the lab may be named behind them.
type rehearseWords struct {
	env   *applet.Env
	plan  *rehearse.Plan
	lab   string // the file of --lab
	nm    bool
	shell bool
	clone bool
	// original is asked by --clone.
	original originalOf
	// onHost is the host of an --on whose command is the next word.
	onHost string
	// maybeHost is the place of a FILE behind --shell, which may be a host's
	// name; 0 for none, else counted from 1.
	maybeHost int
}

func (q *rehearseWords) flags() []cli.Flag {
	p := q.plan
	return []cli.Flag{
		&cli.GenericFlag{Name: "shell", Value: shellOn(func(host string) error {
			q.shell = true
			if host != "true" { // what package flag gives when there is no value
				p.Shell = host
			}
			return nil
		})},
		&cli.BoolFlag{Name: "x", Destination: &p.Trace},
		&cli.BoolFlag{Name: "quiet", Aliases: []string{"q"}, Destination: &p.Quiet},
		&cli.BoolFlag{Name: "nm", Destination: &q.nm},
		&cli.BoolFlag{Name: "keep", Destination: &p.Keep},
		&cli.BoolFlag{Name: "map", Destination: &p.Map},
		&cli.BoolFlag{Name: "clone", Destination: &q.clone},
		&cli.StringFlag{Name: "lab", Destination: &q.lab},
		&cli.StringFlag{Name: "pcap", Destination: &p.Capture},
		&cli.GenericFlag{Name: "on", Value: onHost(func(text string) error {
			if q.onHost != "" {
				return errors.New("it needs a command behind the host " + q.onHost)
			}
			host, file, isFile := strings.Cut(text, "=")
			if !isFile {
				q.onHost = host
				return nil
			}
			return q.step(rehearse.Step{Host: host, File: file})
		})},
	}
}

// other takes a word that is no option: the command of --on, or a FILE.
func (q *rehearseWords) other(word string) error {
	if host := q.onHost; host != "" {
		q.onHost = ""
		if word == "" {
			return errors.New("the command for " + host + " is empty")
		}
		return q.step(rehearse.Step{Host: host, Text: word})
	}
	if err := q.step(rehearse.Step{File: word}); err != nil {
		return err
	}
	if q.shell && q.plan.Shell == "" && q.maybeHost == 0 {
		q.maybeHost = len(q.plan.Steps)
	}
	return nil
}

func (q *rehearseWords) step(s rehearse.Step) error {
	if s.File == "" && s.Text == "" {
		return errors.New("the FILE is empty")
	}
	q.plan.Steps = append(q.plan.Steps, s)
	return nil
}

// finish reads the lab and gives every step its host.
func (q *rehearseWords) finish() error {
	p := q.plan
	if q.onHost != "" {
		return errors.New("option --on: say --on HOST=FILE, or --on HOST 'COMMAND'")
	}
	steps, err := q.readLab()
	if err != nil {
		return err
	}
	if i := q.maybeHost - 1; i >= 0 {
		if _, ok := p.Lab.Host(p.Steps[i].File); ok {
			p.Shell = p.Steps[i].File
			p.Steps = append(p.Steps[:i:i], p.Steps[i+1:]...)
		}
	}
	p.Steps = append(steps, p.Steps...)
	first := p.Lab.Hosts[0].Name
	for i := range p.Steps {
		if p.Steps[i].Host == "" {
			p.Steps[i].Host = first
		} else if err := knownHost(p.Lab, p.Steps[i].Host); err != nil {
			return errors.New("option --on: " + err.Error())
		}
	}
	switch {
	case p.Shell != "":
		if err := knownHost(p.Lab, p.Shell); err != nil {
			return errors.New("option --shell: " + err.Error())
		}
	case q.shell:
		p.Shell = first
	}
	if (q.lab != "" || q.clone) && len(p.Steps) == 0 && p.Shell == "" && !p.Keep && !p.Map {
		return errors.New("what is to be done in this lab? Name a FILE, --on, --shell, --keep or --map")
	}
	if q.nm {
		p.Lab.NetworkManager()
	}
	return nil
}

// readLab reads the lab of --lab, and its steps, or makes that of --clone.
func (q *rehearseWords) readLab() ([]rehearse.Step, error) {
	switch {
	case q.clone && q.lab != "":
		return nil, errors.New("one of --lab and --clone at a time")
	case q.clone && q.nm:
		return nil, errors.New("--nm is not for --clone, which has this machine's metrics")
	case q.clone:
		return nil, setClone(q.env, q.plan, q.original)
	case q.lab == "":
		q.plan.Lab = rehearse.ArticleLab()
		return nil, nil
	}
	f, err := os.Open(q.env.Path(q.lab))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	lab, steps, err := rehearse.ReadLab(f)
	if err != nil {
		return nil, errors.New(q.lab + ": " + err.Error())
	}
	// Files that it names lie beside it.
	for i := range steps {
		if file := steps[i].File; file != "" && !filepath.IsAbs(file) {
			steps[i].File = filepath.Join(filepath.Dir(q.lab), file)
		}
	}
	q.plan.Lab = lab
	return steps, nil
}

// setClone makes the lab of the plan a copy of this machine's network.
func setClone(env *applet.Env, plan *rehearse.Plan, original originalOf) error {
	o, err := original(env)
	if err != nil {
		return err
	}
	plan.Original = o
	plan.Lab, plan.Warnings = o.Lab()
	return nil
}

func knownHost(lab *rehearse.Lab, host string) error {
	if _, ok := lab.Host(host); !ok {
		return errors.New("there is no host " + strconv.Quote(host) + "; there are " + lab.HostNames())
	}
	return nil
}

// printLab writes a lab that comes with nlbox as a file.
func printLab(env *applet.Env, name string) error {
	if name != "article" {
		return errors.New("there is no lab " + strconv.Quote(name) + "; there is: article")
	}
	return rehearse.WriteLab(env.Stdout, rehearse.ArticleLab(), rehearse.ArticleSteps())
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
