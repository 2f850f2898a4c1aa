package rehearse

// Plan is a lab and what is to be done in it. Without a step and a shell the
// article's commands are run and explained.
type Plan struct {
	Lab   *Lab
	Steps []Step
	// Shell is the host that a prompt is opened on after the steps; empty for
	// none.
	Shell string
	// Trace lets the shell show each command (sh -x).
	Trace bool
	// Quiet leaves only the end of the article's story, and no greeting before
	// the prompt.
	Quiet bool
}

// Stdin is the File that stands for the standard input.
const Stdin = "-"

// Step is one script on one host.
type Step struct {
	Host, File string
}

// tellsStory: the plan is to run the article.
func (p *Plan) tellsStory() bool { return len(p.Steps) == 0 && p.Shell == "" }
