package rehearse

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/nlbox/nlbox/internal/forecast"
	"github.com/nlbox/nlbox/internal/progress"
	"github.com/nlbox/nlbox/internal/snapshot"
)

// Forecast is how the comparison of a clone before and after is shown.
type Forecast struct {
	JSON, Colour bool
}

// changesStatus is how a forecast ends when something would change, and
// failedStatus how it ends when a script failed.
const (
	changesStatus = 2
	failedStatus  = 1
)

// outlook is what a forecast found.
type outlook struct {
	// Status is that of the first script that failed, 0 for none.
	Status      int               `json:"status"`
	Changes     []snapshot.Change `json:"changes"`
	Unreachable []forecast.Loss   `json:"unreachable"`
}

// forecast runs the steps on the clone, and tells what they change. The end of what
// the scripts print is shown if one of them fails.
func (r *runner) forecast(plan *Plan) (int, error) {
	line := progress.New(r.env.Stderr)
	defer line.End()
	output, err := newTail()
	if err != nil {
		return 0, err
	}
	defer output.close()
	clone := plan.Lab.Hosts[0].Name
	targets := forecast.Targets(plan.Original.own(), plan.Original.Neighbours, r.env)
	line.Say("looking at " + clone)
	before, err := r.state(clone, targets)
	if err != nil {
		return 0, err
	}
	r.output, r.line = output.input, line
	status, err := r.steps(plan)
	r.output, r.line = nil, nil
	if err != nil {
		return 0, err
	}
	line.Say("looking at " + clone)
	after, err := r.state(clone, targets)
	if err != nil {
		return 0, err
	}
	line.End()
	if status != 0 {
		text, cut := output.end()
		if cut > 0 {
			r.env.Warn(plan.title() + fmt.Sprintf("the first %d bytes of what was printed are left out\n", cut))
		}
		r.env.Stderr.Write(text)
		r.env.Warn(plan.title() + plan.failure(status) + "\n")
	}
	return r.show(plan, &outlook{
		Status:      status,
		Changes:     append([]snapshot.Change{}, snapshot.Diff(before.Snapshot.WithoutOwn(), after.Snapshot.WithoutOwn())...),
		Unreachable: append([]forecast.Loss{}, forecast.Losses(targets, before, after)...),
	})
}

// failure is the message for a script that failed.
func (p *Plan) failure(status int) string {
	name := "a script"
	if len(p.Steps) == 1 {
		name = p.Steps[0].name()
	}
	return fmt.Sprintf("%s ended with status %d", name, status)
}

// state is the state of a host. What stands for hardware is shown as that.
func (r *runner) state(host string, targets []forecast.Target) (s *forecast.State, err error) {
	err = r.network.machines[host].do(func() error {
		s, err = forecast.Take(r.env, targets)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", host, err)
	}
	standIns(s.Snapshot)
	return s, nil
}

// show writes the outlook, and returns the status of the forecast.
func (r *runner) show(plan *Plan, o *outlook) (int, error) {
	if plan.Forecast.JSON {
		e := json.NewEncoder(r.env.Stdout)
		e.SetEscapeHTML(false)
		e.SetIndent("", "  ")
		if err := e.Encode(o); err != nil {
			return 0, err
		}
	} else {
		r.env.Stdout.WriteString(snapshot.DiffText(o.Changes, "now", "then", plan.Forecast.Colour))
	}
	r.env.Stdout.Flush()
	for i := range o.Unreachable {
		r.env.Warn(plan.title() + "warning: " + o.Unreachable[i].Text() + "\n")
	}
	if remedies := forecast.Remedies(o.Unreachable); len(remedies) > 0 {
		r.env.Warn(plan.title() + "what helps, at the end:\n  " + strings.Join(remedies, "\n  ") + "\n")
	}
	switch {
	case o.Status != 0:
		return failedStatus, nil
	case len(o.Changes) > 0:
		return changesStatus, nil
	}
	return 0, nil
}
