package rehearse

import (
	"errors"
	"strconv"
	"strings"

	"github.com/nlbox/nlbox/internal/applet"
)

// Plan is a lab and what is to be done in it. Without a step and a shell the
// article's commands are run and explained.
type Plan struct {
	// Verb is the verb of nlbox that the plan is for, "rehearse" where it is empty.
	Verb string
	Lab  *Lab
	// Original is the live host that the first host of the lab is a copy of; nil
	// for a lab that was described.
	Original *Original
	// Warnings say what of the original the lab lacks, a line each.
	Warnings []string
	// Forecast compares the clone before and after the steps; nil to only run them.
	Forecast *Forecast
	Steps    []Step
	// Shell is the host that a prompt is opened on after the steps; empty for
	// none.
	Shell string
	// Capture is a directory for what passes on the LANs' cables; empty for none.
	Capture string
	// Map draws the hosts after the steps.
	Map bool
	// Keep leaves the hosts there until the rehearsal is ended by a signal.
	Keep bool
	// Trace lets the shell show each command (sh -x).
	Trace bool
	// Quiet leaves only the end of the article's story, and no greeting before
	// the prompt.
	Quiet bool
}

// Stdin is the File that stands for the standard input.
const Stdin = "-"

// Step is one script on one host: a file, or the text itself.
type Step struct {
	Host, File, Text string
}

// name is the script's, for messages.
func (s *Step) name() string {
	if s.Text == "" {
		return s.File
	}
	first, _, more := strings.Cut(strings.TrimSpace(s.Text), "\n")
	if more {
		first += " …"
	}
	return strconv.Quote(first)
}

// tellsStory: the plan is to run the article.
func (p *Plan) tellsStory() bool {
	return p.Original == nil && len(p.Steps) == 0 && p.Shell == "" && !p.Keep && !p.Map
}

// title begins every message: "nlbox rehearse: ".
func (p *Plan) title() string {
	if p.Verb == "" {
		return "nlbox rehearse: "
	}
	return "nlbox " + p.Verb + ": "
}

// voiced is the end of a verb with its title before the text.
func (p *Plan) voiced(err error) error {
	var exit *applet.Exit
	if errors.As(err, &exit) && exit.Text != "" {
		exit.Text = p.title() + exit.Text
	}
	return err
}

// insideWord is the first word by which the binary calls itself.
func (p *Plan) insideWord() string {
	if p.Forecast != nil {
		return PlanInsideWord
	}
	return InsideWord
}
